// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.streaming.shard.ShardSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** An oracle is worth nothing if it cannot fail: each kind of fault, planted, is found and counted as what it is. */
class VerifierTest {
    private static final int RECORDS = 60;

    @Test
    void twoReplaysOfOneLogAgreeInEveryByte() {
        assertThat(verdictOn(Planted.NOTHING))
                .isEqualTo("records 61, lost 0, duplicated 0, reordered 0, state mismatches 0");
    }

    @Test
    void anOutputThatIsMissingIsLost() {
        assertThat(verdictOn(Planted.DROP_OUTPUT)).contains("lost 1, duplicated 0, reordered 0, state mismatches 0");
    }

    @Test
    void aSecondOutputOfARecordIsADuplicate() {
        assertThat(verdictOn(Planted.DUPLICATE_OUTPUT))
                .contains("lost 0, duplicated 1, reordered 0, state mismatches 0");
    }

    @Test
    void anOutputAfterThatOfALaterRecordIsOutOfOrder() {
        assertThat(verdictOn(Planted.SWAP_OUTPUTS)).contains("lost 0, duplicated 0, reordered 1, state mismatches 0");
    }

    @Test
    void oneBitOfAnOutputIsAMismatch() {
        assertThat(verdictOn(Planted.FLIP_OUTPUT)).contains("lost 0, duplicated 0, reordered 0, state mismatches 1");
    }

    @Test
    void oneBitOfAStateIsAMismatch() {
        assertThat(verdictOn(Planted.FLIP_STATE)).contains("lost 0, duplicated 0, reordered 0, state mismatches 1");
    }

    @Test
    void oneBitOfQparamsIsAMismatch() {
        assertThat(verdictOn(Planted.FLIP_QPARAMS)).contains("lost 0, duplicated 0, reordered 0, state mismatches 1");
    }

    @Test
    void aDeadLetterThatIsMissingDoubledOrUndueIsCounted() {
        Evidence right = replay().evidence();
        Evidence.Source poison = new Evidence.Source(0, RECORDS);
        assertThat(right.deadLetters()).containsExactly(poison);

        Evidence missing = right.copy();
        missing.deadLetters().clear();
        assertThat(Comparison.of(right, missing, 0).lost()).isEqualTo(1);
        Evidence doubled = right.copy();
        doubled.deadLetters().add(poison);
        assertThat(Comparison.of(right, doubled, 0).duplicated()).isEqualTo(1);
        Evidence undue = right.copy();
        undue.deadLetters().add(new Evidence.Source(0, 3));
        assertThat(Comparison.of(right, undue, 0).stateMismatches()).isEqualTo(1);
    }

    @Test
    void aRecordProcessedTwiceShowsInStateAndLaterOutputs() {
        Evidence right = replay().evidence();
        Replay twice = new Replay(settings());
        for (int i = 0; i < RECORDS; i++) {
            twice.take(good(i, i == 20 ? 19 : i));
        }
        Verdict verdict = Comparison.of(right, twice.evidence(), RECORDS);
        assertThat(verdict.stateMismatches()).as("%s", verdict.examples()).isGreaterThan(10);
    }

    private static String verdictOn(Planted fault) {
        Evidence actual = fault.in(replay().evidence());
        Replay expected = replay();
        return Comparison.of(expected.evidence(), actual, expected.records()).toString();
    }

    /** Three tensors in turn, and at the end a record that is none. */
    private static Replay replay() {
        Replay replay = new Replay(settings());
        for (int i = 0; i < RECORDS; i++) {
            replay.take(good(i, i));
        }
        replay.take(record(RECORDS, "run/x0", new byte[] {1, 2, 3}));
        return replay;
    }

    private static ConsumerRecord<ByteBuffer, ByteBuffer> good(int offset, int content) {
        float[] values = {content, -content * 0.5f, 0.25f, 1f / (content + 1)};
        return record(
                offset,
                "run/x" + offset % 3,
                ActivationCodec.encode(
                        offset, Shape.of(4), values, null, QuantizationTarget.ACTIVATION, "test", offset));
    }

    private static ConsumerRecord<ByteBuffer, ByteBuffer> record(long offset, String id, byte[] value) {
        return new ConsumerRecord<>(
                "activations", 0, offset, ByteBuffer.wrap(id.getBytes(StandardCharsets.UTF_8)), ByteBuffer.wrap(value));
    }

    private static ShardSettings settings() {
        return new ShardSettings(
                new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE),
                QuantizationSpec.DEFAULT,
                null,
                1,
                100,
                1 << 20,
                true);
    }
}
