// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.streaming.view.RefusedInput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** The newest dead letters. */
final class Refusals {
    private static final int KEPT = 20;

    private final Deque<Refusal> newest = new ArrayDeque<>();

    /** @param where topic-partition@offset */
    record Refusal(long seenMillis, String where, String reason, String stage, String message) {}

    synchronized void note(RefusedInput input, long nowMillis) {
        newest.addLast(new Refusal(
                nowMillis,
                input.topic() + "-" + input.partition() + "@" + input.offset(),
                input.why().reason().name(),
                input.why().stage(),
                input.why().message()));
        if (newest.size() > KEPT) {
            newest.removeFirst();
        }
    }

    /** Newest first. */
    synchronized List<Refusal> newest() {
        List<Refusal> all = new ArrayList<>(newest);
        Collections.reverse(all);
        return all;
    }
}
