// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import java.nio.ByteBuffer;
import java.util.List;

/** A tensor's {@link OpenMessage}s as {@code OpenMessages}. */
public final class OpenMessagesCodec {
    /** What the changelog's key has in front of the tensor id; no tensor id has a {@code #}. */
    public static final String KEY_PREFIX = "#chunks/";

    private static final RecordFormat<io.quantflux.avro.wire.OpenMessages> FORMAT =
            new RecordFormat<>(io.quantflux.avro.wire.OpenMessages.getClassSchema());

    private OpenMessagesCodec() {}

    public static byte[] encode(List<OpenMessage> messages) {
        return FORMAT.encode(new io.quantflux.avro.wire.OpenMessages(
                messages.stream().map(OpenMessagesCodec::toWire).toList()));
    }

    private static io.quantflux.avro.wire.OpenMessage toWire(OpenMessage message) {
        ChunkHeader head = message.head();
        return new io.quantflux.avro.wire.OpenMessage(
                head.producer(),
                head.message(),
                head.index(),
                head.bytes(),
                head.crc32(),
                head.size(),
                message.offsets(),
                message.lastOffset());
    }

    /** @throws WireFormatException if the record is none of open messages */
    public static List<OpenMessage> decode(ByteBuffer bytes) {
        return FORMAT.decode(bytes, wire -> wire.getMessages().stream()
                .map(message -> new OpenMessage(
                        ChunkHeader.of(
                                message.getProducer(),
                                message.getMessage(),
                                message.getFirstIndex(),
                                message.getBytes(),
                                message.getCrc32(),
                                message.getChunkBytes()),
                        message.getOffsets(),
                        message.getLastOffset()))
                .toList());
    }
}
