// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.spec.InvalidSpecException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a chunk say: the encoded record, whose bytes the chunks hold in order, is the <em>message</em>.
 *
 * <p>All chunks have the same size but for the last, which may be smaller; so size and place of each follow from count,
 * bytes and index.
 *
 * @param producer who sends, 1 to 128 characters; its chunks of one tensor come message after message
 * @param message names the message among those of the producer, 1 to 128 characters
 * @param index of this chunk, from 0
 * @param count of the chunks, 1 to {@value #MAX_COUNT}
 * @param bytes of the whole message
 * @param crc32 of the whole message, as zlib computes it
 * @param size of every chunk but the last
 */
public record ChunkHeader(String producer, String message, int index, int count, long bytes, long crc32, int size) {
    /** Headers of chunks start with this. */
    public static final String PREFIX = "quantflux.chunk.";
    /** A record with this header is a chunk. */
    public static final String MESSAGE = PREFIX + "message";
    /** Most chunks a message may have. */
    public static final int MAX_COUNT = 16_384;

    private static final int MAX_NAME = 128;

    /** @throws InvalidSpecException naming the header, its value and what was expected */
    public ChunkHeader {
        requireName("producer", producer);
        requireName("message", message);
        require(count >= 1 && count <= MAX_COUNT, "count", count, "must be 1 to " + MAX_COUNT);
        require(index >= 0 && index < count, "index", index, "must be at least 0 and below the count, " + count);
        require(crc32 >= 0 && crc32 < 1L << 32, "crc32", crc32, "must be 0 to 2^32-1");
        require(
                size >= 1 && bytes >= 1 && bytes <= Integer.MAX_VALUE && (bytes + size - 1) / size == count,
                "count",
                count,
                "does not cut " + bytes + " bytes into chunks of " + size);
    }

    /** The headers of chunk {@code index} of a message cut into chunks of {@code size} bytes. */
    public static ChunkHeader of(String producer, String message, int index, long bytes, long crc32, int size) {
        return new ChunkHeader(
                producer, message, index, Math.toIntExact((bytes + size - 1) / size), bytes, crc32, size);
    }

    /**
     * Reads the headers of a chunk.
     *
     * @param header value of a header by its name, {@code null} where there is none
     * @param length of the chunk itself
     * @throws InvalidSpecException if one is missing or wrong, or they do not fit the length
     */
    public static ChunkHeader read(Function<String, byte @Nullable []> header, int length) {
        int index = (int) number(header, "index", Integer.MAX_VALUE);
        int count = (int) number(header, "count", Integer.MAX_VALUE);
        long bytes = number(header, "bytes", Integer.MAX_VALUE);
        boolean last = index == count - 1;
        long size = !last || index == 0 ? length : (bytes - length) / index;
        ChunkHeader read = new ChunkHeader(
                text(header, "producer"),
                text(header, "message"),
                index,
                count,
                bytes,
                number(header, "crc32", 0xffffffffL),
                (int) Math.min(size, Integer.MAX_VALUE));
        require(
                read.length() == length,
                "bytes",
                bytes,
                "a chunk of " + length + " bytes cannot be number " + index + " of " + count + " equal ones");
        return read;
    }

    /** Hands out the headers as they travel: UTF-8 text, numbers in decimal. */
    public void write(BiConsumer<String, byte[]> headers) {
        headers.accept(PREFIX + "producer", utf8(producer));
        headers.accept(MESSAGE, utf8(message));
        headers.accept(PREFIX + "index", utf8(Integer.toString(index)));
        headers.accept(PREFIX + "count", utf8(Integer.toString(count)));
        headers.accept(PREFIX + "bytes", utf8(Long.toString(bytes)));
        headers.accept(PREFIX + "crc32", utf8(Long.toString(crc32)));
    }

    /** Where in the message this chunk begins. */
    public long at() {
        return (long) index * size;
    }

    /** Bytes of this chunk. */
    public int length() {
        return (int) Math.min(size, bytes - at());
    }

    private static String text(Function<String, byte @Nullable []> header, String name) {
        byte[] value = header.apply(PREFIX + name);
        if (value == null) {
            throw new InvalidSpecException(PREFIX + name, null, "is a header that every chunk needs");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidSpecException(PREFIX + name, value.length + " bytes", "must be UTF-8");
        }
    }

    private static long number(Function<String, byte @Nullable []> header, String name, long max) {
        String text = text(header, name);
        if (text.matches("[0-9]{1,10}") && Long.parseLong(text) <= max) {
            return Long.parseLong(text);
        }
        throw new InvalidSpecException(PREFIX + name, shortened(text), "must be a decimal number from 0 to " + max);
    }

    private static void requireName(String name, String value) {
        require(
                !value.isEmpty() && value.length() <= MAX_NAME && value.chars().noneMatch(Character::isISOControl),
                name,
                shortened(value),
                "must be 1 to " + MAX_NAME + " characters, none of them a control character");
    }

    private static void require(boolean holds, String name, Object value, String expectation) {
        if (!holds) {
            throw new InvalidSpecException(PREFIX + name, value, expectation);
        }
    }

    private static String shortened(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return '"' + (printable.length() <= 40 ? printable : printable.substring(0, 40) + "…") + '"';
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
