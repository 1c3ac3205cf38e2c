// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import org.jspecify.annotations.Nullable;

/**
 * When observing and fake quantization begin and end, as a pure function of the training step.
 *
 * @param enableObserver first step that is observed
 * @param enableFakeQuant first step that is fake-quantized; not before {@code enableObserver}
 * @param disableObserver first step no longer observed, or {@code null} for never
 */
public record QatSchedule(
        long enableObserver, long enableFakeQuant, @Nullable Long disableObserver) {

    /**
     * Checks the fields against each other.
     *
     * @param enableObserver first step that is observed
     * @param enableFakeQuant first step that is fake-quantized; not before {@code enableObserver}
     * @param disableObserver first step no longer observed, or {@code null} for never
     * @throws InvalidSpecException if a step is negative or the order does not hold
     */
    public QatSchedule {
        if (enableObserver < 0) {
            throw new InvalidSpecException("qat_schedule.enable_observer", enableObserver, "must be at least 0");
        }
        if (enableFakeQuant < enableObserver) {
            throw new InvalidSpecException(
                    "qat_schedule.enable_fake_quant",
                    enableFakeQuant,
                    "must not be before enable_observer, " + enableObserver);
        }
        if (disableObserver != null && disableObserver <= enableObserver) {
            throw new InvalidSpecException(
                    "qat_schedule.disable_observer",
                    disableObserver,
                    "must be after enable_observer, " + enableObserver);
        }
        if (disableObserver != null && disableObserver < enableFakeQuant) {
            throw new InvalidSpecException(
                    "qat_schedule.disable_observer",
                    disableObserver,
                    "must not be before enable_fake_quant, " + enableFakeQuant);
        }
    }

    /**
     * {@return whether tensors of {@code step} are observed}
     *
     * @param step training step
     */
    public boolean observerEnabled(long step) {
        return step >= enableObserver && (disableObserver == null || step < disableObserver);
    }

    /**
     * {@return whether tensors of {@code step} are fake-quantized}
     *
     * @param step training step
     */
    public boolean fakeQuantEnabled(long step) {
        return step >= enableFakeQuant;
    }
}
