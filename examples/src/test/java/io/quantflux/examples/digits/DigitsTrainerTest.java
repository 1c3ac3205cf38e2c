// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class DigitsTrainerTest {

    @Test
    void learnsTheDigits() {
        try (DigitsTrainer trainer = new DigitsTrainer(7)) {
            assertThat(trainer.accuracy(ActivationHook.NONE)).isLessThan(0.3);
            double first = trainer.step(ActivationHook.NONE).loss();
            StepReport last = run(trainer, 599);
            assertThat(last.step()).isEqualTo(600);
            assertThat(last.loss()).isLessThan(first / 10);
            assertThat(trainer.accuracy(ActivationHook.NONE)).isGreaterThan(0.95);
        }
    }

    @Test
    void aSeedGivesTheSameRunToTheBit() {
        try (DigitsTrainer one = new DigitsTrainer(11);
                DigitsTrainer same = new DigitsTrainer(11);
                DigitsTrainer other = new DigitsTrainer(12)) {
            StepReport report = run(one, 20);
            assertThat(run(same, 20)).isEqualTo(report);
            assertThat(run(other, 20)).isNotEqualTo(report);
        }
    }

    @Test
    void aStepShowsTheHookEveryLayerAndTheirGradientsInReverse() {
        Journal journal = new Journal();
        try (DigitsTrainer trainer = new DigitsTrainer(7)) {
            trainer.step(journal);
            assertThat(journal.entries)
                    .containsExactly(
                            "input [64, 1, 8, 8]",
                            "conv1.relu [64, 8, 8, 8]",
                            "fc1.relu [64, 64]",
                            "logits [64, 10]",
                            "gradient of logits [64, 10]",
                            "gradient of fc1.relu [64, 64]",
                            "gradient of conv1.relu [64, 8, 8, 8]");
            journal.entries.clear();
            trainer.step(journal);
            assertThat(journal.entries).hasSize(7);
        }
    }

    @Test
    void measuringAccuracyShowsTheHookTheTestSplitAndNoGradients() {
        Journal journal = new Journal();
        try (DigitsTrainer trainer = new DigitsTrainer(7)) {
            trainer.accuracy(journal);
            assertThat(journal.entries)
                    .containsExactly(
                            "input [360, 1, 8, 8]",
                            "conv1.relu [360, 8, 8, 8]",
                            "fc1.relu [360, 64]",
                            "logits [360, 10]");
        }
    }

    @Test
    void whatTheHookReturnsIsWhatTheNextLayerSees() {
        for (String layer : DigitsTrainer.LAYERS) {
            try (DigitsTrainer plain = new DigitsTrainer(7);
                    DigitsTrainer hooked = new DigitsTrainer(7)) {
                double loss = hooked.step((name, a) -> name.equals(layer) ? a.mul(0.5) : a)
                        .loss();
                assertThat(loss)
                        .as(layer)
                        .isNotEqualTo(plain.step(ActivationHook.NONE).loss());
            }
        }
    }

    @Test
    void aCopyInAnotherMemoryOrderTrainsTheSame() {
        try (DigitsTrainer plain = new DigitsTrainer(7);
                DigitsTrainer hooked = new DigitsTrainer(7)) {
            for (int i = 0; i < 3; i++) {
                double loss = hooked.step((name, a) -> a.dup('f')).loss();
                assertThat(loss).isEqualTo(plain.step(ActivationHook.NONE).loss());
            }
        }
    }

    @Test
    void anArrayOfAnotherShapeIsRefusedAndTheWeightsStay() {
        try (DigitsTrainer trainer = new DigitsTrainer(7)) {
            double before = trainer.accuracy(ActivationHook.NONE);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> trainer.step((name, a) -> name.equals("fc1.relu") ? a.sum(true, 0) : a))
                    .withMessage("hook returned FLOAT [1, 64] as the activation of layer 'fc1.relu',"
                            + " expected FLOAT [64, 64]");
            assertThat(trainer.accuracy(ActivationHook.NONE)).isEqualTo(before);
        }
    }

    @Test
    void anArrayOfAnotherDataTypeIsRefused() {
        try (DigitsTrainer trainer = new DigitsTrainer(7)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> trainer.step((name, a) -> a.castTo(DataType.DOUBLE)))
                    .withMessage("hook returned DOUBLE [64, 1, 8, 8] as the activation of layer 'input',"
                            + " expected FLOAT [64, 1, 8, 8]");
        }
    }

    @Test
    void aStepFreesWhatTheHookWasGivenAndWhatItReturned() {
        List<INDArray> seen = new ArrayList<>();
        ActivationHook copying = (name, a) -> {
            seen.add(a);
            seen.add(a.dup());
            return seen.get(seen.size() - 1);
        };
        try (DigitsTrainer trainer = new DigitsTrainer(7)) {
            trainer.step(copying);
            trainer.accuracy(copying);
            assertThat(seen).hasSize(16).allMatch(INDArray::wasClosed);
        }
    }

    @Test
    void aFailedStepFreesWhatItMade() {
        List<INDArray> seen = new ArrayList<>();
        try (DigitsTrainer trainer = new DigitsTrainer(7)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> trainer.step((name, a) -> {
                        seen.add(a);
                        if (name.equals("logits")) {
                            throw new IllegalStateException("stop");
                        }
                        return a;
                    }));
            assertThat(seen).hasSize(4).allMatch(INDArray::wasClosed);
        }
    }

    private static StepReport run(DigitsTrainer trainer, int steps) {
        StepReport last = trainer.step(ActivationHook.NONE);
        for (int i = 1; i < steps; i++) {
            last = trainer.step(ActivationHook.NONE);
        }
        return last;
    }

    /** Notes what it is shown, and checks what the contract promises of it. */
    private static final class Journal implements ActivationHook {

        private final List<String> entries = new ArrayList<>();

        @Override
        public INDArray onActivation(String layer, INDArray activation) {
            assertThat(activation.dataType()).isEqualTo(DataType.FLOAT);
            assertThat(activation.ordering()).isEqualTo('c');
            assertThat(activation.offset()).isZero();
            assertThat(activation.data().length()).isEqualTo(activation.length());
            entries.add(layer + " " + Arrays.toString(activation.shape()));
            return activation;
        }

        @Override
        public INDArray onGradient(String layer, INDArray gradient) {
            entries.add("gradient of " + layer + " " + Arrays.toString(gradient.shape()));
            return gradient;
        }
    }
}
