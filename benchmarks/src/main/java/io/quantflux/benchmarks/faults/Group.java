// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** What the brokers say of the processors' group: who owns what, and how far it has come. */
final class Group implements AutoCloseable {
    private final Admin admin;
    private final String groupId;
    private final String topic;
    private final int partitions;

    Group(String bootstrapServers, String groupId, String topic, int partitions) {
        this.groupId = groupId;
        this.topic = topic;
        this.partitions = partitions;
        admin = Admin.create(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "client.id",
                "group-watcher",
                "default.api.timeout.ms",
                20_000,
                "request.timeout.ms",
                5_000));
    }

    /** Partitions each client owns now. */
    Map<String, List<Integer>> owners() {
        Map<String, List<Integer>> owners = new HashMap<>();
        var groups = get(admin.describeConsumerGroups(List.of(groupId)).all());
        for (MemberDescription member :
                groups.values().stream().flatMap(all -> all.members().stream()).toList()) {
            member.assignment().topicPartitions().stream()
                    .filter(tp -> tp.topic().equals(topic))
                    .forEach(tp -> owners.computeIfAbsent(member.clientId(), first -> new ArrayList<>())
                            .add(tp.partition()));
        }
        return owners;
    }

    /** Waits until everything on the log is consumed and committed; says whether it came to that. */
    boolean awaitCaughtUp(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (lag() > 0) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Fleet.pause(100);
        }
        return true;
    }

    /** Records on the log that no transaction has consumed yet. */
    long lag() {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        try {
            var ends = get(admin.listOffsets(latest).all());
            var committed = get(admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata());
            return ends.entrySet().stream()
                    .mapToLong(end -> {
                        var at = committed.get(end.getKey());
                        return end.getValue().offset() - (at == null ? 0 : at.offset());
                    })
                    .sum();
        } catch (FaultSuiteException e) {
            return Long.MAX_VALUE; // the brokers are away
        }
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new FaultSuiteException("the brokers do not say: " + e.getCause(), e);
        } catch (InterruptedException e) {
            throw FaultSuiteException.interrupted(e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }
}
