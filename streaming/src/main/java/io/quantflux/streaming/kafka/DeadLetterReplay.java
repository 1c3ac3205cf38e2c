// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.config.ProcessorConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Sends dead letters back to where they were read, each once: what is sent and how far the group has come commit together,
 * a batch at a time.
 */
public final class DeadLetterReplay {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MAX_FETCH_BYTES = 8 << 20;

    private final ProcessorConfig config;
    private final String group;
    private final int maxAttempts;
    private final boolean execute;

    /**
     * Prepares a replay.
     *
     * @param group remembers how far it has come; of two replays of one group at a time the older ends
     * @param maxAttempts letters that have had as many are parked
     * @param execute whether to send; else it only says what it would do
     */
    public DeadLetterReplay(ProcessorConfig config, String group, int maxAttempts, boolean execute) {
        this.config = config;
        this.group = group;
        this.maxAttempts = maxAttempts;
        this.execute = execute;
    }

    /** What becomes of a letter. */
    public enum Fate {
        /** Back to its topic, as the next attempt. */
        REPLAYED,
        /** To the parked topic: it has had its attempts. */
        PARKED,
        /** Nowhere: parts of it were left out, or it names a topic that is none of the inputs. */
        UNUSABLE,
        /** Nowhere: the filter did not choose it; this group will not come to it again. */
        PASSED_OVER
    }

    /**
     * Goes on where the group stands, to the end the topic has now.
     *
     * @param told of each letter, in order; those it was told of have not committed before this returns
     */
    public void run(Predicate<DeadLetter> chosen, BiConsumer<DeadLetter, Fate> told) {
        Clients clients = new Clients(config);
        KafkaConsumer<ByteBuffer, ByteBuffer> consumer = clients.reader(group, MAX_FETCH_BYTES);
        try (KafkaProducer<byte[], byte[]> producer = execute ? clients.producer(group) : null) {
            if (producer != null) {
                producer.initTransactions();
            }
            List<TopicPartition> partitions =
                    DeadLetterReader.partitions(consumer, config.topics().deadLetters());
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                var records = consumer.poll(Duration.ofMillis(100));
                if (!records.isEmpty()) {
                    replay(records, chosen, told, consumer, producer);
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                } else if (System.nanoTime() > deadline) {
                    throw new TimeoutException(config.topics().deadLetters() + " cannot be read to its end");
                }
            }
        } finally {
            consumer.close(Clients.AT_ONCE);
        }
    }

    private void replay(
            Iterable<ConsumerRecord<ByteBuffer, ByteBuffer>> records,
            Predicate<DeadLetter> chosen,
            BiConsumer<DeadLetter, Fate> told,
            KafkaConsumer<?, ?> consumer,
            @Nullable KafkaProducer<byte[], byte[]> producer) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        if (producer != null) {
            producer.beginTransaction();
        }
        for (ConsumerRecord<ByteBuffer, ByteBuffer> record : records) {
            DeadLetter letter = DeadLetter.of(record);
            Fate fate = chosen.test(letter) ? fate(letter) : Fate.PASSED_OVER;
            if (producer != null && (fate == Fate.REPLAYED || fate == Fate.PARKED)) {
                var unused = producer.send(fate == Fate.REPLAYED ? again(record, letter) : parked(record));
            }
            offsets.put(
                    new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
            told.accept(letter, fate);
        }
        if (producer != null) {
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
            producer.commitTransaction(); // fails if a send has failed
        }
    }

    private Fate fate(DeadLetter letter) {
        boolean input = letter.topic().equals(config.topics().activations())
                || letter.topic().equals(config.topics().control());
        if (!letter.complete() || !input || letter.partition() < 0) {
            return Fate.UNUSABLE;
        }
        return letter.attempt() >= maxAttempts ? Fate.PARKED : Fate.REPLAYED;
    }

    /** As it first came, to the partition it came on, whose number its key need not tell. */
    private static ProducerRecord<byte[], byte[]> again(
            ConsumerRecord<ByteBuffer, ByteBuffer> record, DeadLetter letter) {
        Headers headers = new RecordHeaders();
        for (Header header : record.headers()) {
            if (!header.key().startsWith(DeadLetterRecord.ERROR_HEADERS)) {
                headers.add(header);
            }
        }
        String attempt = Integer.toString(letter.attempt() + 1);
        headers.add(DeadLetterRecord.ATTEMPT, attempt.getBytes(StandardCharsets.UTF_8));
        return new ProducerRecord<>(
                letter.topic(), letter.partition(), bytes(record.key()), bytes(record.value()), headers);
    }

    private ProducerRecord<byte[], byte[]> parked(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        return new ProducerRecord<>(
                Topics.parked(config.topics()),
                null,
                record.timestamp() < 0 ? null : (Long) record.timestamp(),
                bytes(record.key()),
                bytes(record.value()),
                record.headers());
    }

    private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return copy;
    }
}
