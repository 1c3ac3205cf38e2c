// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one tensor's calibration: a value that the pure step turns into the next one, and that can be
 * stored and restored without loss.
 *
 * <p>Numbers live in named arrays, like a state dict, so that a new observer needs no new schema. {@code scale},
 * {@code zero_point} and {@code minval} are the qparams; {@code running_min} and {@code running_max} the running range.
 *
 * @param spec how the tensor is quantized
 * @param target what it is; resolves the calculator {@code default}
 * @param switches what happens to the next tensor
 * @param observations tensors that have updated the qparams
 * @param arrays named arrays, sorted by name; empty before the first observation
 */
public record CalibrationState(
        QuantizationSpec spec,
        QuantizationTarget target,
        Switches switches,
        long observations,
        Map<String, NumericArray> arrays) {

    /** Name of the array with the scales, float32, one a block. */
    public static final String SCALE = "scale";
    /** Name of the array with the zero points, int32; integer dtypes only. */
    public static final String ZERO_POINT = "zero_point";
    /** Name of the array with the minvals, float32; integer dtypes only. */
    public static final String MINVAL = "minval";
    /** Name of the array with the lower bounds a calculator keeps, float32. */
    public static final String RUNNING_MIN = "running_min";
    /** Name of the array with the upper bounds a calculator keeps, float32. */
    public static final String RUNNING_MAX = "running_max";

    /**
     * Copies and sorts the arrays.
     *
     * @param spec how the tensor is quantized
     * @param target what it is; resolves the calculator {@code default}
     * @param switches what happens to the next tensor
     * @param observations tensors that have updated the qparams
     * @param arrays named arrays, sorted by name; empty before the first observation
     */
    public CalibrationState {
        arrays = Collections.unmodifiableMap(new TreeMap<>(arrays));
    }

    /**
     * {@return the state before the first tensor}
     *
     * @param spec how the tensor is quantized
     * @param target what the tensor is: activation, weight or look-up table
     */
    public static CalibrationState initial(QuantizationSpec spec, QuantizationTarget target) {
        return new CalibrationState(spec, target, Switches.INITIAL, 0, Map.of());
    }

    /** {@return whether qparams have been computed} */
    public boolean isInitialized() {
        return arrays.containsKey(SCALE);
    }

    /** {@return the newest qparams, or {@code null} before the first observation} */
    public @Nullable QParams qparams() {
        FloatArray scale = floats(SCALE);
        return scale == null ? null : new QParams(scale, (IntArray) arrays.get(ZERO_POINT), floats(MINVAL));
    }

    /**
     * {@return the named float array, or {@code null}}
     *
     * @param name name of an array, such as {@link #RUNNING_MIN}
     */
    public @Nullable FloatArray floats(String name) {
        return (FloatArray) arrays.get(name);
    }

    /**
     * {@return the state with other switches, all else the same}
     *
     * @param now the other switches
     */
    public CalibrationState with(Switches now) {
        return new CalibrationState(spec, target, now, observations, arrays);
    }

    /**
     * {@return the state with another spec, all else the same}
     *
     * @param now cuts and computes as this one does
     */
    public CalibrationState with(QuantizationSpec now) {
        return new CalibrationState(now, target, switches, observations, arrays);
    }

    /**
     * {@return the state with other arrays in place of these, not counted as an observation}
     *
     * @param now all arrays, qparams included
     */
    public CalibrationState withArrays(Map<String, NumericArray> now) {
        return new CalibrationState(spec, target, switches, observations, now);
    }

    /**
     * {@return the state after one more observation, with these arrays}
     *
     * @param now all arrays, qparams included
     */
    public CalibrationState observed(Map<String, NumericArray> now) {
        return new CalibrationState(spec, target, switches, observations + 1, now);
    }

    /**
     * Forgets range and qparams; spec and switches stay, and a disabled tensor is enabled.
     *
     * @return the state as before the first tensor, but for its switches
     */
    public CalibrationState reset() {
        return new CalibrationState(spec, target, switches.withDisabled(false), 0, Map.of());
    }
}
