// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import io.quantflux.spec.InvalidSpecException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The seven topics of one installation.
 *
 * @param activations tensors from trainers
 * @param control commands; one partition, so that they have one order
 * @param fakeQuantized tensors after quantizing and dequantizing
 * @param qparams the newest qparams of each tensor; compacted
 * @param events outcomes of commands, non-finite values, drift
 * @param state the processor's own changelog; compacted
 * @param deadLetters records that were refused
 */
public record TopicNames(
        String activations,
        String control,
        String fakeQuantized,
        String qparams,
        String events,
        String state,
        String deadLetters) {

    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    public static final TopicNames DEFAULT = new TopicNames(
            "quantflux.activations",
            "quantflux.control",
            "quantflux.fake-quantized",
            "quantflux.qparams",
            "quantflux.events",
            "quantflux.state",
            "quantflux.dead-letters");

    /** @throws InvalidSpecException if a name is none Kafka takes, or two are the same */
    public TopicNames {
        List<String> all = List.of(activations, control, fakeQuantized, qparams, events, state, deadLetters);
        for (String name : all) {
            if (!LEGAL.matcher(name).matches() || name.equals(".") || name.equals("..")) {
                throw new InvalidSpecException(
                        "topic", '"' + name + '"', "must have 1 to 249 of A-Z a-z 0-9 . _ - and not be . or ..");
            }
            if (all.indexOf(name) != all.lastIndexOf(name)) {
                throw new InvalidSpecException("topic", name, "can serve one purpose only");
            }
        }
    }

    /** These names with {@code prefix} in front of each: {@code team-a.} gives {@code team-a.quantflux.activations}. */
    public TopicNames withPrefix(String prefix) {
        return new TopicNames(
                prefix + activations,
                prefix + control,
                prefix + fakeQuantized,
                prefix + qparams,
                prefix + events,
                prefix + state,
                prefix + deadLetters);
    }

    /** All seven, in the order of the components. */
    public List<String> all() {
        return List.of(activations, control, fakeQuantized, qparams, events, state, deadLetters);
    }
}
