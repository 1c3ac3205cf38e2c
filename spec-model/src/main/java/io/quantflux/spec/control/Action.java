// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.control;

import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import java.util.Locale;

/** What a command does to each tensor it selects. */
public sealed interface Action {
    /** Freezes qparams, or lets updates resume. */
    record SetExportMode(boolean enabled) implements Action {}

    /** Whether tensors update the running range and qparams. */
    record SetObserver(boolean enabled) implements Action {}

    /** Whether outputs are quantized and dequantized. */
    record SetFakeQuant(boolean enabled) implements Action {}

    /** Begins a calibration session (observer on, fake quant off), or ends it (observer off, fake quant on). */
    record SetCalibration(boolean started) implements Action {}

    /** Begins a training session (both on, or as the schedule says), or ends it (observer off, fake quant on). */
    record SetTraining(boolean started) implements Action {}

    /** Lets the switches follow the training step. */
    record SetSchedule(QatSchedule schedule) implements Action {}

    /** Starts over with another spec: range and qparams are forgotten. */
    record SetSpec(QuantizationSpec spec) implements Action {}

    /** Forgets range and qparams; spec and switches stay. */
    record Reset() implements Action {}

    /** Enables tensors that a block-size mismatch has disabled. */
    record ReEnable() implements Action {}

    /** The wire name: {@code set_export_mode}, {@code reset}, …; derived from the record's own name. */
    default String key() {
        return getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
