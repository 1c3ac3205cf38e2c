// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions whose shards have yet to be read back.
 *
 * <p>Each time a partition comes it has another number. A shard that was read for an earlier number is stale: the partition
 * has been elsewhere since. What comes or goes meanwhile leaves the others' reading as it is.
 */
final class Restores {
    private final Map<TopicPartition, Long> wanted = new HashMap<>();
    private final Map<TopicPartition, Long> unread = new HashMap<>();
    private long number;

    void add(Collection<TopicPartition> partitions) {
        number++;
        for (TopicPartition partition : partitions) {
            wanted.put(partition, number);
            unread.put(partition, number);
        }
    }

    void removeAll(Collection<TopicPartition> partitions) {
        wanted.keySet().removeAll(partitions);
        unread.keySet().removeAll(partitions);
    }

    /** Those that nobody reads yet, with their numbers; from now on somebody does. */
    Map<TopicPartition, Long> begin() {
        Map<TopicPartition, Long> begun = Map.copyOf(unread);
        unread.clear();
        return begun;
    }

    /** Whether a shard that was read for a partition's {@code number} is still wanted; if so, no longer. */
    boolean take(TopicPartition partition, long number) {
        return wanted.remove(partition, number);
    }

    boolean isEmpty() {
        return wanted.isEmpty();
    }

    int size() {
        return wanted.size();
    }
}
