// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.chunk;

/**
 * How much of chunked messages a partition puts up with.
 *
 * @param maxMessageBytes of a whole message
 * @param maxOpen messages that may be incomplete at once; one more gives up the one that has waited longest
 * @param maxAge offsets of the partition after which a message that got no chunk is given up
 */
public record ChunkLimits(long maxMessageBytes, int maxOpen, long maxAge) {
    /** 513 MiB, 64 messages, a million offsets. */
    public static final ChunkLimits DEFAULT = new ChunkLimits(513L << 20, 64, 1_000_000);
}
