// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/** {@link CalibrationTopology} in this JVM, with the processor's client settings where Streams has them. */
final class StreamsPipeline implements Pipeline {
    private static final Duration CLOSE = Duration.ofSeconds(30);

    private final KafkaStreams streams;

    StreamsPipeline(Lane lane) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, lane.group());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, lane.bootstrapServers());
        settings.put(
                StreamsConfig.STATE_DIR_CONFIG,
                lane.scratch().resolve("streams").toString());
        settings.put(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                lane.guarantee() == Guarantee.EXACTLY_ONCE
                        ? StreamsConfig.EXACTLY_ONCE_V2
                        : StreamsConfig.AT_LEAST_ONCE);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Lane.COMMIT_INTERVAL_MS);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, lane.config().computeThreads());
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 16L << 20);
        lane.readSettings().forEach((key, value) -> settings.put(StreamsConfig.consumerPrefix(key), value));
        lane.writeSettings().forEach((key, value) -> settings.put(StreamsConfig.producerPrefix(key), value));
        streams = new KafkaStreams(CalibrationTopology.of(lane.config()), settings);
        streams.start();
    }

    @Override
    public void close() {
        // without leaving, the next start waits for this one's session to time out
        streams.close(CloseOptions.timeout(CLOSE)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }
}
