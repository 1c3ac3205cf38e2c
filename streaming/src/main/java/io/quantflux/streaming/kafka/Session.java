// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
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
    /** Between two polls while lanes have long work: each costs some tens of microseconds of processor time. */
    private static final Duration LONG_BUSY = Duration.ofMillis(8);

    private static final Duration RESTORING = Duration.ofMillis(5);
    private static final Duration IDLE = Duration.ofMillis(50);
    private static final int COMMANDS_A_TURN = 10_000;
    private static final Duration LEAVE = Duration.ofSeconds(5);
    private static final String STANDBY = "standby: no partition is assigned to this member";

    private final StreamSettings settings;
    private final StreamCounters counters;
    private final Announcer announcer;
    private final Mailbox mailbox = new Mailbox();
    private final Map<TopicPartition, Lane> lanes = new HashMap<>();
    private final Restores restoring = new Restores();
    private final Map<TopicPartition, String> stopped = new HashMap<>();
    private final Set<TopicPartition> assigned = new HashSet<>();
    private final PoisonGuard poison;
    private final LaneOpener opener;
    private final LargeTurns turns;
    private final Outlets outlets;
    private final Commits commits;
    private final ControlTail control;
    private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
    private final GroupHeartbeat heartbeat;
    private final Membership membership = new Membership();
    private final InflightBudget budget;
    private final Lag lag;
    private final ClientMeters meters;
    private Duration turn = BUSY;
    private boolean paused;
    private boolean closing;

    /** Ends the previous incarnation of this slot, reads the control log, then joins the group. */
    Session(StreamSettings settings, Clients clients, StreamCounters counters) {
        this.settings = settings;
        this.counters = counters;
        poison = new PoisonGuard(settings.config().breaker());
        announcer = new Announcer(settings.listener());
        RecordEncoder encoder =
                new RecordEncoder(settings.config().topics(), Clients.maxRequestBytes(settings.config()));
        opener = new LaneOpener(settings, clients, encoder);
        turns = new LargeTurns(new ChunkReader(clients), settings.blocking(), mailbox);
        // three questions to the brokers, none of which waits for the others' answers
        CompletableFuture<GroupProtocol> protocol = aside(clients::protocol);
        CompletableFuture<ControlTail> caughtUp = aside(() -> controlLog(clients));
        try {
            outlets = Outlets.started(settings.config(), clients, encoder);
        } catch (RuntimeException e) {
            var unused = caughtUp.thenAccept(ControlTail::close);
            throw e;
        }
        try {
            control = Futures.await(caughtUp);
            budget = InflightBudget.of(
                    settings.config().maxInflightBytes(),
                    outlets.partitionsOf(settings.config().topics().activations()));
            consumer = clients.member(Futures.await(protocol), budget);
        } catch (RuntimeException e) {
            outlets.giveUp();
            var unused = caughtUp.thenAccept(ControlTail::close);
            throw e;
        }
        commits = new Commits(
                outlets,
                consumer,
                mailbox,
                settings.config().commitInterval(),
                counters,
                settings.listener(),
                this::take);
        heartbeat = new GroupHeartbeat(consumer);
        lag = new Lag(consumer);
        meters = new ClientMeters(settings.registry(), consumer, control.consumer(), outlets.producers());
        consumer.subscribe(List.of(settings.config().topics().activations()), new Rebalance());
    }

    private <T> CompletableFuture<T> aside(Callable<T> question) {
        return Mono.fromCallable(question).subscribeOn(settings.blocking()).toFuture();
    }

    /** Read to its end; no lane is open yet that would have to hear of what it says. */
    private ControlTail controlLog(Clients clients) {
        ControlTail tail = new ControlTail(clients, settings.config().topics().control());
        try {
            tail.catchUp(line -> {});
            return tail;
        } catch (RuntimeException e) {
            tail.close();
            throw e;
        }
    }

    /** One turn of the loop; returns after at most {@link #IDLE} when there is nothing to do. */
    void cycle() {
        Duration patience = waited();
        takeLetters(); // first: what they bring may be all there is, and then it is committed at once
        commits.turn(mailbox.isEmpty() && !isWorking(), this::isMoreToCome);
        for (ConsumerRecord<ByteBuffer, ByteBuffer> record : consumer.poll(patience)) {
            Lane lane = lanes.get(new TopicPartition(record.topic(), record.partition()));
            if (lane != null) {
                lane.offer(record);
                turn = BUSY;
            }
        }
        retryPaused();
        restoreNewlyAssigned();
        for (ControlTail.Line line : control.take(roomForCommands())) {
            lanes.values().forEach(lane -> lane.offer(line));
        }
        applyBackPressure();
    }

    /** Finishes and commits what is in flight, taking no more records. */
    void drain(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        consumer.pause(consumer.assignment());
        paused = true;
        while (isWorking() && System.nanoTime() < deadline) {
            consumer.poll(BUSY);
            takeLetters();
        }
        commits.finish();
    }

    /** How long the poll may wait; not at all if a letter is what comes next: then that was waited for. */
    private Duration waited() {
        if (isWorking()) {
            mailbox.await(turn);
            turn = mailbox.isEmpty() ? longer(turn) : BUSY;
            return Duration.ZERO;
        }
        if (!restoring.isEmpty()) {
            mailbox.await(RESTORING);
            return Duration.ZERO;
        }
        return outlets.isOpen() ? BUSY : IDLE;
    }

    private static Duration longer(Duration turn) {
        return turn.compareTo(LONG_BUSY) < 0 ? turn.multipliedBy(2) : turn;
    }

    private boolean isWorking() {
        return lanes.values().stream().anyMatch(lane -> !lane.isIdle());
    }

    private boolean isMoreToCome() {
        return !paused
                && lanes.keySet().stream()
                        .anyMatch(partition -> consumer.currentLag(partition).orElse(0) > 0);
    }

    /* ---- letters ---- */

    private void takeLetters() {
        for (Mailbox.Letter letter = mailbox.take(); letter != null; letter = mailbox.take()) {
            take(letter);
        }
    }

    private void take(Mailbox.Letter letter) {
        if (letter instanceof Mailbox.Folded folded) {
            if (isLive(folded.lane()) && !folded.lane().transaction().defers(letter)) {
                take(folded);
            }
        } else if (letter instanceof Mailbox.TransactionAdvanced advanced) {
            commits.advance(advanced.transaction());
        } else if (letter instanceof Mailbox.TurnWanted wanted) {
            if (isLive(wanted.turn().lane())) {
                turns.add(wanted.turn());
            }
        } else if (letter instanceof Mailbox.LaneStopped stop) {
            if (isLive(stop.lane()) && !stop.lane().transaction().defers(letter)) {
                stop(stop.lane(), stop.cause());
            }
        } else if (letter instanceof Mailbox.ShardsRestored done) {
            openLanes(done);
        } else if (letter instanceof Mailbox.ReadFailed failed) {
            throw new KafkaException(
                    "cannot read a chunked tensor again: " + failed.cause().getMessage(), failed.cause());
        } else if (letter instanceof Mailbox.RestoreFailed failed) {
            throw new KafkaException("cannot restore shards: " + failed.cause().getMessage(), failed.cause());
        }
    }

    private void take(Mailbox.Folded folded) {
        Lane lane = folded.lane();
        lane.folded(folded.result());
        lane.transaction().add(lane, folded.result());
        counters.folded(folded.result());
        announcer.folded(lane, folded.result());
        if (folded.result().endsTurn()) {
            turns.done(lane);
        }
        commits.taken(lane.transaction());
        if (poison.opensWith(lane.partition(), folded.result())) {
            pause(lane);
        }
    }

    private boolean isLive(Lane lane) {
        return lanes.get(lane.partition()) == lane;
    }

    /** Lets go of a lane and of its turn: a turn that nobody ends would keep all other large tensors waiting. */
    private void drop(Lane lane) {
        lane.drop();
        turns.forget(lane);
        settings.listener().released(lane.partition().partition());
    }

    /** The partition stays assigned and paused, so that nobody else runs into the same; its neighbours go on. */
    private void stop(Lane lane, Throwable cause) {
        drop(lane);
        lanes.remove(lane.partition());
        stopped.put(lane.partition(), String.valueOf(cause.getMessage()));
        consumer.pause(List.of(lane.partition()));
        log.error("partition {} stopped, its neighbours go on: {}", lane.partition(), cause.getMessage());
    }

    /** What it has taken is kept, what waits in its lane is given up and read again when it is tried again. */
    private void pause(Lane lane) {
        TopicPartition partition = lane.partition();
        drop(lane);
        lanes.remove(partition);
        consumer.pause(List.of(partition));
        commits.finish(lane.transaction());
        consumer.seek(partition, lane.nextOffset());
        poison.reasons().forEach(log::error);
    }

    private void retryPaused() {
        List<TopicPartition> due = poison.due();
        if (!due.isEmpty()) {
            restoring.add(due);
        }
    }

    private int roomForCommands() {
        return lanes.values().stream().mapToInt(Lane::roomForCommands).min().orElse(COMMANDS_A_TURN);
    }

    private void applyBackPressure() {
        long inflight = inflightBytes();
        if (!paused && budget.isExceededBy(inflight)) {
            consumer.pause(lanes.keySet());
            paused = true;
        } else if (paused && budget.hasRoomAgainAt(inflight)) {
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
            consumer.pause(partitions);
            assigned.addAll(partitions);
            membership.assigned(assigned.isEmpty(), System.nanoTime());
            restoring.add(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            takeLetters();
            commits.finish();
            forget(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            outlets.abort();
            if (closing) {
                return;
            }
            // the abort has undone the neighbours' records too: all start again from the changelog
            throw new KafkaException("partitions lost: " + partitions);
        }
    }

    private void forget(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            Lane lane = lanes.remove(partition);
            if (lane != null) {
                drop(lane);
            }
        }
        membership.assigned(assigned.isEmpty(), System.nanoTime());
        assigned.removeAll(partitions);
        restoring.removeAll(partitions);
        partitions.forEach(stopped::remove);
        poison.forget(partitions);
    }

    /** Outside the rebalance callback, which must not take long; partitions stay paused until their shard is there. */
    private void restoreNewlyAssigned() {
        Map<TopicPartition, Long> begun = restoring.begin();
        if (begun.isEmpty()) {
            return;
        }
        Mono.fromCallable(() -> opener.restore(begun.keySet()))
                .subscribeOn(settings.blocking())
                .subscribe(
                        shards -> mailbox.post(new Mailbox.ShardsRestored(begun, shards)),
                        error -> mailbox.post(new Mailbox.RestoreFailed(error)));
    }

    private void openLanes(Mailbox.ShardsRestored done) {
        Map<TopicPartition, Changelog.Restored> shards = new HashMap<>();
        done.begun().forEach((partition, number) -> {
            if (restoring.take(partition, number)) {
                shards.put(partition, requireNonNull(done.shards().get(partition.partition())));
            }
        });
        if (shards.isEmpty()) {
            return;
        }
        Failpoint.AFTER_RESTORE.pass();
        // a shard's previous owner may have been further along than this instance
        control.catchUp(line -> lanes.values().forEach(lane -> lane.offer(line)));
        List<ControlTail.Line> ahead = control.since(shards.values().stream()
                .mapToLong(restored -> restored.progress().controlOffset())
                .min()
                .orElse(Long.MAX_VALUE));
        shards.forEach((partition, restored) -> {
            openLane(partition, restored, ahead);
            log.info("{} restored: {} tensors", partition, restored.tensors().size());
        });
    }

    private void openLane(TopicPartition partition, Changelog.Restored restored, List<ControlTail.Line> ahead) {
        Lane lane = opener.lane(
                partition, restored, control.orders(), outlets.leastUsed(lanes.values()), consumer.position(partition));
        lanes.put(partition, lane);
        settings.listener().restored(partition.partition(), restored.tensors());
        lane.start(settings.compute(), mailbox);
        ahead.stream()
                .filter(line -> line.entry().offset() >= restored.progress().controlOffset())
                .forEach(lane::offer);
        if (!paused) {
            consumer.resume(List.of(partition));
        }
    }

    /* ---- status ---- */

    StreamStatus status() {
        List<String> reasons = new ArrayList<>();
        membership.missing(assigned.isEmpty(), System.nanoTime()).ifPresent(reasons::add);
        if (!restoring.isEmpty()) {
            reasons.add("restoring " + restoring.size() + " partitions");
        }
        heartbeat.silence().ifPresent(reasons::add);
        reasons.addAll(poison.reasons());
        stopped.forEach((partition, why) -> reasons.add("stopped " + partition + ": " + why));
        List<String> notes = reasons.isEmpty() && assigned.isEmpty() ? List.of(STANDBY) : List.of();
        return counters.status(reasons, notes, lanes.values(), lag.of(lanes.values()), control.epoch());
    }

    @Override
    public void close() {
        closing = true;
        lanes.values().forEach(this::drop);
        lanes.clear();
        outlets.abort();
        Utils.closeQuietly(meters, "client meters");
        Utils.closeQuietly(() -> consumer.close(CloseOptions.timeout(LEAVE)), "consumer");
        Utils.closeQuietly(control, "control reader");
        outlets.close();
    }
}
