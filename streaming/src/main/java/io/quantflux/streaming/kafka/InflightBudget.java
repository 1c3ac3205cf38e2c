// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;

/**
 * How {@code max.inflight.bytes} is kept: what lanes hold and what the consumer holds itself, together.
 *
 * <p>The consumer fetches ahead of what it hands out, and goes on holding that while partitions are paused: of each broker
 * one answer that waits and one that is on its way. Fetches are so small that all of these are a quarter of the limit.
 * Partitions are paused above half of it, less the margins of fetches; a poll may then have brought one quarter more, while the consumer fetched another.
 *
 * @param limit bytes in all
 * @param brokers that partitions are fetched from
 */
record InflightBudget(long limit, int brokers) {
    private static final int LARGEST_PARTITION_FETCH = 8 << 20;
    /** So that tensors of a power of two and what is around them fit without a rest, which would be sent and thrown away. */
    private static final int MARGIN = 32 << 10;

    /** For the partitions of a topic: each of their replicas may come to lead, and each partition has one leader. */
    static InflightBudget of(long limit, List<PartitionInfo> partitions) {
        long replicas = partitions.stream()
                .flatMap(partition -> Stream.of(partition.replicas()))
                .map(Node::id)
                .distinct()
                .count();
        return new InflightBudget(limit, (int) Math.min(replicas, partitions.size()));
    }

    /** {@code fetch.max.bytes}. Kafka hands out one batch however large it is, so that a larger record still passes. */
    int fetchBytes() {
        return 2 * partitionFetchBytes();
    }

    /** {@code max.partition.fetch.bytes}: an answer has records of two partitions, for two threads. */
    int partitionFetchBytes() {
        int share = (int) Math.min(LARGEST_PARTITION_FETCH, limit / (16L * Math.max(1, brokers)));
        return Math.max(1, share > 4 * MARGIN ? share + MARGIN : share);
    }

    boolean isExceededBy(long held) {
        return held > Math.max(0, Math.min(limit / 2, limit - 4L * brokers * fetchBytes()));
    }

    boolean hasRoomAgainAt(long held) {
        return held <= limit / 4;
    }
}
