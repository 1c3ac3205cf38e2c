// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.spec.control.Action;
import java.util.EnumSet;
import java.util.Set;

/** What of a tensor a command sets, and which other commands have to do with it: see {@link CommandRules}. */
enum OrderKind {
    EXPORT_MODE,
    NON_FINITE,
    ENABLED,
    SPEC,
    OBSERVER,
    FAKE_QUANT,
    SCHEDULE,
    SESSION;

    static OrderKind of(Action action) {
        if (action instanceof Action.SetExportMode) {
            return EXPORT_MODE;
        }
        if (action instanceof Action.SetNonFinite) {
            return NON_FINITE;
        }
        if (action instanceof Action.SetObserver) {
            return OBSERVER;
        }
        if (action instanceof Action.SetFakeQuant) {
            return FAKE_QUANT;
        }
        if (action instanceof Action.SetSchedule) {
            return SCHEDULE;
        }
        if (action instanceof Action.SetSpec) {
            return SPEC;
        }
        if (action instanceof Action.Reset || action instanceof Action.ReEnable) {
            return ENABLED; // a tensor that is yet to come has nothing else to forget
        }
        return SESSION;
    }

    /** Whether {@code action} ends the session that {@code start} begins. */
    static boolean isStop(Action action, Action start) {
        if (action instanceof Action.SetCalibration stop) {
            return !stop.started() && start.equals(new Action.SetCalibration(true));
        }
        return action instanceof Action.SetTraining stop
                && !stop.started()
                && start.equals(new Action.SetTraining(true));
    }

    /** Kinds whose acceptance or effect depends on this one, or the other way round. */
    Set<OrderKind> neighbours() {
        return switch (this) {
            case EXPORT_MODE, NON_FINITE, ENABLED, SPEC -> EnumSet.noneOf(OrderKind.class);
            case OBSERVER, FAKE_QUANT -> EnumSet.of(SCHEDULE, SESSION);
            case SCHEDULE -> EnumSet.of(OBSERVER, FAKE_QUANT, SESSION);
            case SESSION -> EnumSet.of(OBSERVER, FAKE_QUANT, SCHEDULE);
        };
    }
}
