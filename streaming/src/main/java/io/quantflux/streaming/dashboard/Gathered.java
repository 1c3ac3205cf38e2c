// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.spec.TensorStatistics;

/** Statistics of the records since the last point of a history, summed; a record costs a few additions. */
final class Gathered {
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;
    private double sumSquares;
    private double sumSquaredError;
    private long elements;
    private long clipped;
    private long underflowed;
    private long nonFinite;

    void add(TensorStatistics statistics) {
        min = Math.min(min, statistics.min());
        max = Math.max(max, statistics.max());
        sumSquares += statistics.sumSquares();
        sumSquaredError += statistics.sumSquaredError();
        elements += statistics.elements();
        clipped += statistics.clipped();
        underflowed += statistics.underflowed();
        nonFinite += statistics.nonFinite().total();
    }

    void clear() {
        min = Float.POSITIVE_INFINITY;
        max = Float.NEGATIVE_INFINITY;
        sumSquares = 0;
        sumSquaredError = 0;
        elements = 0;
        clipped = 0;
        underflowed = 0;
        nonFinite = 0;
    }

    boolean isEmpty() {
        return elements == 0;
    }

    float min() {
        return min <= max ? min : Float.NaN;
    }

    float max() {
        return min <= max ? max : Float.NaN;
    }

    /** In decibels, of all elements together; NaN where nothing was quantized or nothing was lost. */
    double sqnr() {
        return sqnr(sumSquares, sumSquaredError);
    }

    static double sqnr(double sumSquares, double sumSquaredError) {
        return sumSquares > 0 && sumSquaredError > 0 ? 10 * Math.log10(sumSquares / sumSquaredError) : Double.NaN;
    }

    double clippedShare() {
        return share(clipped);
    }

    double underflowedShare() {
        return share(underflowed);
    }

    private double share(long count) {
        return elements == 0 ? Double.NaN : (double) count / elements;
    }

    long nonFinite() {
        return nonFinite;
    }
}
