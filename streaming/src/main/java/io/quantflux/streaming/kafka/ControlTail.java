// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.shard.ControlEntry;
import io.quantflux.streaming.shard.StandingOrders;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * Reads the control topic from its beginning: every instance sees every command, in one order. It keeps what stands and the
 * newest lines, not the log.
 *
 * <p>Confined to the loop thread.
 */
final class ControlTail implements AutoCloseable {
    /** An entry of the log, and the record it came from; of a command's record only sizes and trace are kept. */
    record Line(ControlEntry entry, ConsumerRecord<ByteBuffer, ByteBuffer> source) {
        long bytes() {
            return Math.max(0, source.serializedKeySize()) + (long) Math.max(0, source.serializedValueSize());
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int RECENT_LINES = 10_000;
    private static final long RECENT_BYTES = 8L << 20;

    private final Clients clients;
    private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
    private final TopicPartition partition;
    private final CommandIntake intake = new CommandIntake();
    private final Deque<ConsumerRecord<ByteBuffer, ByteBuffer>> fetched = new ArrayDeque<>();
    private final Deque<Line> recent = new ArrayDeque<>();
    private long recentBytes;
    private long nextOffset;

    ControlTail(Clients clients, String topic) {
        this.clients = clients;
        partition = new TopicPartition(topic, 0);
        consumer = fromBeginning(clients.reader());
    }

    private KafkaConsumer<ByteBuffer, ByteBuffer> fromBeginning(KafkaConsumer<ByteBuffer, ByteBuffer> reader) {
        reader.assign(List.of(partition));
        reader.seekToBeginning(List.of(partition));
        return reader;
    }

    /**
     * Follows the topic to the end it has now, and hands on the new lines, which lanes that are open have yet to see.
     *
     * @throws KafkaException if it stays out of reach
     */
    void catchUp(Consumer<Line> arrived) {
        while (!fetched.isEmpty()) {
            arrived.accept(next());
        }
        var asked = clients.ends(List.of(partition), IsolationLevel.READ_COMMITTED);
        long end = Clients.answer(asked, "find the end of " + partition).getOrDefault(partition, 0L);
        readToEnd(consumer, end, record -> {
            fetched.add(record);
            arrived.accept(next());
        });
        nextOffset = Math.max(nextOffset, consumer.position(partition));
    }

    /** What has arrived, {@code room} lines at most. */
    List<Line> take(int room) {
        if (fetched.isEmpty() && room > 0) {
            consumer.poll(Duration.ZERO).forEach(fetched::add);
        }
        List<Line> lines = new ArrayList<>();
        while (!fetched.isEmpty() && lines.size() < room) {
            lines.add(next());
        }
        return lines;
    }

    private Line next() {
        Line line = line(intake, fetched.remove());
        nextOffset = line.entry().offset() + 1;
        recent.addLast(line);
        recentBytes += line.bytes();
        while (recent.size() > RECENT_LINES || recentBytes > RECENT_BYTES) {
            recentBytes -= recent.removeFirst().bytes();
        }
        return line;
    }

    /** What stands after the lines handed on so far. */
    StandingOrders orders() {
        return intake.orders().copy();
    }

    /** The lines handed on so far, from an offset on; read again from the topic if that is long ago. */
    List<Line> since(long offset) {
        List<Line> lines = new ArrayList<>();
        if (offset >= nextOffset) {
            return lines;
        }
        if (!recent.isEmpty() && recent.getFirst().entry().offset() <= offset) {
            recent.stream().filter(line -> line.entry().offset() >= offset).forEach(lines::add);
            return lines;
        }
        CommandIntake again = new CommandIntake();
        KafkaConsumer<ByteBuffer, ByteBuffer> reader = fromBeginning(clients.reader());
        try {
            readToEnd(reader, nextOffset, record -> {
                Line line = line(again, record);
                if (line.entry().offset() >= offset && line.entry().offset() < nextOffset) {
                    lines.add(line);
                }
            });
        } finally {
            reader.close(Clients.AT_ONCE);
        }
        return lines;
    }

    private void readToEnd(
            KafkaConsumer<ByteBuffer, ByteBuffer> reader,
            long end,
            Consumer<ConsumerRecord<ByteBuffer, ByteBuffer>> each) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (reader.position(partition) < end) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(partition + " cannot be read to its end, " + end);
            }
            var records = reader.poll(Duration.ofMillis(100));
            records.forEach(each);
            if (!records.isEmpty()) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            }
        }
    }

    private static Line line(CommandIntake intake, ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        ControlEntry entry = intake.read(record);
        return new Line(entry, entry instanceof ControlEntry.Malformed ? record : sizesOf(record));
    }

    /** A command is in its entry; its record's bytes would keep all that was fetched with them. */
    private static ConsumerRecord<ByteBuffer, ByteBuffer> sizesOf(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                TimestampType.NO_TIMESTAMP_TYPE,
                record.serializedKeySize(),
                record.serializedValueSize(),
                ByteBuffer.allocate(0),
                ByteBuffer.allocate(0),
                new RecordHeaders(TraceContext.of(record.headers())),
                record.leaderEpoch());
    }

    KafkaConsumer<ByteBuffer, ByteBuffer> consumer() {
        return consumer;
    }

    /** Offset after the last line handed on; 0 before the first. */
    long epoch() {
        return nextOffset;
    }

    @Override
    public void close() {
        consumer.close(Clients.AT_ONCE);
    }
}
