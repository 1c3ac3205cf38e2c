// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import java.util.concurrent.atomic.AtomicLong;

/** A number of bytes to share out; whoever asks for more than is left gets nothing and does not wait. */
final class ByteBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    ByteBudget(long limit) {
        this.limit = limit;
    }

    /** Whether {@code bytes} would be granted just now. */
    boolean hasRoomFor(long bytes) {
        return bytes <= limit - used.get();
    }

    boolean tryTake(long bytes) {
        long now;
        do {
            now = used.get();
            if (bytes > limit - now) {
                return false;
            }
        } while (!used.compareAndSet(now, now + bytes));
        return true;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
