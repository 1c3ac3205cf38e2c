// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Changes a few bytes, most often near the start, where the structure of a record is. */
final class Mutator {
    private static final int[] EDGES = {0, 1, 0x7f, 0x80, 0xfe, 0xff};

    private final Random random;

    Mutator(Random random) {
        this.random = random;
    }

    byte[] mutate(byte[] original) {
        byte[] bytes = original.clone();
        int edits = 1 + random.nextInt(3);
        for (int edit = 0; edit < edits && bytes.length > 0; edit++) {
            bytes = edit(bytes, random.nextInt(random.nextInt(bytes.length) + 1));
        }
        return bytes;
    }

    private byte[] edit(byte[] bytes, int at) {
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] = (byte) random.nextInt();
            case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            case 2 -> bytes[at] = (byte) EDGES[random.nextInt(EDGES.length)];
            case 3 ->
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 9), (byte) EDGES[random.nextInt(EDGES.length)]);
            case 4 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 5 -> {
                return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(16));
            }
            default -> {
                return doubled(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(16)));
            }
        }
        return bytes;
    }

    private static byte[] doubled(byte[] bytes, int from, int to) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + to - from);
        System.arraycopy(bytes, from, longer, to, bytes.length - from);
        return longer;
    }
}
