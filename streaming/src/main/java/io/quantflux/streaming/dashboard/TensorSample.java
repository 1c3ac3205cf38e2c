// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.spec.Tensor;

/**
 * A few elements of one tensor, evenly spaced, before and after fake quantization, and more of them for a histogram.
 *
 * @param elements of the tensor
 * @param stride elements from one of {@code before} to the next, row-major
 * @param before as received
 * @param after as published
 * @param spread as received, closer together
 */
@SuppressWarnings("ArrayRecordComponent") // numbers to draw: nobody compares them
record TensorSample(long step, String shape, long elements, int stride, float[] before, float[] after, float[] spread) {
    private static final int SHOWN = 240;
    private static final int SPREAD = 1 << 14;

    /** Copies; the tensors may go afterwards. Reads a bounded number of elements, however large they are. */
    static TensorSample of(long step, Tensor before, Tensor after) {
        int elements = before.elements();
        int stride = Math.max(1, elements / SHOWN);
        float[] x = strided(before, stride, SHOWN);
        return new TensorSample(
                step,
                before.shape().toString(),
                elements,
                stride,
                x,
                after.elements() == elements ? strided(after, stride, SHOWN) : x,
                strided(before, Math.max(1, elements / SPREAD), SPREAD));
    }

    private static float[] strided(Tensor tensor, int stride, int most) {
        int count = (int) Math.min(most, ((long) tensor.elements() + stride - 1) / stride);
        float[] values = new float[count];
        Elements elements = new Elements(tensor);
        for (int i = 0; i < count; i++) {
            values[i] = elements.get(i * stride);
        }
        return values;
    }
}
