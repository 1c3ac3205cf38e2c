// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.avro.ControlCodec;
import io.quantflux.avro.WireFormatException;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.streaming.shard.ControlEntry;
import io.quantflux.streaming.shard.Emission;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads the control topic from its beginning: every instance sees every command, in one order.
 *
 * <p>Confined to the loop thread.
 */
final class ControlTail implements AutoCloseable {
    /** An entry of the log, and the record it came from. */
    record Line(ControlEntry entry, ConsumerRecord<ByteBuffer, ByteBuffer> source) {}

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
    private final TopicPartition partition;
    private final Set<String> seen = new HashSet<>();
    private final List<Line> log = new ArrayList<>();

    ControlTail(Clients clients, String topic) {
        consumer = clients.reader();
        partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
    }

    /**
     * Follows the topic to the end it has now; returns the new lines, which lanes that are open have yet to see.
     *
     * @throws TimeoutException if it stays out of reach
     */
    List<Line> catchUp() {
        List<Line> arrived = new ArrayList<>();
        Long end = consumer.endOffsets(List.of(partition)).get(partition);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (end != null && nextOffset() < end) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(partition + " cannot be read to its end, " + end);
            }
            arrived.addAll(poll(Duration.ofMillis(100)));
        }
        return arrived;
    }

    /** Appends what has arrived; returns the new lines. */
    List<Line> poll(Duration wait) {
        List<Line> arrived = new ArrayList<>();
        consumer.poll(wait).forEach(record -> arrived.add(new Line(read(record), record)));
        log.addAll(arrived);
        return arrived;
    }

    /** The whole log so far, in order. */
    List<Line> log() {
        return log;
    }

    /** Offset of the next line. */
    long nextOffset() {
        return consumer.position(partition);
    }

    private ControlEntry read(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        if (record.value() == null) {
            return new ControlEntry.Malformed(
                    record.offset(), Emission.Reason.EMPTY, "the record has no value; expected a ControlCommand");
        }
        try {
            ControlCommand command = ControlCodec.decode(record.value().duplicate());
            return seen.add(command.id())
                    ? new ControlEntry.Accepted(record.offset(), command)
                    : new ControlEntry.Duplicate(record.offset(), command);
        } catch (WireFormatException e) {
            return new ControlEntry.Malformed(record.offset(), Emission.Reason.of(e), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        consumer.close(Clients.AT_ONCE);
    }
}
