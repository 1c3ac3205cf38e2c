// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.chunk.OpenMessages;
import io.quantflux.streaming.shard.Shard;
import io.quantflux.streaming.shard.StandingOrders;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Makes the lanes of partitions that are new to this member, from what the changelog has of their shards. */
final class LaneOpener {
    private final StreamSettings settings;
    private final RecordEncoder encoder;
    private final ChunkEncoder chunks;
    private final Changelog changelog;
    private final DecidedOffsets decided;

    LaneOpener(StreamSettings settings, Clients clients, RecordEncoder encoder) {
        this.settings = settings;
        this.encoder = encoder;
        chunks = new ChunkEncoder(
                encoder,
                settings.config().topics().fakeQuantized(),
                settings.config().groupId(),
                settings.config().maxRecordBytes(),
                settings.config().chunkBytes());
        changelog = new Changelog(clients, settings.config().topics().state());
        decided = new DecidedOffsets(clients, settings.config().groupId());
    }

    /** What the changelog holds, by partition number; blocks until the previous owner's transactions are decided and it is read. */
    Map<Integer, Changelog.Restored> restore(Set<TopicPartition> partitions) {
        decided.await(partitions);
        return changelog.restore(
                partitions.stream().map(TopicPartition::partition).toList());
    }

    /** A lane that is not started yet. */
    Lane lane(
            TopicPartition partition,
            Changelog.Restored restored,
            StandingOrders orders,
            Transaction transaction,
            long position) {
        Shard shard = new Shard(
                partition.partition(),
                settings.shards(),
                restored.tensors(),
                orders,
                new OpenMessages(settings.config().chunkLimits(), restored.open()));
        return new Lane(partition, shard, encoder, chunks, transaction, position);
    }
}
