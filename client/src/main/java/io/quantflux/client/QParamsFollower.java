// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import io.quantflux.avro.QParamsCodec;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.WireFormatException;
import io.quantflux.client.QParamsSubscriber.State;
import io.quantflux.client.QParamsSubscriber.Status;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.TensorId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reading thread behind a {@link QParamsSubscriber}: it alone touches the consumer. */
final class QParamsFollower {
    private static final Logger LOG = LoggerFactory.getLogger(QParamsSubscriber.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** How often it asks where the topic ends: poll alone never says that the broker is gone. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long RETRY_MILLIS = 500;

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final BiConsumer<TensorId, QParamsUpdate> listener;
    private final Map<TensorId, QParamsUpdate> latest = new ConcurrentHashMap<>();
    private final Queue<CompletableFuture<Boolean>> newcomers = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile Status status = new Status(State.CATCHING_UP, "connecting", 0, 0);

    // the reading thread's own
    private final List<Barrier> barriers = new ArrayList<>();
    private Map<TopicPartition, Long> ends = Map.of();
    private boolean looked;
    private long lastLook;
    private long updates;
    private long refused;

    private QParamsFollower(String topic, Map<String, Object> settings, BiConsumer<TensorId, QParamsUpdate> listener) {
        this.topic = topic;
        this.listener = listener;
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        thread = new Thread(this::follow, "quantflux-qparams");
        thread.setDaemon(true);
    }

    static QParamsFollower start(
            String topic, Map<String, Object> settings, BiConsumer<TensorId, QParamsUpdate> listener) {
        QParamsFollower follower = new QParamsFollower(topic, settings, listener);
        follower.thread.start();
        return follower;
    }

    Map<TensorId, QParamsUpdate> latest() {
        return latest;
    }

    Status status() {
        return status;
    }

    boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        newcomers.add(reached);
        if (status.state() == State.CLOSED) { // which is said before the last are dismissed
            dismissAll();
        }
        try {
            return reached.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            reached.complete(false); // so that it is forgotten, wherever it waits
            newcomers.removeIf(CompletableFuture::isDone);
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("only ever completed with a value", e);
        }
    }

    void close() {
        closing.countDown();
        consumer.wakeup();
        if (Thread.currentThread() == thread) { // the listener closes
            return;
        }
        try {
            thread.join(PATIENCE.toMillis() * 2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        try (consumer) {
            while (closing.getCount() > 0) {
                try {
                    if (!looked || !newcomers.isEmpty() || System.nanoTime() - lastLook > LOOK_NANOS) {
                        look();
                    }
                    consumer.poll(POLL).forEach(this::take);
                    report();
                } catch (WakeupException e) {
                    // close() wants the loop to look up
                } catch (RuntimeException e) {
                    retry(e);
                }
            }
        } catch (InterruptedException | KafkaException e) {
            LOG.warn("{}: reading ended: {}", topic, e.toString());
        } finally {
            status = new Status(State.CLOSED, "closed", updates, refused);
            barriers.forEach(barrier -> barrier.reached.complete(false));
            dismissAll();
        }
    }

    /** Tells those who wait that it is over. */
    private void dismissAll() {
        for (CompletableFuture<Boolean> next = newcomers.poll(); next != null; next = newcomers.poll()) {
            next.complete(false);
        }
    }

    /** Asks for partitions, which may have become more, and for where they end; fails if the broker is away. */
    private void look() {
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo info : consumer.partitionsFor(topic, PATIENCE)) {
            partitions.add(new TopicPartition(topic, info.partition()));
        }
        if (partitions.isEmpty()) {
            throw new UnknownTopicOrPartitionException("there is no topic " + topic);
        }
        List<TopicPartition> added = new ArrayList<>(partitions);
        added.removeAll(consumer.assignment());
        if (!added.isEmpty()) {
            consumer.assign(partitions);
            consumer.seekToBeginning(added);
        }
        List<CompletableFuture<Boolean>> asking = new ArrayList<>();
        for (CompletableFuture<Boolean> next = newcomers.poll(); next != null; next = newcomers.poll()) {
            asking.add(next);
        }
        try {
            ends = consumer.endOffsets(partitions, PATIENCE);
        } catch (RuntimeException e) {
            newcomers.addAll(asking);
            throw e;
        }
        asking.forEach(reached -> barriers.add(new Barrier(reached, ends)));
        looked = true;
        lastLook = System.nanoTime();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            TensorId id = new TensorId(record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8));
            if (record.value() == null) {
                latest.remove(id);
                return;
            }
            QParamsUpdate update = QParamsCodec.decode(ByteBuffer.wrap(record.value()));
            updates++;
            latest.put(id, update);
            tell(id, update);
        } catch (WireFormatException | InvalidSpecException e) {
            if (refused++ == 0) {
                LOG.warn(
                        "{}-{}@{} is skipped, further ones are only counted: {}",
                        topic,
                        record.partition(),
                        record.offset(),
                        e.getMessage());
            }
        }
    }

    private void tell(TensorId id, QParamsUpdate update) {
        try {
            listener.accept(id, update);
        } catch (RuntimeException e) {
            LOG.warn("{}: the listener failed on {}", topic, id, e);
        }
    }

    private void report() {
        barriers.removeIf(barrier -> {
            if (behind(barrier.ends) == 0) {
                barrier.reached.complete(true);
            }
            return barrier.reached.isDone();
        });
        long behind = behind(ends);
        status = behind == 0
                ? new Status(State.FOLLOWING, "up to date", updates, refused)
                : new Status(State.CATCHING_UP, behind + " records behind", updates, refused);
    }

    private long behind(Map<TopicPartition, Long> goal) {
        long behind = 0;
        for (Map.Entry<TopicPartition, Long> end : goal.entrySet()) {
            behind += Math.max(0, end.getValue() - consumer.position(end.getKey(), PATIENCE));
        }
        return behind;
    }

    private void retry(RuntimeException cause) throws InterruptedException {
        String detail = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        if (status.state() != State.RETRYING) {
            LOG.warn("{}: not reading, will keep trying: {}", topic, detail);
        }
        status = new Status(State.RETRYING, detail, updates, refused);
        looked = false;
        if (closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
            LOG.debug("{}: closing", topic);
        }
    }

    /** Where the topic ended when someone asked. */
    private record Barrier(CompletableFuture<Boolean> reached, Map<TopicPartition, Long> ends) {}
}
