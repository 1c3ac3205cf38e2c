// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A chunked message some of whose chunks have come: where they are, not what they hold.
 *
 * @param head of the chunk that came first; all others agree with it but for the index
 * @param offsets of the chunks by index, −1 where one is missing
 * @param lastOffset offset of the chunk that came last
 */
public record OpenMessage(ChunkHeader head, List<Long> offsets, long lastOffset) {
    public OpenMessage {
        offsets = List.copyOf(offsets);
    }

    /** With its first chunk. */
    public static OpenMessage first(ChunkHeader head, long offset) {
        List<Long> offsets = new ArrayList<>(Collections.nCopies(head.count(), -1L));
        offsets.set(head.index(), offset);
        return new OpenMessage(head, offsets, offset);
    }

    /** With one chunk more. */
    public OpenMessage with(int index, long offset) {
        List<Long> more = new ArrayList<>(offsets);
        more.set(index, offset);
        return new OpenMessage(head, more, offset);
    }

    /** Whether a chunk belongs to this message, whatever else it says. */
    public boolean isNamedIn(ChunkHeader chunk) {
        return head.producer().equals(chunk.producer()) && head.message().equals(chunk.message());
    }

    /** Whether a chunk describes the message as the first one did. */
    public boolean agreesWith(ChunkHeader chunk) {
        return isNamedIn(chunk)
                && head.count() == chunk.count()
                && head.bytes() == chunk.bytes()
                && head.crc32() == chunk.crc32()
                && head.size() == chunk.size();
    }

    /** Chunks that have not come. */
    public int missing() {
        return Collections.frequency(offsets, -1L);
    }
}
