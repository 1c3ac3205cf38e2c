// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quantflux.client.ControlClient;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import org.jspecify.annotations.Nullable;

/**
 * A command as HTTP brings it, with the names of the control topic.
 *
 * @param id made up if absent
 * @param actor who asks, for the audit
 * @param selector tensor id, glob or {@code regex:}
 * @param action {@code set_export_mode, set_observer, set_fake_quant, reset, re_enable}
 * @param enabled for the first three
 * @param effectiveStep at once if absent
 */
record ControlRequest(
        @JsonProperty("id") @Nullable String id,
        @JsonProperty("actor") @Nullable String actor,
        @JsonProperty("selector") @Nullable String selector,
        @JsonProperty("action") @Nullable String action,
        @JsonProperty("enabled") @Nullable Boolean enabled,
        @JsonProperty("effective_step") @Nullable Long effectiveStep) {

    /** @throws InvalidSpecException naming the field that is missing or wrong */
    ControlCommand command() {
        return new ControlCommand(
                id == null ? ControlClient.newId() : id,
                required("actor", actor),
                Selector.of(required("selector", selector)),
                toAction(required("action", action)),
                effectiveStep);
    }

    private Action toAction(String key) {
        return switch (key) {
            case "set_export_mode" -> new Action.SetExportMode(isEnabled());
            case "set_observer" -> new Action.SetObserver(isEnabled());
            case "set_fake_quant" -> new Action.SetFakeQuant(isEnabled());
            case "reset" -> new Action.Reset();
            case "re_enable" -> new Action.ReEnable();
            default ->
                throw new InvalidSpecException(
                        "action",
                        key,
                        "must be one of set_export_mode, set_observer, set_fake_quant, reset, re_enable; others go"
                                + " over the control topic");
        };
    }

    private boolean isEnabled() {
        if (enabled == null) {
            throw new InvalidSpecException("enabled", null, "must be true or false");
        }
        return enabled;
    }

    private static String required(String field, @Nullable String value) {
        if (value == null) {
            throw new InvalidSpecException(field, null, "must be given");
        }
        return value;
    }
}
