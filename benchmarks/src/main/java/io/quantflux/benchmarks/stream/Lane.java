// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import io.quantflux.client.TopicNames;
import io.quantflux.streaming.config.ProcessorConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Where one contender runs under one guarantee for one tensor size: topics and a consumer group of its own.
 *
 * @param bootstrapServers the cluster
 * @param name prefix of the topics, and the group
 * @param maxRecordBytes largest value of a record
 * @param scratch directory that goes with the broker
 */
record Lane(String bootstrapServers, String name, Guarantee guarantee, int maxRecordBytes, Path scratch) {
    /** Longest time between two commits, for all contenders. */
    static final int COMMIT_INTERVAL_MS = 100;

    TopicNames topics() {
        return TopicNames.DEFAULT.withPrefix(name + ".");
    }

    String group() {
        return name;
    }

    /** How the processor reads, for the others to read likewise. */
    Map<String, Object> readSettings() {
        int fetch = (int) (config().maxInflightBytes() / 16) + (32 << 10);
        return Map.of(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                500,
                ConsumerConfig.RECEIVE_BUFFER_CONFIG,
                -1,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                fetch,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                2 * fetch);
    }

    /** How the processor writes, for the others to write likewise. */
    Map<String, Object> writeSettings() {
        return Map.of(
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.SEND_BUFFER_CONFIG,
                -1,
                ProducerConfig.BATCH_SIZE_CONFIG,
                (1 << 20) + (16 << 10),
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                2L * (maxRecordBytes + (2 << 20)),
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                maxRecordBytes + (2 << 20),
                ProducerConfig.RETRY_BACKOFF_MS_CONFIG,
                5L,
                ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG,
                1000L);
    }

    /** The processor's settings there; the other contenders use their limits. */
    ProcessorConfig config() {
        Map<String, String> settings = new HashMap<>();
        settings.put(ProcessorConfig.BOOTSTRAP_SERVERS, bootstrapServers);
        settings.put(ProcessorConfig.GROUP_ID, group());
        settings.put(ProcessorConfig.INSTANCE_ID, "0");
        settings.put(ProcessorConfig.TOPIC_PREFIX, name + ".");
        settings.put(ProcessorConfig.HTTP_PORT, "-1");
        settings.put(ProcessorConfig.COMMIT_INTERVAL_MS, Integer.toString(COMMIT_INTERVAL_MS));
        settings.put(ProcessorConfig.MAX_RECORD_BYTES, Integer.toString(maxRecordBytes));
        settings.put(ProcessorConfig.PROCESSING_GUARANTEE, guarantee.key());
        return new ProcessorConfig(settings);
    }
}
