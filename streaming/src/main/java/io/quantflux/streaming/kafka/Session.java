// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.shard.ControlEntry;
import io.quantflux.streaming.shard.Shard;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * One life of the group member and its producer: from joining the group to leaving it or failing.
 *
 * <p>Confined to the loop thread, as a Kafka Streams thread owns its clients. Each {@link #cycle()} polls, offers records
 * and commands to the lanes, takes back what they have folded, and commits when it is due. After any failure all in-memory
 * state is void: the next session restores it from the changelog.
 */
final class Session implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Session.class);
    private static final Duration BUSY = Duration.ofMillis(1);
    private static final Duration IDLE = Duration.ofMillis(50);
    private static final Duration LEAVE = Duration.ofSeconds(5);

    private final StreamSettings settings;
    private final StreamCounters counters;
    private final Mailbox mailbox = new Mailbox();
    private final Map<TopicPartition, Lane> lanes = new HashMap<>();
    private final Set<TopicPartition> restoring = new HashSet<>();
    private final Map<TopicPartition, String> stopped = new HashMap<>();
    private final Set<TopicPartition> assigned = new HashSet<>();
    private final RecordEncoder encoder;
    private final Changelog changelog;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Transaction transaction;
    private final ControlTail control;
    private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
    private final GroupHeartbeat heartbeat;
    private long assignment;
    private long restoredAssignment;
    private boolean joined;
    private boolean paused;

    /** Fences and aborts the previous incarnation of this slot, reads the control log, then joins the group. */
    Session(StreamSettings settings, Clients clients, StreamCounters counters) {
        this.settings = settings;
        this.counters = counters;
        encoder = new RecordEncoder(settings.config().topics(), Clients.maxRequestBytes(settings.config()));
        changelog = new Changelog(clients, settings.config().topics().state());
        producer = clients.producer();
        transaction = new Transaction(producer, encoder);
        try {
            producer.initTransactions();
            control = new ControlTail(clients, settings.config().topics().control());
            var unused = control.catchUp(); // no lane is open yet: each reads the whole log
            consumer = clients.member();
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
        heartbeat = new GroupHeartbeat(consumer);
        consumer.subscribe(List.of(settings.config().topics().activations()), new Rebalance());
    }

    /** One turn of the loop; returns after at most {@link #IDLE} when there is nothing to do. */
    void cycle() {
        boolean busy = transaction.isOpen() || lanes.values().stream().anyMatch(lane -> !lane.isIdle());
        for (ConsumerRecord<ByteBuffer, ByteBuffer> record : consumer.poll(busy ? BUSY : IDLE)) {
            Lane lane = lanes.get(new TopicPartition(record.topic(), record.partition()));
            if (lane != null) {
                lane.offer(record);
            }
        }
        restoreNewlyAssigned();
        for (ControlTail.Line line : control.poll(Duration.ZERO)) {
            lanes.values().forEach(lane -> lane.offer(line));
        }
        takeLetters();
        applyBackPressure();
        boolean idle = mailbox.isEmpty() && lanes.values().stream().allMatch(Lane::isIdle);
        if (idle
                || transaction.isDue(
                        settings.config().commitInterval(), settings.config().commitBytes())) {
            commit();
        }
    }

    /** Finishes and commits what is in flight, taking no more records. */
    void drain(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        consumer.pause(consumer.assignment());
        paused = true;
        while (lanes.values().stream().anyMatch(lane -> !lane.isIdle()) && System.nanoTime() < deadline) {
            consumer.poll(BUSY);
            takeLetters();
        }
        commit();
    }

    private void commit() {
        if (transaction.isOpen()) {
            transaction.commit(consumer.groupMetadata());
            counters.committed();
        }
    }

    private void takeLetters() {
        for (Mailbox.Letter letter = mailbox.take(); letter != null; letter = mailbox.take()) {
            if (letter instanceof Mailbox.Folded folded) {
                if (isLive(folded.lane())) {
                    folded.lane().folded(folded.result());
                    transaction.add(folded.lane(), folded.result());
                    counters.folded(folded.result());
                }
            } else if (letter instanceof Mailbox.LaneStopped stop) {
                if (isLive(stop.lane())) {
                    stop(stop.lane(), stop.cause());
                }
            } else if (letter instanceof Mailbox.ShardsRestored done) {
                if (done.assignment() == assignment) {
                    openLanes(done.shards());
                }
            } else if (letter instanceof Mailbox.RestoreFailed failed) {
                throw new KafkaException(
                        "cannot restore shards: " + failed.cause().getMessage(), failed.cause());
            }
        }
    }

    private boolean isLive(Lane lane) {
        return lanes.get(lane.partition()) == lane;
    }

    /** The partition stays assigned and paused, so that nobody else runs into the same; its neighbours go on. */
    private void stop(Lane lane, Throwable cause) {
        lane.drop();
        lanes.remove(lane.partition());
        stopped.put(lane.partition(), String.valueOf(cause.getMessage()));
        consumer.pause(List.of(lane.partition()));
        log.error("partition {} stopped, its neighbours go on: {}", lane.partition(), cause.getMessage());
    }

    /** Pauses above half the limit: a poll may bring the other half, which is the most a fetch returns. */
    private void applyBackPressure() {
        long inflight = inflightBytes();
        long half = settings.config().maxInflightBytes() / 2;
        if (!paused && inflight > half) {
            consumer.pause(lanes.keySet());
            paused = true;
        } else if (paused && inflight <= half / 2) {
            consumer.resume(lanes.keySet());
            paused = false;
        }
    }

    private long inflightBytes() {
        return lanes.values().stream().mapToLong(Lane::inflightBytes).sum();
    }

    /* ---- assignment ---- */

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            joined = true;
            consumer.pause(partitions);
            assigned.addAll(partitions);
            restoring.addAll(partitions);
            assignment++;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            takeLetters();
            commit();
            forget(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            transaction.abort();
            // the abort has undone the neighbours' records too: all start again from the changelog
            throw new KafkaException("partitions lost: " + partitions);
        }
    }

    private void forget(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            Lane lane = lanes.remove(partition);
            if (lane != null) {
                lane.drop();
            }
        }
        assigned.removeAll(partitions);
        restoring.removeAll(partitions);
        partitions.forEach(stopped::remove);
        assignment++;
    }

    /** Outside the rebalance callback, which must not take long; partitions stay paused until their shard is there. */
    private void restoreNewlyAssigned() {
        if (restoring.isEmpty() || restoredAssignment == assignment) {
            return;
        }
        restoredAssignment = assignment;
        long number = assignment;
        Set<TopicPartition> wanted = new HashSet<>(restoring);
        consumer.committed(wanted); // waits for transactions of the previous owner that are still in doubt
        List<Integer> numbers = wanted.stream().map(TopicPartition::partition).toList();
        Mono.fromCallable(() -> changelog.restore(numbers))
                .subscribeOn(settings.blocking())
                .subscribe(
                        shards -> mailbox.post(new Mailbox.ShardsRestored(number, shards)),
                        error -> mailbox.post(new Mailbox.RestoreFailed(error)));
    }

    private void openLanes(Map<Integer, Changelog.Restored> shards) {
        // a shard's previous owner may have been further along than this instance
        for (ControlTail.Line line : control.catchUp()) {
            lanes.values().forEach(lane -> lane.offer(line));
        }
        for (TopicPartition partition : Set.copyOf(restoring)) {
            Changelog.Restored restored = shards.get(partition.partition());
            if (restored != null) {
                restoring.remove(partition);
                openLane(partition, restored);
                log.info(
                        "{} restored: {} tensors", partition, restored.tensors().size());
            }
        }
    }

    private void openLane(TopicPartition partition, Changelog.Restored restored) {
        long followed = restored.progress().controlOffset();
        List<ControlEntry> history = new ArrayList<>();
        List<ControlTail.Line> ahead = new ArrayList<>();
        for (ControlTail.Line line : control.log()) {
            if (line.entry().offset() < followed) {
                history.add(line.entry());
            } else {
                ahead.add(line);
            }
        }
        Shard shard = new Shard(partition.partition(), settings.shards(), restored.tensors(), history);
        Lane lane = new Lane(partition, shard, encoder, consumer.position(partition));
        lanes.put(partition, lane);
        lane.start(settings.compute(), mailbox);
        ahead.forEach(lane::offer);
        if (!paused) {
            consumer.resume(List.of(partition));
        }
    }

    /* ---- status ---- */

    StreamStatus status() {
        List<String> reasons = new ArrayList<>();
        if (!joined) {
            reasons.add("waiting for an assignment");
        }
        if (!restoring.isEmpty()) {
            reasons.add("restoring " + restoring.size() + " partitions");
        }
        heartbeat.silence().ifPresent(reasons::add);
        stopped.forEach((partition, why) -> reasons.add("stopped " + partition + ": " + why));
        return new StreamStatus(
                reasons.isEmpty(),
                List.copyOf(reasons),
                lanes.size(),
                lanes.values().stream().mapToInt(Lane::tensors).sum(),
                counters.records(),
                counters.bytes(),
                inflightBytes(),
                counters.commits(),
                counters.restarts(),
                counters.deadLetters());
    }

    @Override
    public void close() {
        lanes.values().forEach(Lane::drop);
        lanes.clear();
        transaction.abort();
        Utils.closeQuietly(() -> consumer.close(CloseOptions.timeout(LEAVE)), "consumer");
        Utils.closeQuietly(control, "control reader");
        Utils.closeQuietly(() -> producer.close(LEAVE), "producer");
    }
}
