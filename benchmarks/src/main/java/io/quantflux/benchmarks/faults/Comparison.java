// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.benchmarks.faults.Evidence.Output;
import io.quantflux.benchmarks.faults.Evidence.Source;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Counts the differences between what should be and what is, byte for byte. */
final class Comparison {
    private static final int MAX_EXAMPLES = 8;

    private final Evidence expected;
    private final Evidence actual;
    private final List<String> examples = new ArrayList<>();
    private long lost;
    private long duplicated;
    private long reordered;
    private long mismatches;

    private Comparison(Evidence expected, Evidence actual) {
        this.expected = expected;
        this.actual = actual;
    }

    /** @param records of the log, for the verdict to say */
    static Verdict of(Evidence expected, Evidence actual, long records) {
        Comparison comparison = new Comparison(expected, actual);
        Set<String> ids = new TreeSet<>(expected.outputs().keySet());
        ids.addAll(actual.outputs().keySet());
        for (String id : ids) {
            comparison.outputs(
                    id,
                    expected.outputs().getOrDefault(id, List.of()),
                    actual.outputs().getOrDefault(id, List.of()));
        }
        comparison.deadLetters();
        comparison.newest("state", expected.states(), actual.states());
        comparison.newest("qparams", expected.qparams(), actual.qparams());
        return new Verdict(
                records,
                comparison.lost,
                comparison.duplicated,
                comparison.reordered,
                comparison.mismatches,
                List.copyOf(comparison.examples));
    }

    private void outputs(String id, List<Output> wanted, List<Output> found) {
        Map<Source, ByteBuffer> bytes = new HashMap<>();
        wanted.forEach(output -> bytes.put(output.source(), output.bytes()));
        Set<Source> seen = new HashSet<>();
        long latest = -1;
        for (Output output : found) {
            Source source = output.source();
            if (!seen.add(source)) {
                duplicated++;
                say(id + ": a further output of " + source);
                continue;
            }
            if (source.offset() < latest) {
                reordered++;
                say(id + ": the output of " + source + " comes after that of offset " + latest);
            }
            latest = Math.max(latest, source.offset());
            ByteBuffer right = bytes.get(source);
            if (right == null) {
                mismatches++;
                say(id + ": an output of " + source + ", where none should be");
            } else if (!right.equals(output.bytes())) {
                mismatches++;
                say(id + ": the output of " + source + " differs " + where(right, output.bytes()));
            }
        }
        for (Output output : wanted) {
            if (!seen.contains(output.source())) {
                lost++;
                say(id + ": no output of " + output.source());
            }
        }
    }

    private void deadLetters() {
        Set<Source> wanted = new HashSet<>(expected.deadLetters());
        Set<Source> seen = new HashSet<>();
        for (Source source : actual.deadLetters()) {
            if (!seen.add(source)) {
                duplicated++;
                say("a further dead letter of " + source);
            } else if (!wanted.contains(source)) {
                mismatches++;
                say("a dead letter of " + source + ", which is a good record");
            }
        }
        for (Source source : wanted) {
            if (!seen.contains(source)) {
                lost++;
                say("no dead letter of " + source);
            }
        }
    }

    private void newest(String what, Map<String, ByteBuffer> wanted, Map<String, ByteBuffer> found) {
        Set<String> ids = new TreeSet<>(wanted.keySet());
        ids.addAll(found.keySet());
        for (String id : ids) {
            ByteBuffer right = wanted.get(id);
            ByteBuffer is = found.get(id);
            if (right == null || is == null) {
                mismatches++;
                say(id + ": " + (is == null ? "no " + what : what + ", where none should be"));
            } else if (!right.equals(is)) {
                mismatches++;
                say(id + ": " + what + " differs " + where(right, is));
            }
        }
    }

    private static String where(ByteBuffer right, ByteBuffer is) {
        return "at byte " + right.mismatch(is) + " of " + right.remaining() + " (" + is.remaining() + " found)";
    }

    private void say(String example) {
        if (examples.size() < MAX_EXAMPLES) {
            examples.add(example);
        }
    }
}
