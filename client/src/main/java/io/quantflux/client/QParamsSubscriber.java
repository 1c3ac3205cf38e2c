// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.spec.TensorId;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Follows the qparams topic from its beginning and keeps the newest of each tensor at hand. It belongs to no group: every
 * subscriber sees everything. Safe for several threads.
 */
public final class QParamsSubscriber implements AutoCloseable {
    private final QParamsFollower follower;

    private QParamsSubscriber(QParamsFollower follower) {
        this.follower = follower;
    }

    /** @param bootstrapServers {@code host:port}, several with commas between */
    public static Builder builder(String bootstrapServers) {
        return new Builder(bootstrapServers);
    }

    /** The newest qparams of a tensor; empty if there are none, or none has been read so far. */
    public Optional<QParamsUpdate> latest(TensorId id) {
        return Optional.ofNullable(follower.latest().get(id));
    }

    /** The newest qparams of every tensor, sorted by id: a copy that does not change. */
    public SortedMap<TensorId, QParamsUpdate> snapshot() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(follower.latest()));
    }

    /**
     * Waits until all that was committed to the topic before this call has been read.
     *
     * @return whether it was within the time given; {@link #status()} tells why not
     */
    public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        return follower.awaitCaughtUp(timeout);
    }

    /** How it is doing. */
    public Status status() {
        return follower.status();
    }

    /** Stops reading; what was read stays available. */
    @Override
    public void close() {
        follower.close();
    }

    /**
     * @param detail one line for a human
     * @param updates records read
     * @param refused records that did not decode and were skipped
     */
    public record Status(State state, String detail, long updates, long refused) {}

    /** Whether what {@link #latest} tells is new. */
    public enum State {
        /** Reading what was there before it came. */
        CATCHING_UP,
        /** Up to date, as of a few seconds ago. */
        FOLLOWING,
        /** The broker or the topic is away; what is known stays available, and it keeps trying. */
        RETRYING,
        CLOSED
    }

    /** Collects settings, each with its default. */
    public static final class Builder {
        private final String bootstrapServers;
        private TopicNames topics = TopicNames.DEFAULT;
        private Map<String, ?> kafka = Map.of();
        private BiConsumer<TensorId, QParamsUpdate> listener = (id, update) -> {};

        private Builder(String bootstrapServers) {
            this.bootstrapServers = bootstrapServers;
        }

        /** Default {@link TopicNames#DEFAULT}. */
        public Builder topics(TopicNames names) {
            topics = names;
            return this;
        }

        /** Settings of Kafka's consumer that win over ours. */
        public Builder kafka(Map<String, ?> overrides) {
            kafka = Map.copyOf(overrides);
            return this;
        }

        /** Called with every update on the reading thread, after it can be seen by {@link #latest}. Default: nobody. */
        public Builder onUpdate(BiConsumer<TensorId, QParamsUpdate> consumer) {
            listener = consumer;
            return this;
        }

        /**
         * Starts reading.
         *
         * @throws org.apache.kafka.common.KafkaException if Kafka refuses a setting; not if its broker is away
         */
        public QParamsSubscriber build() {
            return new QParamsSubscriber(
                    QParamsFollower.start(topics.qparams(), KafkaSettings.follower(bootstrapServers, kafka), listener));
        }
    }
}
