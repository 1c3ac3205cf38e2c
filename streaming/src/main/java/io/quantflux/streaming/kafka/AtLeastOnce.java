// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Outputs, then states and qparams, then offsets, each durable before the next.
 *
 * <p>A crash in between leaves outputs that are made again, with the same bits, from states that have not counted them; a
 * record whose tensor's state has counted it is passed over.
 */
final class AtLeastOnce implements Delivery {
    @Override
    public void start() {}

    @Override
    public void begin() {}

    @Override
    public void commit(Sends sends, Map<TopicPartition, OffsetAndMetadata> offsets, Consumer<?, ?> member) {
        sends.arrived();
        sends.newest();
        sends.arrived();
        member.commitSync(offsets);
    }

    @Override
    public void abort() {}
}
