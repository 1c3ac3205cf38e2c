// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.json.SpecJson;

/** An action in one line, with the words it has on the control topic: for the audit in events. */
public final class ActionText {
    private ActionText() {}

    public static String of(Action action) {
        return (action.key() + " " + arguments(action)).strip();
    }

    private static String arguments(Action action) {
        if (action instanceof Action.SetExportMode a) {
            return onOrOff(a.enabled());
        }
        if (action instanceof Action.SetObserver a) {
            return onOrOff(a.enabled());
        }
        if (action instanceof Action.SetFakeQuant a) {
            return onOrOff(a.enabled());
        }
        if (action instanceof Action.SetCalibration a) {
            return a.started() ? "started" : "stopped";
        }
        if (action instanceof Action.SetTraining a) {
            return a.started() ? "started" : "stopped";
        }
        if (action instanceof Action.SetSpec a) {
            return SpecJson.write(a.spec());
        }
        if (action instanceof Action.SetSchedule a) {
            return schedule(a.schedule());
        }
        return "";
    }

    private static String onOrOff(boolean enabled) {
        return enabled ? "on" : "off";
    }

    private static String schedule(QatSchedule schedule) {
        return "observer from step " + schedule.enableObserver()
                + (schedule.disableObserver() == null ? "" : " to " + schedule.disableObserver())
                + ", fake quant from step " + schedule.enableFakeQuant();
    }
}
