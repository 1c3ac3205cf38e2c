// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.spec.Switches;
import io.quantflux.streaming.dashboard.HistoryPoint.Column;
import java.util.Locale;

/** How settled a tensor's qparams are, for the eye: nothing acts on it. */
enum Convergence {
    /** No qparams yet. */
    WAITING,
    /** Observed, and the scale still moves, or the history is too short to tell. */
    SETTLING,
    /** Observed; over the last {@link #WINDOW} steps the scale moved by less than 1 %, and hardly anything is clipped. */
    STEADY,
    /** Export mode: qparams no longer change. */
    FROZEN,
    /** The observer is off: qparams stay as they are. */
    HELD,
    /** A block size did not fit, or the configuration turns it off: tensors pass through. */
    DISABLED;

    static final long WINDOW = 100;
    private static final double OCTAVES = Math.log(1.01) / Math.log(2);
    private static final float CLIPPED = 1e-4f;

    static Convergence of(QParamsUpdate newest, TensorHistory history) {
        Switches switches = newest.switches();
        if (switches.disabled()) {
            return DISABLED;
        }
        if (newest.qparams() == null) {
            return WAITING;
        }
        if (switches.exportMode()) {
            return FROZEN;
        }
        if (!switches.observer()) {
            return HELD;
        }
        boolean still = Math.abs(drift(newest.step(), history)) < OCTAVES; // false for NaN
        return still && history.newest(Column.CLIPPED) < CLIPPED ? STEADY : SETTLING;
    }

    /** How far the greatest scale moved over the window, in powers of two; NaN if the history is shorter. */
    static double drift(long step, TensorHistory history) {
        float then = history.before(step - WINDOW, Column.SCALE_MAX);
        float now = history.newest(Column.SCALE_MAX);
        return Math.log(now / then) / Math.log(2);
    }

    @JsonValue
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
