// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.streaming.dashboard.HistoryPoint.Column;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A history as charts want it: the steps, and for each column as many values, NaN where there is nothing to draw. */
@SuppressWarnings("ArrayRecordComponent") // numbers to draw: nobody compares them
record HistoryColumns(long[] steps, Map<String, float[]> columns) {
    static HistoryColumns of(TensorHistory history) {
        Map<String, float[]> columns = new LinkedHashMap<>();
        for (Column column : Column.ALL) {
            columns.put(column.name().toLowerCase(Locale.ROOT), history.column(column));
        }
        return new HistoryColumns(history.steps(), columns);
    }
}
