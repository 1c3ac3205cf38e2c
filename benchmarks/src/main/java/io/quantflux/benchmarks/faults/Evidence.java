// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a processor has left on its topics, or should have: per tensor its outputs in order, newest state and newest
 * qparams, and which records became dead letters.
 *
 * @param outputs of each tensor, in the order of the topic
 * @param states newest, of each tensor
 * @param qparams newest, of each tensor
 * @param deadLetters source positions, in the order of the topic
 */
record Evidence(
        Map<String, List<Output>> outputs,
        Map<String, ByteBuffer> states,
        Map<String, ByteBuffer> qparams,
        List<Source> deadLetters) {

    /** Where a record came from. */
    record Source(int partition, long offset) {
        @Override
        public String toString() {
            return partition + "@" + offset;
        }
    }

    /** An output's whole record value. */
    record Output(Source source, ByteBuffer bytes) {}

    static Evidence empty() {
        return new Evidence(new HashMap<>(), new HashMap<>(), new HashMap<>(), new ArrayList<>());
    }

    /** A copy of the maps and lists; the records in them are the same. */
    Evidence copy() {
        Map<String, List<Output>> lists = new HashMap<>();
        outputs.forEach((id, list) -> lists.put(id, new ArrayList<>(list)));
        return new Evidence(lists, new HashMap<>(states), new HashMap<>(qparams), new ArrayList<>(deadLetters));
    }

    void output(String id, Source source, ByteBuffer bytes) {
        outputs.computeIfAbsent(id, first -> new ArrayList<>()).add(new Output(source, bytes));
    }
}
