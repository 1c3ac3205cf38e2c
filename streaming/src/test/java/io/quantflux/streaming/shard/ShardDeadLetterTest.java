// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.TensorState;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Action;
import io.quantflux.streaming.BadRecord;
import io.quantflux.streaming.shard.Emission.Reason;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad records: one dead letter, and nothing else has happened. */
class ShardDeadLetterTest {
    private static final QuantizationSpec PER_CHANNEL = QuantizationSpec.builder()
            .granularity(new Granularity.PerChannel(0))
            .build();

    static List<BadRecord> badRecords() {
        return BadRecord.all();
    }

    @ParameterizedTest
    @MethodSource("badRecords")
    void aBadRecordIsOneDeadLetterAndChangesNothing(BadRecord bad) {
        ShardJournal journal = ShardJournal.open();
        journal.record(0, -1, 1);
        refused(
                journal,
                bad.reason(),
                bad.stage(),
                bad.message(),
                () -> journal.raw(wrap(bad.key()), wrap(bad.value())));
        assertThat(journal.tensors()).isEqualTo(1);
    }

    @Test
    void aTensorThatNoLongerFitsItsStateIsRefusedAndTheNextGoodOneCounts() {
        ShardJournal journal = ShardJournal.open();
        journal.record(ShardJournal.ID, ShardJournal.activation(0, Tensor.of(Shape.of(2), 1, 2), PER_CHANNEL));
        refused(
                journal,
                Reason.SHAPE,
                "calibrate",
                "shape was 3 but has qparams of shape 3",
                () -> journal.record(1, 1, 2, 3));
        refused(
                journal,
                Reason.SHAPE,
                "calibrate",
                "granularity.axis was 0",
                () -> journal.record(ShardJournal.ID, ShardJournal.activation(1, Tensor.of(Shape.SCALAR, 1), null)));

        journal.record(1, 3, 4);
        assertThat(journal.state().calibration().observations()).isEqualTo(2);
    }

    @Test
    void nonFiniteValuesAreRefusedUnderRejectAndDueCommandsWaitForTheNextRecord() {
        ShardJournal journal = ShardJournal.open(NonFinitePolicy.REJECT, 10, 1 << 20);
        journal.record(0, -1, 1);
        journal.send("freeze", new Action.SetExportMode(true), 1L);
        refused(
                journal,
                Reason.NON_FINITE,
                "calibrate",
                "1 NaN, 0 +Inf, 1 -Inf, the first at element 1 of 3",
                () -> journal.record(1, 0, Float.NaN, Float.NEGATIVE_INFINITY));
        assertThat(journal.state().pending()).hasSize(1);

        assertThat(ShardJournal.events(journal.record(1, -5, 5))).containsExactly("COMMAND_APPLIED freeze @1");
        assertThat(journal.state().calibration().observations()).isEqualTo(1);
    }

    @Test
    void aRejectedFirstRecordOpensNoTensor() {
        ShardJournal journal = ShardJournal.open(NonFinitePolicy.REJECT, 10, 1 << 20);
        refused(journal, Reason.NON_FINITE, "calibrate", "1 NaN", () -> journal.record(0, Float.NaN));
        assertThat(journal.tensors()).isZero();
    }

    @Test
    void aTensorBeyondTheLimitIsRefusedAndThoseWithinGoOn() {
        ShardJournal journal = ShardJournal.open(NonFinitePolicy.QUARANTINE, 2, 1 << 20);
        journal.record("run/a", 0, 1);
        journal.record("run/b", 0, 1);
        refused(
                journal,
                Reason.TENSOR_LIMIT,
                "calibrate",
                "run/c would be tensor 3; max.tensors.per.partition is 2",
                () -> journal.record("run/c", 0, 1));
        journal.record("run/b", 1, 2);
        assertThat(journal.state("run/b").lastStep()).isEqualTo(1);
    }

    @Test
    void aValueAboveTheLimitIsRefused() {
        ShardJournal journal = ShardJournal.open(NonFinitePolicy.QUARANTINE, 2, 1024);
        refused(
                journal,
                Reason.TOO_LARGE,
                "decode",
                "max.record.bytes is 1024",
                () -> journal.record(0, new float[256]));
    }

    @Test
    void aStateAboveTheLimitIsRefused() {
        ShardJournal journal = ShardJournal.open(NonFinitePolicy.QUARANTINE, 2, 1024);
        Tensor tensor = Tensor.of(Shape.of(60), new float[60]); // 5 arrays of 60 values are 1,200 bytes
        refused(
                journal,
                Reason.TOO_LARGE,
                "calibrate",
                "the tensor's state would have 1200 bytes",
                () -> journal.record(ShardJournal.ID, ShardJournal.activation(0, tensor, PER_CHANNEL)));
        assertThat(journal.tensors()).isZero();
    }

    private static void refused(
            ShardJournal journal, Reason reason, String stage, String message, Supplier<List<Emission>> input) {
        Map<TensorId, TensorState> before = journal.states();
        List<Emission> emissions = input.get();
        assertThat(emissions).singleElement().isInstanceOfSatisfying(Emission.DeadLetter.class, letter -> {
            assertThat(letter.reason()).isEqualTo(reason);
            assertThat(letter.stage()).isEqualTo(stage);
            assertThat(letter.message()).contains(message).doesNotContain("\n");
        });
        assertThat(journal.states()).isEqualTo(before);
    }

    private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
