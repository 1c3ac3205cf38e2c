// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.benchmarks.faults.Evidence.Output;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Faults to plant into evidence, each of which the verifier has to find: it is worth nothing if it cannot fail. */
enum Planted {
    NOTHING,
    DROP_OUTPUT,
    DUPLICATE_OUTPUT,
    SWAP_OUTPUTS,
    FLIP_OUTPUT,
    FLIP_STATE,
    FLIP_QPARAMS;

    /** As the command line spells it. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A copy of {@code evidence} with the fault in it. */
    Evidence in(Evidence evidence) {
        if (this == NOTHING) {
            return evidence;
        }
        Evidence faulty = evidence.copy();
        List<Output> outputs = new TreeMap<>(faulty.outputs()).firstEntry().getValue();
        int middle = outputs.size() / 2;
        Output victim = outputs.get(middle);
        switch (this) {
            case NOTHING -> {}
            case DROP_OUTPUT -> outputs.remove(middle);
            case DUPLICATE_OUTPUT -> outputs.add(victim);
            case SWAP_OUTPUTS -> Collections.swap(outputs, middle, middle - 1);
            case FLIP_OUTPUT -> outputs.set(middle, new Output(victim.source(), flipped(victim.bytes())));
            case FLIP_STATE -> flipOne(faulty.states());
            case FLIP_QPARAMS -> flipOne(faulty.qparams());
        }
        return faulty;
    }

    private static void flipOne(Map<String, ByteBuffer> newest) {
        newest.computeIfPresent(new TreeMap<>(newest).firstKey(), (id, bytes) -> flipped(bytes));
    }

    /** The lowest bit of the last byte. */
    private static ByteBuffer flipped(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        copy[copy.length - 1] ^= 1;
        return ByteBuffer.wrap(copy);
    }
}
