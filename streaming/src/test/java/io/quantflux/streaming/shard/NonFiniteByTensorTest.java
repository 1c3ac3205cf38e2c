// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.FakeQuantized;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.control.Action;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of NaN and infinities is the tensor's own affair, where its spec or a command says so. */
class NonFiniteByTensorTest {
    private static final Tensor BAD = Tensor.of(Shape.of(3), 1, Float.NaN, -1);

    @ParameterizedTest
    @EnumSource(NonFinitePolicy.class)
    void theSpecOfATensorDecidesWhateverTheProcessorIsToldAlsoAfterARestart(NonFinitePolicy policy) {
        for (NonFinitePolicy configured : NonFinitePolicy.values()) {
            ShardJournal journal = ShardJournal.open(configured, 10, 1 << 20);
            QuantizationSpec spec = QuantizationSpec.DEFAULT.with(policy);
            journal.record(ShardJournal.ID, ShardJournal.activation(0, Tensor.of(Shape.of(3), -1, 0, 1), spec));
            assertThat(outcome(journal)).isEqualTo(expected(policy));
            assertThat(outcome(journal.restarted())).isEqualTo(expected(policy));
        }
    }

    @ParameterizedTest
    @EnumSource(NonFinitePolicy.class)
    void aCommandSetsItAndKeepsRangeAndQparams(NonFinitePolicy policy) {
        for (NonFinitePolicy configured : NonFinitePolicy.values()) {
            ShardJournal journal = ShardJournal.open(configured, 10, 1 << 20);
            journal.record(0, -1, 0, 1);
            QParams qparams = journal.state().calibration().qparams();
            assertThat(ShardJournal.events(journal.send("c", new Action.SetNonFinite(policy), null)))
                    .containsExactly("COMMAND_APPLIED c");
            assertThat(journal.state().calibration().qparams()).isEqualTo(qparams);
            assertThat(journal.state().calibration().observations()).isEqualTo(1);

            ShardJournal restarted = journal.restarted();
            assertThat(outcome(restarted)).isEqualTo(expected(policy));
            restarted.send("back", new Action.SetNonFinite(null), null);
            assertThat(outcome(restarted)).isEqualTo(expected(configured));
        }
    }

    @Test
    void aStandingOrderReachesATensorThatComesLater() {
        ShardJournal journal = ShardJournal.open();
        journal.send("c", new Action.SetNonFinite(NonFinitePolicy.REJECT), null);
        assertThat(outcome(journal)).isEqualTo("rejected");
        assertThat(journal.tensors()).isZero();
    }

    private static String expected(NonFinitePolicy policy) {
        return switch (policy) {
            case QUARANTINE -> "quarantined";
            case REJECT -> "rejected";
            case PROPAGATE -> "observed";
        };
    }

    private static String outcome(ShardJournal journal) {
        List<Emission> emissions = journal.record(ShardJournal.ID, ShardJournal.activation(9, BAD, null));
        if (emissions.get(0) instanceof Emission.DeadLetter letter) {
            assertThat(letter.reason()).isEqualTo(Emission.Reason.NON_FINITE);
            return "rejected";
        }
        FakeQuantized output =
                ShardJournal.only(Emission.Output.class, emissions).get(0).value();
        return output.outcome();
    }
}
