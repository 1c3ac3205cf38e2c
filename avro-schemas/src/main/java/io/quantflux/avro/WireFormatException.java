// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

/** A record that is not what its topic promises: why, in one word for programs and in one line for people. */
public final class WireFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int MAX_MESSAGE = 400;

    private final Reason reason;

    WireFormatException(Reason reason, String message) {
        super(oneLine(message));
        this.reason = reason;
    }

    WireFormatException(Reason reason, String message, Throwable cause) {
        super(oneLine(message), cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Part of it may come from the record: no control characters, and no more than a line. */
    private static String oneLine(String message) {
        String cut = message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…";
        return cut.replaceAll("\\p{Cntrl}+", " ");
    }

    /** What is wrong with a record. */
    public enum Reason {
        /** No bytes at all. */
        EMPTY,
        /** It does not start with the marker of Avro's single-object encoding, {@code C3 01}. */
        BAD_MAGIC,
        /** Its schema's fingerprint is none of the record's released schemas. */
        UNKNOWN_SCHEMA,
        /** It ends before its last field does, or a field claims more than there is. */
        TRUNCATED,
        /** Bytes follow its last field. */
        TRAILING_BYTES,
        /** Its bytes are no encoding of its schema. */
        MALFORMED,
        /** It decodes, but its contents are refused: an unknown dtype, a shape that does not match its data, a bad spec. */
        INVALID
    }
}
