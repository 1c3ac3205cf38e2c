// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.util.ArrayList;
import java.util.List;

/**
 * How what is on the topics differs from an uninterrupted replay of the log.
 *
 * @param records of the activations log
 * @param lost records without their output or dead letter
 * @param duplicated further outputs or dead letters of a record that has one
 * @param reordered outputs that come after one of a later record of the same tensor
 * @param stateMismatches states, newest qparams and outputs whose bytes differ, and those that nothing led to
 * @param examples the first few differences, one line each
 */
record Verdict(long records, long lost, long duplicated, long reordered, long stateMismatches, List<String> examples) {
    private static final int MAX_EXAMPLES = 8;

    static final Verdict NONE = new Verdict(0, 0, 0, 0, 0, List.of());

    boolean isClean() {
        return lost == 0 && duplicated == 0 && reordered == 0 && stateMismatches == 0;
    }

    Verdict plus(Verdict other) {
        List<String> both = new ArrayList<>(examples);
        both.addAll(other.examples);
        return new Verdict(
                records + other.records,
                lost + other.lost,
                duplicated + other.duplicated,
                reordered + other.reordered,
                stateMismatches + other.stateMismatches,
                List.copyOf(both.subList(0, Math.min(MAX_EXAMPLES, both.size()))));
    }

    @Override
    public String toString() {
        return "records " + records + ", lost " + lost + ", duplicated " + duplicated + ", reordered " + reordered
                + ", state mismatches " + stateMismatches;
    }
}
