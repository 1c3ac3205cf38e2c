// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import io.quantflux.spec.FloatArray;
import io.quantflux.spec.Shape;

/** A bound of each block, for another number of blocks along some axes: merged over those, then repeated along them. */
final class Resizing {
    private Resizing() {}

    /**
     * @param bounds lower ones at most 0, upper ones at least 0
     * @param to same rank as the bounds
     * @param widest of two bounds
     */
    static FloatArray of(FloatArray bounds, Shape to, RunningRange.Rule widest) {
        Shape common = bounds.shape();
        for (int axis = 0; axis < to.rank(); axis++) {
            common = common.dim(axis) == to.dim(axis) ? common : common.with(axis, 1);
        }
        float[] merged = new float[(int) common.elements()]; // 0 lies within every range
        for (int i = 0; i < bounds.size(); i++) {
            int at = indexWithin(common, bounds.shape(), i);
            merged[at] = widest.apply(merged[at], bounds.get(i));
        }
        float[] resized = new float[(int) to.elements()];
        for (int i = 0; i < resized.length; i++) {
            resized[i] = merged[indexWithin(common, to, i)];
        }
        return FloatArray.of(to, resized);
    }

    /** Where the element with row-major {@code index} in {@code shape} stands in one with 1 along some axes. */
    private static int indexWithin(Shape common, Shape shape, int index) {
        int rest = index;
        int at = 0;
        int stride = 1;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            at += common.dim(axis) == 1 ? 0 : rest % shape.dim(axis) * stride;
            rest /= shape.dim(axis);
            stride *= common.dim(axis);
        }
        return at;
    }
}
