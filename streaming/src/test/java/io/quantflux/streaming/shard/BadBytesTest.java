// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Action;
import io.quantflux.streaming.shard.Emission.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes that are cut, lengthened or swapped, wherever: one dead letter each, no trace, and the next record counts. */
class BadBytesTest {
    private static final byte[] GOOD = ActivationCodec.encode(
            ShardJournal.activation(1, Tensor.of(Shape.of(4), 1, 2, 3, 4), QuantizationSpec.DEFAULT));
    private final ShardJournal journal = ShardJournal.open();

    @Test
    void aValueCutAtAnyByteIsADeadLetter() {
        journal.record(0, -1, 1, 2, 3);
        for (int length = 0; length < GOOD.length; length++) {
            refused(Arrays.copyOf(GOOD, length), length == 0 ? Reason.EMPTY : Reason.DECODE);
        }
        journal.raw(ShardJournal.utf8(ShardJournal.ID), ByteBuffer.wrap(GOOD));
        assertThat(journal.state().calibration().observations()).isEqualTo(2);
    }

    @Test
    void bytesAfterTheRecordAreADeadLetter() {
        journal.record(0, -1, 1);
        for (int extra = 1; extra < 40; extra++) {
            refused(Arrays.copyOf(GOOD, GOOD.length + extra), Reason.DECODE);
        }
    }

    @Test
    void anyOtherFingerprintIsADeadLetter() {
        journal.record(0, -1, 1);
        for (int bit = 0; bit < 64; bit++) {
            byte[] other = GOOD.clone();
            other[2 + bit / 8] ^= (byte) (1 << bit % 8);
            refused(other, Reason.DECODE);
        }
    }

    @Test
    void randomBytesAreADeadLetter() {
        journal.record(0, -1, 1);
        Random random = new Random(6);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(100)];
            random.nextBytes(bytes);
            refused(bytes, Reason.DECODE);
        }
    }

    @Test
    void aValueOfExactlyTheLimitIsTakenAndOneByteMoreIsNot() {
        ShardJournal exact = ShardJournal.open(NonFinitePolicy.QUARANTINE, 2, 1024);
        byte[] head =
                ActivationCodec.encode(ShardJournal.activation(0, Tensor.of(Shape.of(200), new float[200]), null));
        int elements = 200 + (1024 - head.length) / Float.BYTES;
        int spare = (1024 - head.length) % Float.BYTES;
        byte[] fits = ActivationCodec.encode(new Activation(
                0,
                Tensor.of(Shape.of(elements), new float[elements]),
                null,
                QuantizationTarget.ACTIVATION,
                "test" + "x".repeat(spare),
                -1));
        assertThat(fits).hasSize(1024);
        assertThat(exact.raw(ShardJournal.utf8("run/a"), ByteBuffer.wrap(fits)))
                .noneMatch(Emission.DeadLetter.class::isInstance);
        List<Emission> refused = exact.raw(ShardJournal.utf8("run/a"), ByteBuffer.wrap(Arrays.copyOf(fits, 1025)));
        assertThat(refused).singleElement().isInstanceOfSatisfying(Emission.DeadLetter.class, letter -> assertThat(
                        letter.reason())
                .isEqualTo(Reason.TOO_LARGE));
    }

    @Test
    void aScalarIsOneElementAndAPathIsJustAName() {
        journal.record("run/../../etc/passwd", ShardJournal.activation(0, Tensor.of(Shape.SCALAR, 5), null));
        assertThat(journal.state("run/../../etc/passwd").calibration().observations())
                .isEqualTo(1);
    }

    @Test
    void commandsThatWaitMayNotMakeAStateThatFitsNoRecord() {
        journal.record(0, -1, 1);
        QuantizationSpec large =
                QuantizationSpec.builder().extra("note", "x".repeat(60_000)).build();
        for (int i = 0; i < 2; i++) {
            assertThat(ShardJournal.events(journal.send("c" + i, new Action.SetSpec(large), 1_000L)))
                    .doesNotContain("COMMAND_REJECTED c" + i);
        }
        journal.send("c2", new Action.SetSpec(large), 1_000L);
        assertThat(journal.state().pending()).hasSize(2);
    }

    private void refused(byte[] value, Reason reason) {
        Map<TensorId, TensorState> before = journal.states();
        List<Emission> emissions = journal.raw(ShardJournal.utf8(ShardJournal.ID), ByteBuffer.wrap(value));
        assertThat(emissions).singleElement().isInstanceOfSatisfying(Emission.DeadLetter.class, letter -> assertThat(
                        letter.reason())
                .isEqualTo(reason));
        assertThat(journal.states()).isEqualTo(before);
    }
}
