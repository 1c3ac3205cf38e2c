// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Waits for transactions of a partition's previous owner that are still in doubt.
 *
 * <p>One that died in a transaction leaves its offsets undecided for the transaction's timeout and ten seconds more. Asking
 * the member itself, {@code Consumer.committed}, would hold up the loop for as long, and with it every other partition.
 */
final class DecidedOffsets {
    /** Longer than any transaction timeout that a live stream would have. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Clients clients;
    private final String groupId;

    DecidedOffsets(Clients clients, String groupId) {
        this.clients = clients;
        this.groupId = groupId;
    }

    /** Blocks until no transaction is open that consumes from {@code partitions}. */
    void await(Collection<TopicPartition> partitions) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Admin admin = clients.admin();
        while (!areDecided(admin, partitions)) {
            if (System.nanoTime() > deadline) {
                throw new KafkaException("the offsets of " + partitions + " stay undecided: a transaction of their"
                        + " previous owner is open for " + PATIENCE.toSeconds() + " s");
            }
        }
    }

    /** Kafka's own client asks again and again, until its timeout. */
    private boolean areDecided(Admin admin, Collection<TopicPartition> partitions) {
        try {
            var unused = admin.listConsumerGroupOffsets(
                            Map.of(groupId, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)),
                            new ListConsumerGroupOffsetsOptions().requireStable(true))
                    .all()
                    .get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                return false;
            }
            throw new KafkaException("cannot read the offsets of group " + groupId, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while waiting for the offsets of group " + groupId, e);
        }
    }
}
