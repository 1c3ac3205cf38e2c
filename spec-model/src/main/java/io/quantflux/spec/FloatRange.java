// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import org.jspecify.annotations.Nullable;

/**
 * Bounds the user has pinned for a tensor's range; a {@code null} bound is left to the observer.
 *
 * <p>Zero always lies within, so that padding and ReLU zeros stay representable.
 *
 * @param min lower bound, at most 0, in the tensor's own unit; {@code null} for the observed one
 * @param max upper bound, at least 0, in the tensor's own unit; {@code null} for the observed one
 */
public record FloatRange(@Nullable Float min, @Nullable Float max) {
    /** Both bounds left to the observer. */
    public static final FloatRange OBSERVED = new FloatRange(null, null);

    /**
     * Checks the fields against each other.
     *
     * @param min lower bound, at most 0, in the tensor's own unit; {@code null} for the observed one
     * @param max upper bound, at least 0, in the tensor's own unit; {@code null} for the observed one
     * @throws InvalidSpecException unless min ≤ 0 ≤ max, min &lt; max and both are finite, as far as they are given
     */
    public FloatRange {
        requireFinite("float_range[0]", min);
        requireFinite("float_range[1]", max);
        if (min != null && !(min <= 0)) {
            throw new InvalidSpecException(
                    "float_range[0]", min, "must be at most 0, so that zero stays representable");
        }
        if (max != null && !(max >= 0)) {
            throw new InvalidSpecException(
                    "float_range[1]", max, "must be at least 0, so that zero stays representable");
        }
        if (min != null && max != null && !(min < max)) {
            throw new InvalidSpecException("float_range", "[" + min + ", " + max + "]", "needs min < max");
        }
    }

    private static void requireFinite(String field, @Nullable Float bound) {
        if (bound != null && !Float.isFinite(bound)) {
            throw new InvalidSpecException(field, bound, "must be finite in float32");
        }
    }

    /** {@return whether both ends are pinned: such qparams are computed once and never change} */
    public boolean isFixed() {
        return min != null && max != null;
    }
}
