// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ChunkHeader;
import io.quantflux.avro.SourcePosition;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.streaming.chunk.ChunkLimits;
import io.quantflux.streaming.shard.Emission.DeadLetter;
import io.quantflux.streaming.shard.Emission.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A tensor in chunks")
class ShardChunksTest {
    private static final String ID = ShardJournal.ID;
    private final ShardJournal journal = open(ChunkLimits.DEFAULT);

    private static ShardJournal open(ChunkLimits limits) {
        return ShardJournal.open(NonFinitePolicy.REJECT, 2, 4096, limits);
    }

    private static Activation gaussian(long step, int elements) {
        Random random = new Random(step);
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return ShardJournal.activation(step, Tensor.of(Shape.of(elements), values), null);
    }

    private static Cut cut(long step) {
        return Cut.of(ID, "p", "m" + step, gaussian(step, 1000), 500);
    }

    @Test
    void leadsToTheBitsOfTheSameTensorInOneRecord() {
        ShardJournal whole = ShardJournal.open(NonFinitePolicy.REJECT, 2, 1 << 20);
        for (int step = 0; step < 3; step++) {
            Cut cut = cut(step);
            List<Emission> last =
                    sendAll(cut, IntStream.range(0, cut.count()).boxed().toList());
            List<Emission> expected = whole.record(ID, gaussian(step, 1000));

            Emission.Output output = only(Emission.Output.class, last);
            assertThat(output.value().tensor())
                    .isEqualTo(only(Emission.Output.class, expected).value().tensor());
            assertThat(only(Emission.Qparams.class, last).value().statistics())
                    .isEqualTo(only(Emission.Qparams.class, expected).value().statistics());
            assertThat(journal.state().calibration()).isEqualTo(whole.state().calibration());
        }
        assertThat(journal.open(ID)).isEmpty();
    }

    @Test
    void countsAtTheOffsetOfItsLastChunk() {
        Cut cut = cut(0);
        sendAllBut(cut, cut.count() - 1);
        journal.record(1, 1, 2);
        Emission.Output output = only(Emission.Output.class, cut.send(journal, cut.count() - 1));

        assertThat(output.value().source()).isEqualTo(new SourcePosition(ShardJournal.PARTITION, cut.count()));
        assertThat(journal.state().lastOffset()).isEqualTo(cut.count());
        assertThat(journal.state().lastStep()).isZero();
    }

    @Test
    void mayComeInAnyOrder() {
        Cut cut = cut(4);
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, cut.count()).boxed().toList());
        Collections.shuffle(order, new Random(1));
        Emission.Output output = only(Emission.Output.class, sendAll(cut, order));

        ShardJournal whole = ShardJournal.open(NonFinitePolicy.REJECT, 2, 1 << 20);
        assertThat(output.value().tensor())
                .isEqualTo(only(Emission.Output.class, whole.record(ID, gaussian(4, 1000)))
                        .value()
                        .tensor());
    }

    @Test
    void ofOneChunkIsATensorToo() {
        Cut cut = Cut.of(ID, "p", "only", gaussian(0, 10), 4096);
        assertThat(cut.count()).isOne();
        only(Emission.Output.class, cut.send(journal, 0));
    }

    @Test
    void ofOneProducerDoesNotDisturbThatOfAnother() {
        Cut a = Cut.of(ID, "a", "1", gaussian(1, 1000), 500);
        Cut b = Cut.of(ID, "b", "1", gaussian(2, 1000), 700);
        Cut other = Cut.of("run/y", "a", "2", gaussian(3, 1000), 500);
        List<Emission> all = new ArrayList<>();
        for (int index = 0; index < a.count(); index++) {
            all.addAll(a.send(journal, index));
            all.addAll(other.send(journal, index));
            if (index < b.count()) {
                all.addAll(b.send(journal, index));
            }
        }
        assertThat(ShardJournal.only(Emission.Output.class, all)).hasSize(3);
        assertThat(ShardJournal.only(DeadLetter.class, all)).isEmpty();
    }

    @Test
    void withAChunkMissingIsGivenUpWhenItsProducerGoesOn() {
        Cut first = cut(1);
        sendAllBut(first, 3);
        Cut second = cut(2);
        List<Emission> emissions = second.send(journal, 0);

        DeadLetter letter = only(DeadLetter.class, emissions);
        assertThat(letter.reason()).isEqualTo(Reason.INCOMPLETE);
        assertThat(letter.message())
                .isEqualTo("message m1 of producer p lacks 1 of 9 chunks: its producer goes on with message m2");
        assertThat(journal.open(ID)).hasSize(1);
        assertThat(journal.states()).isEmpty();
        only(
                Emission.Output.class,
                sendAll(second, IntStream.range(1, second.count()).boxed().toList()));
    }

    @Test
    void whoseProducerIsGoneIsGivenUpAfterSoManyRecords() {
        ShardJournal short3 = open(new ChunkLimits(1 << 20, 4, 3));
        cut(1).send(short3, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(ShardJournal.only(DeadLetter.class, short3.record(i, 1, 2)))
                    .isEmpty();
        }
        List<Emission> emissions = short3.record(3, 1, 2);
        assertThat(only(DeadLetter.class, emissions).message())
                .endsWith("no chunk came for 3 records of the partition");
        only(Emission.Output.class, emissions);
        assertThat(short3.open(ID)).isEmpty();
    }

    @Test
    void thatWaitsLongestGivesWayWhenTooManyAreOpen() {
        ShardJournal two = open(new ChunkLimits(1 << 20, 2, 1000));
        Cut.of(ID, "a", "1", gaussian(1, 1000), 500).send(two, 0);
        Cut.of(ID, "b", "1", gaussian(2, 1000), 500).send(two, 0);
        Cut.of(ID, "a", "1", gaussian(1, 1000), 500).send(two, 1);
        DeadLetter letter = only(
                DeadLetter.class,
                Cut.of("run/y", "c", "1", gaussian(3, 1000), 500).send(two, 0));
        assertThat(letter.reason()).isEqualTo(Reason.INCOMPLETE);
        assertThat(letter.message()).contains("producer b").endsWith("more than 2 messages are open");
        assertThat(two.open(ID)).hasSize(1);
    }

    @Test
    void takesEachChunkOnceAndTheSecondIsADeadLetter() {
        Cut cut = cut(1);
        cut.send(journal, 0);
        DeadLetter letter = only(DeadLetter.class, cut.send(journal, 0));
        assertThat(letter.reason()).isEqualTo(Reason.CHUNK);
        assertThat(letter.message()).isEqualTo("chunk 0 of message m1 has come before, at offset 0");
        only(
                Emission.Output.class,
                sendAll(cut, IntStream.range(1, cut.count()).boxed().toList()));
    }

    @Test
    void doesNotTakeAChunkThatContradictsTheFirst() {
        Cut cut = cut(1);
        cut.send(journal, 0);
        Cut liar = Cut.of(ID, "p", "m1", gaussian(1, 1001), 500);
        DeadLetter letter = only(DeadLetter.class, liar.send(journal, 1));
        assertThat(letter.reason()).isEqualTo(Reason.CHUNK);
        assertThat(letter.message())
                .contains("its first chunk said 9, " + cut.bytes().bytes());
        only(
                Emission.Output.class,
                sendAll(cut, IntStream.range(1, cut.count()).boxed().toList()));
    }

    @Test
    void whoseBytesAreNotThoseThatWereSentChangesNothing() {
        Cut cut = cut(1);
        sendAllBut(cut, 5);
        byte[] flipped = cut.value(5);
        flipped[7] ^= 1;
        DeadLetter letter = only(DeadLetter.class, journal.chunk(ID, cut.header(5), flipped));
        assertThat(letter.reason()).isEqualTo(Reason.CORRUPT);
        assertThat(journal.states()).isEmpty();
        assertThat(journal.open(ID)).isEmpty();
    }

    @Test
    void whoseChunksAreNoLongerThereChangesNothing() {
        Cut cut = cut(1);
        sendAllBut(cut, 5);
        journal.expire(0);
        assertThat(only(DeadLetter.class, cut.send(journal, 5)).reason()).isEqualTo(Reason.CORRUPT);
        assertThat(journal.states()).isEmpty();
    }

    @Test
    void isRefusedForWhatItHoldsAsAnyOther() {
        Cut nan = Cut.of(ID, "p", "nan", ShardJournal.activation(0, Tensor.of(Shape.of(2), 1, Float.NaN), null), 20);
        DeadLetter letter = only(
                DeadLetter.class,
                sendAll(nan, IntStream.range(0, nan.count()).boxed().toList()));
        assertThat(letter.reason()).isEqualTo(Reason.NON_FINITE);
        assertThat(journal.states()).isEmpty();
        assertThat(journal.open(ID)).isEmpty();
    }

    @Test
    void largerThanAllowedIsRefusedChunkByChunk() {
        ShardJournal small = open(new ChunkLimits(1000, 4, 100));
        assertThat(only(DeadLetter.class, cut(1).send(small, 0)).message())
                .isEqualTo("the chunks' message has " + cut(1).bytes().bytes() + " bytes; max.tensor.bytes is 1000");
        Cut coarse = Cut.of(ID, "p", "c", gaussian(0, 3000), 5000);
        assertThat(only(DeadLetter.class, coarse.send(journal, 0)).message())
                .isEqualTo("the chunk has 5000 bytes; max.record.bytes is 4096");
        assertThat(journal.open(ID)).isEmpty();
    }

    @Test
    void withWrongHeadersIsADeadLetter() {
        DeadLetter letter = only(DeadLetter.class, journal.chunk(ID, null, new byte[3]));
        assertThat(letter.reason()).isEqualTo(Reason.CHUNK);
        assertThat(letter.message()).isEqualTo("the headers are wrong");
    }

    @Test
    void stopsThePartitionIfAChunkIsCountedTwice() {
        Cut cut = cut(1);
        cut.send(journal, 0);
        ChunkHeader next = cut.header(1);
        assertThatThrownBy(() -> journal.fold(new ShardInput.ChunkArrived(0, ShardJournal.utf8(ID), next, null)))
                .isInstanceOf(ShardGuardException.class)
                .hasMessageContaining("has already counted offset 0");
    }

    @Test
    void survivesARestartBetweenAnyTwoOfItsChunks() {
        Cut a = Cut.of(ID, "a", "1", gaussian(1, 1000), 500);
        Cut b = Cut.of(ID, "b", "1", gaussian(2, 1000), 500);
        List<List<Emission>> expected = new ArrayList<>();
        ShardJournal uninterrupted = open(ChunkLimits.DEFAULT);
        ShardJournal restarting = open(ChunkLimits.DEFAULT);
        for (int index = 0; index < a.count(); index++) {
            for (Cut cut : List.of(a, b)) {
                expected.add(cut.send(uninterrupted, index));
                restarting = restarting.restarted();
                assertThat(cut.send(restarting, index)).isEqualTo(expected.get(expected.size() - 1));
            }
        }
        assertThat(restarting.states()).isEqualTo(uninterrupted.states());
        assertThat(restarting.state().calibration().observations()).isEqualTo(2);
    }

    private void sendAllBut(Cut cut, int left) {
        for (int index = 0; index < cut.count(); index++) {
            if (index != left) {
                cut.send(journal, index);
            }
        }
    }

    /** What the last one led to; the others lead to no more than a note of where they are. */
    private List<Emission> sendAll(Cut cut, List<Integer> order) {
        List<Emission> last = List.of();
        for (int index : order) {
            assertThat(last).allMatch(Emission.Chunks.class::isInstance);
            last = cut.send(journal, index);
        }
        return last;
    }

    private static <T extends Emission> T only(Class<T> kind, List<Emission> emissions) {
        List<T> found = ShardJournal.only(kind, emissions);
        assertThat(found).as("%s", emissions).hasSize(1);
        return found.get(0);
    }
}
