// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.chunk;

import io.quantflux.avro.ChunkHeader;
import io.quantflux.avro.OpenMessage;
import io.quantflux.spec.TensorId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The chunked messages of one partition that are not complete.
 *
 * <p>All it goes by is what the log says, headers and offsets, so that a replay comes to the same. Confined to the thread
 * of its shard.
 */
public final class OpenMessages {
    private final ChunkLimits limits;
    private final Map<TensorId, List<OpenMessage>> byTensor;

    /** With what the changelog holds. */
    public OpenMessages(ChunkLimits limits, Map<TensorId, List<OpenMessage>> byTensor) {
        this.limits = limits;
        this.byTensor = new TreeMap<>(byTensor);
    }

    public ChunkLimits limits() {
        return limits;
    }

    /** Those of one tensor, in the order in which they were opened. */
    public List<OpenMessage> of(TensorId id) {
        return byTensor.getOrDefault(id, List.of());
    }

    /** The message a chunk names, if it is open. */
    public @Nullable OpenMessage named(TensorId id, ChunkHeader chunk) {
        return of(id).stream()
                .filter(message -> message.isNamedIn(chunk))
                .findFirst()
                .orElse(null);
    }

    /** Why a chunk is refused on its own, its message left as it is; {@code null} if it is taken. */
    public @Nullable String refusal(TensorId id, ChunkHeader chunk) {
        OpenMessage open = named(id, chunk);
        if (open == null) {
            return null;
        }
        if (!open.agreesWith(chunk)) {
            return "chunk " + chunk.index() + " of message " + chunk.message() + " says count " + chunk.count()
                    + ", bytes " + chunk.bytes() + ", crc32 " + chunk.crc32() + "; its first chunk said "
                    + open.head().count() + ", " + open.head().bytes() + ", "
                    + open.head().crc32();
        }
        long earlier = open.offsets().get(chunk.index());
        return earlier < 0
                ? null
                : "chunk " + chunk.index() + " of message " + chunk.message() + " has come before, at offset "
                        + earlier;
    }

    /** The message that has had no chunk for too long when the record at {@code offset} comes. */
    public @Nullable Reading overdue(long offset) {
        Reading oldest = oldest();
        return oldest == null || offset - oldest.message().lastOffset() <= limits.maxAge()
                ? null
                : givenUp(oldest, "no chunk came for " + limits.maxAge() + " records of the partition");
    }

    /** What has to be read before a chunk that is not refused can be folded: another message first, or its own, complete. */
    public @Nullable Reading awaited(TensorId id, ChunkHeader chunk, long offset) {
        OpenMessage own = named(id, chunk);
        for (OpenMessage other : of(id)) {
            if (!other.isNamedIn(chunk) && other.head().producer().equals(chunk.producer())) {
                return givenUp(new Reading(id, other, null), "its producer goes on with message " + chunk.message());
            }
        }
        Reading oldest = oldest();
        if (own == null && oldest != null && size() >= limits.maxOpen()) {
            return givenUp(oldest, "more than " + limits.maxOpen() + " messages are open");
        }
        OpenMessage grown = grown(id, chunk, offset);
        return grown.missing() == 0 ? new Reading(id, grown, null) : null;
    }

    private static Reading givenUp(Reading reading, String why) {
        OpenMessage message = reading.message();
        return new Reading(
                reading.id(),
                message,
                "message " + message.head().message() + " of producer "
                        + message.head().producer() + " lacks " + message.missing() + " of "
                        + message.head().count() + " chunks: " + why);
    }

    private @Nullable Reading oldest() {
        Reading oldest = null;
        for (Map.Entry<TensorId, List<OpenMessage>> tensor : byTensor.entrySet()) {
            for (OpenMessage message : tensor.getValue()) {
                if (oldest == null || message.lastOffset() < oldest.message().lastOffset()) {
                    oldest = new Reading(tensor.getKey(), message, null);
                }
            }
        }
        return oldest;
    }

    private int size() {
        return byTensor.values().stream().mapToInt(List::size).sum();
    }

    private OpenMessage grown(TensorId id, ChunkHeader chunk, long offset) {
        OpenMessage open = named(id, chunk);
        return open == null ? OpenMessage.first(chunk, offset) : open.with(chunk.index(), offset);
    }

    /** Takes a chunk that is not refused and does not complete its message. */
    public void add(TensorId id, ChunkHeader chunk, long offset) {
        OpenMessage grown = grown(id, chunk, offset);
        List<OpenMessage> messages = new ArrayList<>(of(id));
        int known = messages.indexOf(named(id, chunk));
        if (known < 0) {
            messages.add(grown);
        } else {
            messages.set(known, grown);
        }
        byTensor.put(id, messages);
    }

    /** Forgets a message, complete or given up. */
    public void remove(TensorId id, OpenMessage message) {
        List<OpenMessage> messages = new ArrayList<>(of(id));
        messages.removeIf(open -> open.isNamedIn(message.head()));
        if (messages.isEmpty()) {
            byTensor.remove(id);
        } else {
            byTensor.put(id, messages);
        }
    }
}
