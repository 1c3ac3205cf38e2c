// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import io.quantflux.client.TopicNames;
import io.quantflux.engine.Components;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.config.QuantizationConfig;
import io.quantflux.spec.json.SpecJson;
import io.quantflux.streaming.chunk.ChunkLimits;
import io.quantflux.streaming.log.LogFormat;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The processor's configuration, typed and validated; secrets stay with the Kafka clients, to which {@code kafka.*} is
 * passed through.
 */
public final class ProcessorConfig extends AbstractConfig {
    public static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    public static final String GROUP_ID = "group.id";
    public static final String GROUP_PROTOCOL = "group.protocol";
    public static final String INSTANCE_ID = "instance.id";
    public static final String TOPIC_PREFIX = "topic.prefix";
    public static final String SPEC = "spec";
    public static final String SPEC_CONFIG = "spec.config";
    public static final String SPEC_MODULES = "spec.modules";
    public static final String NON_FINITE_POLICY = "nonfinite.policy";
    public static final String PROCESSING_GUARANTEE = "processing.guarantee";
    public static final String COMMIT_INTERVAL_MS = "commit.interval.ms";
    public static final String COMMIT_BYTES = "commit.bytes";
    public static final String MAX_INFLIGHT_BYTES = "max.inflight.bytes";
    public static final String MAX_RECORD_BYTES = "max.record.bytes";
    public static final String MAX_TENSOR_BYTES = "max.tensor.bytes";
    public static final String CHUNK_BYTES = "chunk.bytes";
    public static final String MAX_OPEN_TENSORS = "max.open.tensors";
    public static final String MAX_OPEN_RECORDS = "max.open.records";
    public static final String MAX_TENSORS = "max.tensors.per.partition";
    public static final String COMPUTE_THREADS = "compute.threads";
    public static final String TRANSACTION_TIMEOUT_MS = "transaction.timeout.ms";
    public static final String SHUTDOWN_TIMEOUT_MS = "shutdown.timeout.ms";
    public static final String HTTP_HOST = "http.host";
    public static final String HTTP_PORT = "http.port";

    public static final String LOG_FORMAT = "log.format";

    private static final String KAFKA_PREFIX = "kafka.";

    /** Every key with its default, its limits and what it is for, in the order of the documentation. */
    public static final ConfigDef DEFINITION = Definition.all();

    private final QuantizationSpec spec;
    private final @Nullable QuantizationConfig specConfig;
    private final TopicNames topics;
    private final MetricsConfig metrics;

    /** @throws ConfigException naming the key, its value and what was expected; also for unknown keys */
    public ProcessorConfig(Map<String, ?> properties) {
        this(Secrets.resolve(properties));
    }

    /** As {@link #ProcessorConfig(Map)}, of values whose variables have been looked up. */
    public ProcessorConfig(Secrets properties) {
        super(DEFINITION, properties.values(), false);
        LoginModules.check(properties.values());
        for (String key : properties.values().keySet()) {
            if (!DEFINITION.names().contains(key) && !key.startsWith(KAFKA_PREFIX)) {
                throw new ConfigException("Unknown configuration key '" + key + "'. Known keys: "
                        + String.join(", ", new TreeSet<>(DEFINITION.names())) + ", and " + KAFKA_PREFIX + "*");
            }
        }
        try {
            spec = SpecJson.read(getString(SPEC));
            Components.standard().choose(spec, QuantizationTarget.ACTIVATION);
        } catch (InvalidSpecException e) {
            throw new ConfigException("Invalid value for configuration " + SPEC + ": " + e.getMessage());
        }
        metrics = MetricsConfig.of(this);
        specConfig = specConfig(getString(SPEC_CONFIG), getString(SPEC_MODULES));
        try {
            topics = TopicNames.DEFAULT.withPrefix(getString(TOPIC_PREFIX));
        } catch (InvalidSpecException e) {
            throw new ConfigException(TOPIC_PREFIX, getString(TOPIC_PREFIX), e.getMessage());
        }
    }

    private static @Nullable QuantizationConfig specConfig(String file, String modules) {
        if (file.isEmpty()) {
            if (!modules.isEmpty()) {
                throw new ConfigException(SPEC_MODULES, modules, "is of use only with " + SPEC_CONFIG);
            }
            return null;
        }
        try {
            return SpecFiles.config(Path.of(file), modules.isEmpty() ? null : Path.of(modules));
        } catch (IOException e) {
            throw new ConfigException("Invalid value for configuration " + SPEC_CONFIG + ": cannot read " + file + ": "
                    + FileTrouble.why(e));
        } catch (InvalidSpecException | InvalidPathException e) {
            throw new ConfigException(
                    "Invalid value for configuration " + SPEC_CONFIG + ": " + file + ": " + e.getMessage());
        }
    }

    public String bootstrapServers() {
        return getString(BOOTSTRAP_SERVERS);
    }

    public String groupId() {
        return getString(GROUP_ID);
    }

    /** {@code auto, consumer} or {@code classic}. */
    public String groupProtocol() {
        return getString(GROUP_PROTOCOL);
    }

    /** {@code <group.id>-<instance.id>}: stable for an instance slot. */
    public String transactionalId() {
        return groupId() + "-" + getString(INSTANCE_ID);
    }

    /** Of the instance's other producer; stable likewise. */
    public String secondTransactionalId() {
        return transactionalId() + "/2";
    }

    public TopicNames topics() {
        return topics;
    }

    /** The spec of tensors that bring none. */
    public QuantizationSpec spec() {
        return spec;
    }

    /** Chooses the spec of a tensor by its id, before {@link #spec()}; {@code null} if no file is configured. */
    public @Nullable QuantizationConfig specConfig() {
        return specConfig;
    }

    public NonFinitePolicy nonFinitePolicy() {
        return NonFinitePolicy.valueOf(getString(NON_FINITE_POLICY).toUpperCase(Locale.ROOT));
    }

    /** Whether outputs, states and offsets commit together. */
    public boolean isExactlyOnce() {
        return getString(PROCESSING_GUARANTEE).equals("exactly_once");
    }

    public Duration commitInterval() {
        return Duration.ofMillis(getLong(COMMIT_INTERVAL_MS));
    }

    public long commitBytes() {
        return getLong(COMMIT_BYTES);
    }

    public long maxInflightBytes() {
        return getLong(MAX_INFLIGHT_BYTES);
    }

    public int maxRecordBytes() {
        return getInt(MAX_RECORD_BYTES);
    }

    /** Size of the chunks of large outputs. */
    public int chunkBytes() {
        return getInt(CHUNK_BYTES);
    }

    public ChunkLimits chunkLimits() {
        return new ChunkLimits(getInt(MAX_TENSOR_BYTES), getInt(MAX_OPEN_TENSORS), getLong(MAX_OPEN_RECORDS));
    }

    public int maxTensors() {
        return getInt(MAX_TENSORS);
    }

    public BreakerSettings breaker() {
        return BreakerSettings.of(this);
    }

    public int computeThreads() {
        return getInt(COMPUTE_THREADS);
    }

    public int transactionTimeoutMs() {
        return getInt(TRANSACTION_TIMEOUT_MS);
    }

    public Duration shutdownTimeout() {
        return Duration.ofMillis(getLong(SHUTDOWN_TIMEOUT_MS));
    }

    public MetricsConfig metrics() {
        return metrics;
    }

    public LogFormat logFormat() {
        return LogFormat.valueOf(getString(LOG_FORMAT).toUpperCase(Locale.ROOT));
    }

    public String httpHost() {
        return getString(HTTP_HOST);
    }

    public int httpPort() {
        return getInt(HTTP_PORT);
    }

    /** Who may reach the dashboard, and who may command from it. */
    public DashboardConfig dashboard() {
        return DashboardConfig.of(this);
    }

    /** What {@code kafka.*} and {@code kafka.<client>.*} ask of one kind of client: {@code consumer, producer, admin}. */
    public Map<String, Object> kafka(String client) {
        Map<String, Object> all = new HashMap<>();
        originalsWithPrefix(KAFKA_PREFIX).forEach((key, value) -> {
            if (!key.startsWith("consumer.") && !key.startsWith("producer.") && !key.startsWith("admin.")) {
                all.put(key, value);
            }
        });
        all.putAll(originalsWithPrefix(KAFKA_PREFIX + client + "."));
        all.put(BOOTSTRAP_SERVERS, bootstrapServers());
        return all;
    }
}
