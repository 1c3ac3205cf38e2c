// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way to the broker, sent by a thread of its own: {@link KafkaProducer#send} waits for metadata and for
 * buffer memory, and a trainer must not.
 */
final class Outbox {
    private static final Letter END = new Letter(new ProducerRecord<>("end", null), (result, at, cause) -> {});

    private final KafkaProducer<byte[], byte[]> producer;
    private final LinkedBlockingQueue<Letter> letters = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    /** Starts the thread. */
    Outbox(String name, Map<String, Object> settings) {
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        thread = new Thread(this::sendAll, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Posts records that are to follow each other; as {@link #post} for each. */
    void postAll(List<ProducerRecord<byte[], byte[]>> records, Outcome outcome) {
        synchronized (letters) {
            records.forEach(record -> post(record, outcome));
        }
    }

    /** Never waits. {@code outcome} is told once, on whatever thread learns of it. */
    void post(ProducerRecord<byte[], byte[]> record, Outcome outcome) {
        Letter letter = new Letter(record, outcome);
        synchronized (letters) {
            letters.add(letter);
        }
        if (closed && letters.remove(letter)) {
            letter.settle(Result.UNSENT, null, null);
        }
    }

    /** Sends what is there within the time given; what is not sent by then is settled as {@link Result#UNSENT}. */
    synchronized void close(Duration patience) {
        if (closed) {
            return;
        }
        closed = true;
        long deadline = System.nanoTime() + patience.toNanos();
        letters.add(END);
        boolean interrupted = !joined(Math.max(1, patience.toMillis()));
        thread.interrupt(); // it may sit in send()
        try {
            producer.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        } finally {
            interrupted |= !joined(1000);
            List<Letter> left = new ArrayList<>();
            letters.drainTo(left);
            left.forEach(letter -> letter.settle(Result.UNSENT, null, null));
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether it got to wait undisturbed. */
    private boolean joined(long millis) {
        try {
            thread.join(millis);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void sendAll() {
        try {
            for (Letter next = letters.take(); next != END; next = letters.take()) {
                send(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by close(), which settles the rest
        }
    }

    private void send(Letter letter) throws InterruptedException {
        try {
            var unused = producer.send(letter.record, letter); // the letter is told, nobody waits
        } catch (InterruptException e) {
            letter.settle(Result.UNSENT, null, null);
            throw new InterruptedException();
        } catch (RuntimeException e) { // a producer past repair says so by throwing
            letter.settle(Result.FAILED, null, e);
        }
    }

    /** What became of a record. */
    enum Result {
        ACKNOWLEDGED,
        FAILED,
        /** Given up before it was handed to Kafka. */
        UNSENT
    }

    @FunctionalInterface
    interface Outcome {
        /**
         * @param at where the record is, if it was acknowledged
         * @param cause why it failed, if it did
         */
        void of(Result result, @Nullable RecordMetadata at, @Nullable Exception cause);
    }

    private static final class Letter implements Callback {
        private final ProducerRecord<byte[], byte[]> record;
        private final Outcome outcome;
        private final AtomicBoolean settled = new AtomicBoolean();

        Letter(ProducerRecord<byte[], byte[]> record, Outcome outcome) {
            this.record = record;
            this.outcome = outcome;
        }

        @Override
        public void onCompletion(RecordMetadata at, @Nullable Exception failure) {
            if (failure == null) {
                settle(Result.ACKNOWLEDGED, at, null);
            } else {
                settle(Result.FAILED, null, failure);
            }
        }

        void settle(Result result, @Nullable RecordMetadata at, @Nullable Exception cause) {
            if (settled.compareAndSet(false, true)) {
                outcome.of(result, at, cause);
            }
        }
    }
}
