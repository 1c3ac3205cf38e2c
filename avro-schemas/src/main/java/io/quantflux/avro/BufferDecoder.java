// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.avro.WireFormatException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Avro's binary decoding over a record's own bytes. In place of the library's decoder because this one hands out
 * {@code bytes} as slices instead of copies, knows where it stands, and never trusts a length further than the record
 * reaches, so that no record can ask for more memory than a bounded multiple of its size.
 */
final class BufferDecoder extends Decoder {
    /** Array items a record may have in all; each takes at least one byte of it. */
    static final int MAX_ITEMS = 1 << 22;

    private final String record;
    private final ByteBuffer in;
    private long itemsLeft = MAX_ITEMS;

    /**
     * @param record its name, for messages
     * @param in read from its position; that moves
     */
    BufferDecoder(String record, ByteBuffer in) {
        this.record = record;
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    }

    int position() {
        return in.position();
    }

    @Override
    public int remainingBytes() {
        return in.remaining();
    }

    @Override
    public void readNull() {}

    @Override
    public boolean readBoolean() {
        byte value = require(1).get();
        if (value != 0 && value != 1) {
            throw malformed("a boolean is " + value + ", expected 0 or 1,");
        }
        return value == 1;
    }

    @Override
    public int readInt() {
        long value = readLong();
        if (value != (int) value) {
            throw malformed("an int is " + value + ", beyond 32 bits,");
        }
        return (int) value;
    }

    @Override
    public long readLong() {
        long zigzag = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = require(1).get();
            if (shift == 63 && (next & 0xfe) != 0) {
                break;
            }
            zigzag |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw malformed("a varint has more than 64 bits");
    }

    @Override
    public float readFloat() {
        return require(Float.BYTES).getFloat();
    }

    @Override
    public double readDouble() {
        return require(Double.BYTES).getDouble();
    }

    @Override
    public Utf8 readString(Utf8 old) {
        return new Utf8(readString());
    }

    @Override
    public String readString() {
        ByteBuffer text = take(readLength());
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw malformed("a string is no UTF-8");
        }
    }

    @Override
    public void skipString() {
        take(readLength());
    }

    /** A view of the record's bytes. */
    @Override
    public ByteBuffer readBytes(ByteBuffer old) {
        return take(readLength());
    }

    @Override
    public void skipBytes() {
        take(readLength());
    }

    @Override
    public void readFixed(byte[] bytes, int start, int length) {
        require(length).get(bytes, start, length);
    }

    @Override
    public void skipFixed(int length) {
        take(length);
    }

    @Override
    public int readEnum() {
        return readInt();
    }

    @Override
    public int readIndex() {
        return readInt();
    }

    @Override
    public long readArrayStart() {
        return readBlock();
    }

    @Override
    public long arrayNext() {
        return readBlock();
    }

    @Override
    public long skipArray() {
        return readBlock();
    }

    @Override
    public long readMapStart() {
        return readBlock();
    }

    @Override
    public long mapNext() {
        return readBlock();
    }

    @Override
    public long skipMap() {
        return readBlock();
    }

    /** Number of items in the next block; a negative count is followed by the block's size in bytes, of no use here. */
    private long readBlock() {
        long count = readLong();
        if (count < 0) {
            count = -count;
            readLength();
        }
        if (count < 0 || count > in.remaining()) {
            throw truncated("an array of " + Long.toUnsignedString(count) + " items");
        }
        itemsLeft -= count;
        if (itemsLeft < 0) {
            throw malformed("more than " + MAX_ITEMS + " array items");
        }
        return count;
    }

    private int readLength() {
        long length = readLong();
        if (length < 0) {
            throw malformed("a length is " + length + ", below 0,");
        }
        if (length > in.remaining()) {
            throw truncated("a field of " + length + " bytes");
        }
        return (int) length;
    }

    private ByteBuffer take(int length) {
        require(length);
        ByteBuffer taken = in.slice(in.position(), length);
        in.position(in.position() + length);
        return taken;
    }

    private ByteBuffer require(int bytes) {
        if (bytes > in.remaining()) {
            throw truncated("a field of " + bytes + " bytes");
        }
        return in;
    }

    private WireFormatException truncated(String claim) {
        return new WireFormatException(
                Reason.TRUNCATED,
                record + ": " + claim + " at byte " + in.position() + ", where " + in.remaining() + " bytes are left");
    }

    private WireFormatException malformed(String what) {
        return new WireFormatException(Reason.MALFORMED, record + ": " + what + " before byte " + in.position());
    }
}
