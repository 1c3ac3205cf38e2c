// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import io.quantflux.spec.Granularity;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.Scheme;
import io.quantflux.spec.TensorId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What happens when in a demo of so many training steps.
 *
 * @param run names the run; the first part of each tensor id
 * @param steps training steps in all
 * @param quantizeFrom first step that trains with streamed qparams
 * @param freezeAt first step in export mode: qparams no longer change
 */
record DemoPlan(String run, long steps, long quantizeFrom, long freezeAt) {
    private static final int FEWEST_STEPS = 20;

    /** Quantization-aware training from two fifths on, export mode from half-way on. */
    static DemoPlan of(String run, long steps) {
        if (steps < FEWEST_STEPS) {
            throw new InvalidSpecException("--steps", steps, "must be at least " + FEWEST_STEPS);
        }
        return new DemoPlan(run, steps, steps * 2 / 5, steps / 2);
    }

    /** The step whose end sends the export-mode command: early enough that every processor knows it in time. */
    long commandAt() {
        return Math.max(1, freezeAt - Math.max(5, steps / 20));
    }

    TensorId id(String layer) {
        return new TensorId(run + "/" + layer);
    }

    /**
     * Each layer's spec: what one would deploy. The convolution has a scale for each channel; the average follows a network
     * that still learns more closely than the default of 0.01 does.
     */
    Map<String, QuantizationSpec> specs() {
        QuantizationSpec int8 = QuantizationSpec.builder()
                .qscheme(Scheme.ASYMMETRIC)
                .extra("averaging_constant", 0.05)
                .build();
        Map<String, QuantizationSpec> specs = new LinkedHashMap<>();
        specs.put("input", int8);
        specs.put("conv1.relu", int8.with(new Granularity.PerChannel(1)));
        specs.put("fc1.relu", int8);
        specs.put("logits", int8.toBuilder().qscheme(Scheme.SYMMETRIC).build());
        return specs;
    }
}
