// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The ids of the newest commands, to know a duplicate by: {@value #MAX} of them, 16 bytes of a hash each, in the order they
 * came. A pure function of the log, so that every instance forgets the same.
 */
final class RecentIds {
    static final int MAX = 1_000_000;

    private static final int FIRST = 1024;

    private final int max;
    private final MessageDigest sha256;
    /** Two longs an id; a ring once it has {@code max}. */
    private long[] ring = new long[2 * FIRST];
    /** Open addressing: place in the ring plus one, 0 where free; at most half of it is taken. */
    private int[] table = new int[2 * FIRST];

    private int size;
    private int oldest;

    RecentIds() {
        this(MAX);
    }

    RecentIds(int max) {
        this.max = max;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    /** Adds an id, and forgets the oldest for it; returns whether it was new. */
    boolean add(String id) {
        ByteBuffer hash = ByteBuffer.wrap(sha256.digest(id.getBytes(StandardCharsets.UTF_8)));
        long high = hash.getLong();
        long low = hash.getLong();
        int slot = slotOf(high, low);
        if (table[slot] != 0) {
            return false;
        }
        int place;
        if (size == max) {
            place = oldest;
            remove(slotOf(ring[2 * place], ring[2 * place + 1]));
            oldest = (oldest + 1) % max;
            slot = slotOf(high, low);
        } else {
            if (2 * size == ring.length) {
                grow();
                slot = slotOf(high, low);
            }
            place = size++;
        }
        ring[2 * place] = high;
        ring[2 * place + 1] = low;
        table[slot] = place + 1;
        return true;
    }

    private int slotOf(long high, long low) {
        int slot = (int) high & (table.length - 1);
        while (table[slot] != 0) {
            int place = table[slot] - 1;
            if (ring[2 * place] == high && ring[2 * place + 1] == low) {
                return slot;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }

    /** Closes the gap, so that no search ends too early. */
    private void remove(int slot) {
        int gap = slot;
        table[gap] = 0;
        for (int next = (gap + 1) & (table.length - 1); table[next] != 0; next = (next + 1) & (table.length - 1)) {
            int moved = table[next];
            table[next] = 0;
            int place = moved - 1;
            table[slotOf(ring[2 * place], ring[2 * place + 1])] = moved;
        }
    }

    private void grow() {
        ring = Arrays.copyOf(ring, 2 * ring.length);
        table = new int[ring.length];
        for (int place = 0; place < size; place++) {
            table[slotOf(ring[2 * place], ring[2 * place + 1])] = place + 1;
        }
    }
}
