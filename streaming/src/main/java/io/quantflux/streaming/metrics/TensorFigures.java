// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.metrics;

import io.quantflux.avro.TensorState;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.TensorStatistics;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as of its newest record or command.
 *
 * @param partition it lives in
 * @param statistics measured on its newest record; {@code null} before the first since this instance has it
 */
record TensorFigures(
        TensorId id,
        int partition,
        TensorState state,
        @Nullable TensorStatistics statistics) {

    /** NaN where it is not known: no record yet, or none that was fake-quantized. */
    double sqnrDecibels() {
        return statistics == null || !Double.isFinite(statistics.sqnrDecibels())
                ? Double.NaN
                : statistics.sqnrDecibels();
    }

    /** A share of the newest record's elements; NaN where there were none. */
    double share(long count) {
        return statistics == null || statistics.elements() == 0 ? Double.NaN : (double) count / statistics.elements();
    }
}
