// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** An encoded record too large to travel as one: its bytes are cut into chunks, and never stand in one piece. */
public final class LargeMessage {
    private static final int PIECE = 1 << 16;

    private final byte[] front;
    private final int payloadBytes;
    private final Payload payload;

    private LargeMessage(byte[] front, int payloadBytes, Payload payload) {
        this.front = front;
        this.payloadBytes = payloadBytes;
        this.payload = payload;
    }

    /** @param payload from position to limit; shared, not copied */
    static LargeMessage of(byte[] front, ByteBuffer payload) {
        ByteBuffer data = payload.slice();
        return new LargeMessage(front, data.remaining(), data::get);
    }

    /** @param payload as little-endian float32; shared, not copied */
    static LargeMessage of(byte[] front, float[] payload) {
        return new LargeMessage(front, Math.multiplyExact(payload.length, Float.BYTES), (from, into, at, length) -> {
            int first = from / Float.BYTES;
            int last = (from + length + Float.BYTES - 1) / Float.BYTES;
            ByteBuffer window =
                    ByteBuffer.allocate((last - first) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            window.asFloatBuffer().put(payload, first, last - first);
            window.get(from - first * Float.BYTES, into, at, length);
        });
    }

    /** All bytes of the record, payload included. */
    public long bytes() {
        return (long) front.length + payloadBytes;
    }

    /** CRC-32 of all bytes, as zlib's {@code crc32}; reads them once. */
    public long crc32() {
        CRC32 crc = new CRC32();
        crc.update(front);
        byte[] piece = new byte[PIECE];
        for (long at = 0; at < payloadBytes; at += PIECE) {
            int length = (int) Math.min(PIECE, payloadBytes - at);
            payload.copy((int) at, piece, 0, length);
            crc.update(piece, 0, length);
        }
        return crc.getValue();
    }

    /** A copy of at most {@code size} bytes from byte {@code from} on; fewer at the end. */
    public byte[] copy(long from, int size) {
        byte[] chunk = new byte[(int) Math.min(size, bytes() - from)];
        int ofFront = (int) Math.max(0, Math.min(chunk.length, front.length - from));
        if (ofFront > 0) {
            System.arraycopy(front, (int) from, chunk, 0, ofFront);
        }
        if (ofFront < chunk.length) {
            payload.copy((int) Math.max(0, from - front.length), chunk, ofFront, chunk.length - ofFront);
        }
        return chunk;
    }

    @FunctionalInterface
    private interface Payload {
        void copy(int from, byte[] into, int at, int length);
    }
}
