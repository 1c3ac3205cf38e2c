// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.control;

import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a command does to each tensor it selects. */
public sealed interface Action {
    /**
     * Freezes qparams, or lets updates resume.
     *
     * @param enabled whether qparams are frozen
     */
    record SetExportMode(boolean enabled) implements Action {}

    /**
     * Whether tensors update the running range and qparams.
     *
     * @param enabled whether it is on
     */
    record SetObserver(boolean enabled) implements Action {}

    /**
     * Whether outputs are quantized and dequantized.
     *
     * @param enabled whether it is on
     */
    record SetFakeQuant(boolean enabled) implements Action {}

    /**
     * Begins a calibration session (observer on; fake quant off for activations, on for weights), or ends it (observer off,
     * fake quant on).
     *
     * @param started whether it begins
     */
    record SetCalibration(boolean started) implements Action {}

    /**
     * Begins a training session (both on, or as the schedule says), or ends it (observer off, fake quant on).
     *
     * @param started whether it begins
     */
    record SetTraining(boolean started) implements Action {}

    /**
     * Lets observer and fake quant follow the training step in every training session from now on.
     *
     * @param schedule takes the place of the one before
     */
    record SetSchedule(QatSchedule schedule) implements Action {}

    /** Takes the schedule away; both switches stay where they are, and commands may turn them again. */
    record ClearSchedule() implements Action {}

    /**
     * Starts over with another spec: range and qparams are forgotten.
     *
     * @param spec takes the place of the one before
     */
    record SetSpec(QuantizationSpec spec) implements Action {}

    /** Forgets range and qparams; spec and switches stay. */
    record Reset() implements Action {}

    /** Enables tensors that a block-size mismatch has disabled. */
    record ReEnable() implements Action {}

    /**
     * What becomes of tensors with NaN or infinities from now on; range and qparams stay. A word of its own on the wire for
     * each policy, {@code set_nonfinite_reject}, as the record has no field for it.
     *
     * @param policy {@code null}, {@code set_nonfinite_default}: as the processor is configured
     */
    record SetNonFinite(@Nullable NonFinitePolicy policy) implements Action {
        @Override
        public String key() {
            return "set_nonfinite_" + (policy == null ? "default" : policy.key());
        }
    }

    /** {@return the wire name: {@code set_export_mode}, {@code reset}, …; derived from the record's own name} */
    default String key() {
        return getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
