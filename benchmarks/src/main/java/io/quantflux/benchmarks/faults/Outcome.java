// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a scenario came to.
 *
 * @param kills processes killed, by signal or failpoint, processors and brokers
 * @param maxRecoveryMs from a fault to the next committed output of a partition it hit, the longest; 0 if none was measured
 * @param broken conditions of the scenario that did not hold
 * @param figures of its own
 */
record Outcome(
        String scenario,
        Verdict verdict,
        int kills,
        long maxRecoveryMs,
        List<String> broken,
        Map<String, Object> figures,
        long seconds) {

    /** With a figure that has to be 0. */
    Outcome with(String key, long count) {
        Map<String, Object> more = new LinkedHashMap<>(figures);
        more.put(key, count);
        List<String> conditions = new ArrayList<>(broken);
        if (count != 0) {
            conditions.add(key + " was " + count + " but must be 0");
        }
        return new Outcome(scenario, verdict, kills, maxRecoveryMs, conditions, more, seconds);
    }

    boolean isGood() {
        return verdict.isClean() && broken.isEmpty();
    }
}
