// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.shard.Emission;
import io.quantflux.streaming.shard.Shard;
import io.quantflux.streaming.shard.ShardInput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * One assigned partition: a Flux of inputs through its shard, in order, on one compute thread at a time.
 *
 * <p>The loop thread alone offers inputs and reads the counters; results come back to it through the mailbox.
 */
final class Lane {
    private final TopicPartition partition;
    private final Shard shard;
    private final RecordEncoder encoder;
    private final Sinks.Many<Input> inputs = Sinks.many().unicast().onBackpressureBuffer(new ConcurrentLinkedQueue<>());
    private Disposable running = Disposables.disposed();
    private long inflightBytes;
    private int inflight;
    private long nextOffset;
    private int tensors;

    Lane(TopicPartition partition, Shard shard, RecordEncoder encoder, long nextOffset) {
        this.partition = partition;
        this.shard = shard;
        this.encoder = encoder;
        this.nextOffset = nextOffset;
        this.tensors = shard.tensors();
    }

    /** An input and the record it came from. */
    record Input(ConsumerRecord<ByteBuffer, ByteBuffer> source, ShardInput input) {
        long bytes() {
            return Math.max(0, source.serializedKeySize()) + (long) Math.max(0, source.serializedValueSize());
        }

        boolean isTensor() {
            return input instanceof ShardInput.TensorArrived;
        }
    }

    /**
     * All that an input led to.
     *
     * @param records to send as they are
     * @param newest to write once a transaction, the last for each key
     * @param deadLetters why the input was refused, if it was
     * @param tensors the shard holds now
     */
    record Result(
            Input input,
            List<ProducerRecord<byte[], byte[]>> records,
            List<Emission> newest,
            List<Emission.Reason> deadLetters,
            int tensors) {}

    /** Inputs in, results out, until the lane is dropped. */
    void start(Scheduler compute, Mailbox mailbox) {
        Flux<Result> results = inputs.asFlux().publishOn(compute, 1).map(this::foldOrStop);
        running = results.subscribe(
                result -> mailbox.post(new Mailbox.Folded(this, result)),
                error -> mailbox.post(new Mailbox.LaneStopped(this, error)));
    }

    /** Reactor lets JVM errors fall to the thread, unseen by the loop; as an exception of ours they stop the lane. */
    private Result foldOrStop(Input input) {
        try {
            return fold(input);
        } catch (Error e) {
            throw new IllegalStateException(partition + " @ " + input.source().offset() + ": " + e, e);
        }
    }

    private Result fold(Input input) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<Emission> newest = new ArrayList<>();
        List<Emission.Reason> deadLetters = new ArrayList<>();
        for (Emission emission : shard.fold(input.input())) {
            boolean coalesced = emission instanceof Emission.Qparams
                    || emission instanceof Emission.State
                    || emission instanceof Emission.Progress;
            if (coalesced) {
                newest.add(emission);
            } else {
                records.add(encoder.encode(emission, input.source()));
            }
            if (emission instanceof Emission.DeadLetter letter) {
                deadLetters.add(letter.reason());
            }
        }
        return new Result(input, records, newest, deadLetters, shard.tensors());
    }

    void offer(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        offer(new Input(record, new ShardInput.TensorArrived(record.offset(), record.key(), record.value())));
    }

    void offer(ControlTail.Line line) {
        offer(new Input(line.source(), new ShardInput.CommandArrived(line.entry())));
    }

    private void offer(Input input) {
        inflight++;
        inflightBytes += input.bytes();
        inputs.emitNext(input, Sinks.EmitFailureHandler.FAIL_FAST);
    }

    /** Takes note that a result has reached the loop. */
    void folded(Result result) {
        Input input = result.input();
        tensors = result.tensors();
        inflight--;
        inflightBytes -= input.bytes();
        if (input.isTensor()) {
            nextOffset = input.source().offset() + 1;
        }
    }

    /** Stops without waiting: what it has not handed over was not committed and is read again. */
    void drop() {
        running.dispose();
    }

    TopicPartition partition() {
        return partition;
    }

    /** Bytes offered whose results have not come back. */
    long inflightBytes() {
        return inflightBytes;
    }

    boolean isIdle() {
        return inflight == 0;
    }

    /** Tensors its shard holds. */
    int tensors() {
        return tensors;
    }

    /** Offset of the first record that no result has come back for: what may be committed. */
    long nextOffset() {
        return nextOffset;
    }
}
