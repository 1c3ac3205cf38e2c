// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.avro.WireFormatException.Reason;
import io.quantflux.spec.InvalidSpecException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryData;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * One record's bytes: Avro's single-object encoding, {@code C3 01}, the CRC-64-AVRO fingerprint of the writer's schema in
 * 8 little-endian bytes, the body. Writers' schemas are looked up among the released ones; none is ever taken from a peer.
 *
 * @param <W> the generated class
 */
final class RecordFormat<W extends SpecificRecordBase> {
    static final int HEADER = 10;
    private static final byte MARKER_0 = (byte) 0xC3;
    private static final byte MARKER_1 = 0x01;

    private final String record;
    private final byte[] header;
    private final DatumWriter<W> writer;
    private final Map<Long, DatumReader<W>> readers = new LinkedHashMap<>();

    /** @param schema of the generated class, the newest that is released */
    RecordFormat(Schema schema) {
        record = schema.getName();
        long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
        header = ByteBuffer.allocate(HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MARKER_0)
                .put(MARKER_1)
                .putLong(fingerprint)
                .array();
        SpecificData data = WireData.of(schema);
        writer = new SpecificDatumWriter<>(schema, data);
        for (Schema older : ReleasedSchemas.older(record)) {
            readers.put(
                    SchemaNormalization.parsingFingerprint64(older), new SpecificDatumReader<>(older, schema, data));
        }
        readers.put(fingerprint, new SpecificDatumReader<>(schema, schema, data));
    }

    byte[] encode(W value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.writeBytes(header);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            writer.write(value, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return out.toByteArray();
    }

    /**
     * Encodes a record whose last field is the payload, which is written straight to its place.
     *
     * @param head the record with an empty payload
     * @param payload fills a little-endian buffer of {@code payloadBytes}
     */
    byte[] encode(W head, int payloadBytes, Consumer<ByteBuffer> payload) {
        byte[] front = front(head, payloadBytes);
        byte[] whole = Arrays.copyOf(front, Math.addExact(front.length, payloadBytes));
        payload.accept(
                ByteBuffer.wrap(whole, front.length, payloadBytes).slice().order(ByteOrder.LITTLE_ENDIAN));
        return whole;
    }

    /**
     * All of a record's bytes that stand before its payload, which is the last field.
     *
     * @param head the record with an empty payload
     */
    byte[] front(W head, int payloadBytes) {
        byte[] small = encode(head);
        byte[] length = new byte[5];
        int lengthBytes = BinaryData.encodeInt(payloadBytes, length, 0);
        int lengthAt = small.length - 1; // the empty payload is one byte, its length 0
        byte[] front = Arrays.copyOf(small, lengthAt + lengthBytes);
        System.arraycopy(length, 0, front, lengthAt, lengthBytes);
        return front;
    }

    /**
     * Decodes from the buffer's position to its limit, and leaves both as they are; what {@code toDomain} keeps of {@code
     * bytes} fields shares the buffer's memory.
     *
     * @throws WireFormatException whatever is wrong with the record
     */
    <D> D decode(ByteBuffer bytes, Function<? super W, D> toDomain) {
        try {
            return toDomain.apply(read(bytes.slice().order(ByteOrder.LITTLE_ENDIAN)));
        } catch (WireFormatException e) {
            throw e;
        } catch (InvalidSpecException e) {
            throw new WireFormatException(Reason.INVALID, record + ": " + e.getMessage(), e);
        } catch (EOFException e) { // the library's own look ahead: a block claims more than is left
            throw new WireFormatException(Reason.TRUNCATED, record + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new WireFormatException(Reason.MALFORMED, record + ": no encoding of its schema: " + e, e);
        }
    }

    private W read(ByteBuffer bytes) throws IOException {
        DatumReader<W> reader = readerFor(bytes);
        BufferDecoder decoder = new BufferDecoder(record, bytes.position(HEADER));
        W value = reader.read(null, decoder);
        if (decoder.remainingBytes() > 0) {
            throw new WireFormatException(
                    Reason.TRAILING_BYTES,
                    record + ": ends at byte " + decoder.position() + ", but " + decoder.remainingBytes()
                            + " bytes follow");
        }
        return value;
    }

    private DatumReader<W> readerFor(ByteBuffer bytes) {
        int size = bytes.remaining();
        if (size == 0) {
            throw new WireFormatException(Reason.EMPTY, record + ": has no bytes, expected at least " + HEADER);
        }
        if (bytes.get(0) != MARKER_0 || (size > 1 && bytes.get(1) != MARKER_1)) {
            String hint = bytes.get(0) == 0 ? "; 00 looks like a schema registry's framing" : "";
            throw new WireFormatException(
                    Reason.BAD_MAGIC,
                    record + ": starts with " + hex(bytes, Math.min(2, size))
                            + ", expected C3 01 (Avro single-object encoding)" + hint);
        }
        if (size < HEADER) {
            throw new WireFormatException(
                    Reason.TRUNCATED, record + ": header has " + size + " bytes, expected " + HEADER);
        }
        long fingerprint = bytes.getLong(2);
        DatumReader<W> reader = readers.get(fingerprint);
        if (reader == null) {
            throw new WireFormatException(
                    Reason.UNKNOWN_SCHEMA,
                    record + ": schema fingerprint " + Long.toHexString(fingerprint) + " is none of the released ones, "
                            + readers.keySet().stream().map(Long::toHexString).collect(Collectors.toList()));
        }
        return reader;
    }

    private static String hex(ByteBuffer bytes, int count) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < count; i++) {
            hex.append(i == 0 ? "" : " ").append(String.format("%02X", bytes.get(i)));
        }
        return hex.toString();
    }
}
