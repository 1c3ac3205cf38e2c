// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Switches;
import io.quantflux.spec.TensorStatistics;
import org.jspecify.annotations.Nullable;

/**
 * The newest qparams of a tensor and how they came about.
 *
 * @param switches in force after this update
 * @param step training step of the tensor that caused it
 * @param version counts the changes of the tensor's qparams, from 1; 0 before the first
 * @param observations tensors that have updated the qparams
 * @param qparams {@code null} before the first observation
 * @param runningMin lower end of the running range; {@code null} where none is kept
 * @param runningMax upper end of the running range; {@code null} where none is kept
 * @param statistics measured on the tensor that caused it; {@code null} where none was
 * @param source the activation that caused it
 */
public record QParamsUpdate(
        QuantizationSpec spec,
        QuantizationTarget target,
        Switches switches,
        long step,
        long version,
        long observations,
        @Nullable QParams qparams,
        @Nullable FloatArray runningMin,
        @Nullable FloatArray runningMax,
        @Nullable TensorStatistics statistics,
        SourcePosition source) {

    /**
     * What a tensor's state says.
     *
     * @param statistics measured on the tensor that led to it; {@code null} where none was
     * @param source the activation that led to it
     */
    public static QParamsUpdate of(TensorState state, @Nullable TensorStatistics statistics, SourcePosition source) {
        CalibrationState calibration = state.calibration();
        return new QParamsUpdate(
                calibration.spec(),
                calibration.target(),
                calibration.switches(),
                state.lastStep(),
                state.version(),
                calibration.observations(),
                calibration.qparams(),
                calibration.floats(CalibrationState.RUNNING_MIN),
                calibration.floats(CalibrationState.RUNNING_MAX),
                statistics,
                source);
    }
}
