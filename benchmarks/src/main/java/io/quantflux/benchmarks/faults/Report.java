// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All outcomes of a run, for people and for programs.
 *
 * @param skipped scenarios there was no time for
 */
record Report(List<Outcome> outcomes, List<String> skipped) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROW = "%-16s %8s %9s %6s %5s %5s %9s %6s %12s  %s%n";

    boolean isGood() {
        return outcomes.stream().allMatch(Outcome::isGood);
    }

    Verdict total() {
        return outcomes.stream().map(Outcome::verdict).reduce(Verdict.NONE, Verdict::plus);
    }

    private int kills() {
        return outcomes.stream().mapToInt(Outcome::kills).sum();
    }

    /** Of processors that died: how long a broker stays away is not the processor's doing. */
    private long maxRecoveryMs() {
        return outcomes.stream().mapToLong(Outcome::maxRecoveryMs).max().orElse(0);
    }

    String table() {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                Locale.ROOT,
                ROW,
                "scenario",
                "seconds",
                "records",
                "kills",
                "lost",
                "dupl.",
                "reordered",
                "states",
                "recovery ms",
                ""));
        for (Outcome outcome : outcomes) {
            row(
                    table,
                    outcome.scenario(),
                    outcome.seconds(),
                    outcome.kills(),
                    outcome.verdict(),
                    outcome.maxRecoveryMs(),
                    note(outcome));
        }
        row(
                table,
                "all",
                outcomes.stream().mapToLong(Outcome::seconds).sum(),
                kills(),
                total(),
                maxRecoveryMs(),
                (isGood() ? "good" : "NOT GOOD") + (skipped.isEmpty() ? "" : "; no time for " + skipped));
        return table.toString();
    }

    private static String note(Outcome outcome) {
        List<String> parts = new ArrayList<>();
        outcome.figures().forEach((key, value) -> parts.add(key + " " + value));
        outcome.broken().forEach(condition -> parts.add("BROKEN: " + condition));
        return String.join("; ", parts);
    }

    private static void row(
            StringBuilder table, String name, long seconds, int kills, Verdict verdict, long recovery, String note) {
        table.append(String.format(
                Locale.ROOT,
                ROW,
                name,
                seconds,
                verdict.records(),
                kills,
                verdict.lost(),
                verdict.duplicated(),
                verdict.reordered(),
                verdict.stateMismatches(),
                recovery,
                note));
    }

    /** One line. */
    String json() {
        Map<String, Object> line = counts(total(), kills());
        line.put("max_recovery_ms", maxRecoveryMs());
        line.put("good", isGood());
        line.put("skipped", skipped);
        line.put("scenarios", outcomes.stream().map(Report::json).toList());
        try {
            return JSON.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new FaultSuiteException("the report is no JSON: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> json(Outcome outcome) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("scenario", outcome.scenario());
        line.put("seconds", outcome.seconds());
        line.putAll(counts(outcome.verdict(), outcome.kills()));
        line.put("max_recovery_ms", outcome.maxRecoveryMs());
        line.putAll(outcome.figures());
        line.put("broken", outcome.broken());
        return line;
    }

    private static Map<String, Object> counts(Verdict verdict, int kills) {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("records", verdict.records());
        counts.put("kills", kills);
        counts.put("lost", verdict.lost());
        counts.put("duplicated", verdict.duplicated());
        counts.put("reordered", verdict.reordered());
        counts.put("state_mismatches", verdict.stateMismatches());
        return counts;
    }
}
