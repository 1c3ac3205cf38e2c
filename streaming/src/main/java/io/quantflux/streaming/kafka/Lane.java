// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.chunk.Reading;
import io.quantflux.streaming.shard.Emission;
import io.quantflux.streaming.shard.Shard;
import io.quantflux.streaming.shard.ShardInput;
import io.quantflux.streaming.view.StageTimes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * One assigned partition: a Flux of inputs through its shard, in order, on one compute thread at a time.
 *
 * <p>The loop thread alone offers inputs and reads the counters; results come back to it through the mailbox.
 */
final class Lane {
    private static final int COMMANDS_TIMES_TENSORS = 20_000;

    private final TopicPartition partition;
    private final Shard shard;
    private final RecordEncoder encoder;
    private final ChunkEncoder chunks;
    private final Transaction transaction;
    private final Sinks.Many<Input> inputs = Sinks.many().unicast().onBackpressureBuffer(new ConcurrentLinkedQueue<>());
    private Disposable running = Disposables.disposed();
    private long inflightBytes;
    private int inflight;
    private int commands;
    private long nextOffset;
    private int tensors;

    Lane(
            TopicPartition partition,
            Shard shard,
            RecordEncoder encoder,
            ChunkEncoder chunks,
            Transaction transaction,
            long nextOffset) {
        this.partition = partition;
        this.shard = shard;
        this.encoder = encoder;
        this.chunks = chunks;
        this.transaction = transaction;
        this.nextOffset = nextOffset;
        this.tensors = shard.tensors();
    }

    /** An input and the record it came from. */
    record Input(ConsumerRecord<ByteBuffer, ByteBuffer> source, ShardInput input, long offeredNanos) {
        long bytes() {
            return Math.max(0, source.serializedKeySize()) + (long) Math.max(0, source.serializedValueSize());
        }

        boolean isTensor() {
            return !(input instanceof ShardInput.CommandArrived) && isWhole();
        }

        /** Whether the record is done with it: not if it only made way for the record, by giving up a message. */
        boolean isWhole() {
            return !(input instanceof ShardInput.MessageRead read
                    && read.reading().givenUp() != null);
        }
    }

    /**
     * All that an input led to.
     *
     * @param records to send as they are
     * @param large to send after them, each made only then: they would not all fit into memory
     * @param newest to write once a transaction, the last for each key
     * @param emissions what these records say, in order, for those who look on
     * @param tensors the shard holds now
     * @param times how long each stage took
     */
    record Result(
            Input input,
            List<ProducerRecord<byte[], byte[]>> records,
            List<Supplier<ProducerRecord<byte[], byte[]>>> large,
            List<Emission> newest,
            List<Emission> emissions,
            int tensors,
            StageTimes times) {

        /** Whether it lives in the room of a large tensor until its records are sent. */
        boolean endsTurn() {
            return input.input() instanceof ShardInput.MessageRead;
        }
    }

    /** Inputs in, results out, until the lane is dropped. */
    void start(Scheduler compute, Mailbox mailbox) {
        Flux<Result> results =
                inputs.asFlux().publishOn(compute, 1).concatMap(input -> results(input, compute, mailbox), 1);
        running = results.subscribe(
                result -> mailbox.post(new Mailbox.Folded(this, result)),
                error -> mailbox.post(new Mailbox.LaneStopped(this, error)));
    }

    /** One result; more if messages are given up before it. Waits, off the thread, for what has to be read first. */
    private Publisher<Result> results(Input input, Scheduler compute, Mailbox mailbox) {
        Reading awaited = shard.awaited(input.input());
        if (awaited == null) {
            return Mono.just(foldOrStop(input, List.of()));
        }
        Flux<Result> read = Mono.<ChunkReader.Read>create(
                        sink -> mailbox.post(new Mailbox.TurnWanted(new LargeTurns.Turn(this, awaited, sink))))
                .publishOn(compute)
                .map(message -> foldOrStop(
                        new Input(
                                input.source(),
                                new ShardInput.MessageRead(input.input(), awaited, message.message()),
                                input.offeredNanos()),
                        message.chunks()))
                .flux();
        return awaited.givenUp() == null ? read : read.concatWith(Flux.defer(() -> results(input, compute, mailbox)));
    }

    /** Reactor lets JVM errors fall to the thread, unseen by the loop; as an exception of ours they stop the lane. */
    private Result foldOrStop(Input input, List<ConsumerRecord<ByteBuffer, ByteBuffer>> read) {
        try {
            return fold(input, read);
        } catch (Error e) {
            throw new IllegalStateException(partition + " @ " + input.source().offset() + ": " + e, e);
        }
    }

    private Result fold(Input input, List<ConsumerRecord<ByteBuffer, ByteBuffer>> read) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<Supplier<ProducerRecord<byte[], byte[]>>> large = new ArrayList<>();
        List<Emission> newest = new ArrayList<>();
        long started = System.nanoTime();
        List<Emission> emissions = shard.fold(input.input());
        long folded = System.nanoTime();
        for (Emission emission : emissions) {
            boolean coalesced = emission instanceof Emission.Qparams
                    || emission instanceof Emission.State
                    || emission instanceof Emission.Chunks
                    || emission instanceof Emission.Progress;
            if (coalesced) {
                newest.add(emission);
            } else {
                List<Supplier<ProducerRecord<byte[], byte[]>>> pieces = pieces(emission, read);
                large.addAll(pieces);
                if (pieces.isEmpty()) {
                    records.add(encoder.encode(emission, input.source()));
                }
            }
        }
        StageTimes times = new StageTimes(started - input.offeredNanos(), folded - started, System.nanoTime() - folded);
        return new Result(input, records, large, newest, emissions, shard.tensors(), times);
    }

    private List<Supplier<ProducerRecord<byte[], byte[]>>> pieces(
            Emission emission, List<ConsumerRecord<ByteBuffer, ByteBuffer>> read) {
        if (emission instanceof Emission.Output output) {
            return chunks.output(output);
        }
        return emission instanceof Emission.DeadLetter letter ? chunks.deadLetters(letter, read) : List.of();
    }

    void offer(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        offer(new Input(record, ChunkRecords.input(record), System.nanoTime()));
    }

    void offer(ControlTail.Line line) {
        commands++;
        offer(new Input(line.source(), new ShardInput.CommandArrived(line.entry()), System.nanoTime()));
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
        if (!input.isWhole()) {
            return;
        }
        inflight--;
        inflightBytes -= input.bytes();
        if (input.isTensor()) {
            nextOffset = input.source().offset() + 1;
        } else {
            commands--;
        }
    }

    /** Stops without waiting: what it has not handed over was not committed and is read again. */
    void drop() {
        running.dispose();
    }

    TopicPartition partition() {
        return partition;
    }

    /** What its results are committed with. */
    Transaction transaction() {
        return transaction;
    }

    /** Bytes offered whose results have not come back. */
    long inflightBytes() {
        return inflightBytes;
    }

    /** How many commands it takes before it has worked off others: each may concern every tensor. */
    int roomForCommands() {
        return Math.max(0, COMMANDS_TIMES_TENSORS / Math.max(1, tensors) + 1 - commands);
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
