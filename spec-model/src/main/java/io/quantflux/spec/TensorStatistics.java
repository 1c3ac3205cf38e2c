// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

/**
 * What one pass over a tensor measured, over its finite elements unless said otherwise. Sums are float64.
 *
 * @param elements all elements, non-finite ones included
 * @param min least finite value; +∞ if there is none
 * @param max greatest finite value; −∞ if there is none
 * @param sumSquares Σx²
 * @param sumSquaredError Σ(x−x')²; 0 where nothing was fake-quantized
 * @param clipped elements beyond the representable range by more than half a step
 * @param underflowed non-zero elements that became zero
 * @param nonFinite what was not finite
 */
public record TensorStatistics(
        long elements,
        float min,
        float max,
        double sumSquares,
        double sumSquaredError,
        long clipped,
        long underflowed,
        NonFinite nonFinite) {

    /**
     * Elements that are no finite number.
     *
     * @param nan number of NaN
     * @param positiveInfinity number of +∞
     * @param negativeInfinity number of −∞
     * @param firstIndex row-major index of the first one, −1 if there is none
     */
    public record NonFinite(long nan, long positiveInfinity, long negativeInfinity, long firstIndex) {
        /** No such element. */
        public static final NonFinite NONE = new NonFinite(0, 0, 0, -1);

        /** {@return all of them} */
        public long total() {
            return nan + positiveInfinity + negativeInfinity;
        }
    }

    /**
     * {@return the signal to quantization noise ratio in decibels: {@code 10·log10(Σx² / Σ(x−x')²)}; +∞ without noise,
     * NaN without signal}
     */
    public double sqnrDecibels() {
        if (sumSquares == 0) {
            return Double.NaN;
        }
        return sumSquaredError == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(sumSquares / sumSquaredError);
    }
}
