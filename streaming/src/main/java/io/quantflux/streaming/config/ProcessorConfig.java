// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

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
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
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

    public static final ConfigDef DEFINITION =
            DashboardConfig.addTo(MetricsConfig.addTo(BreakerSettings.define(new ConfigDef()
                    .define(
                            BOOTSTRAP_SERVERS,
                            ConfigDef.Type.STRING,
                            ConfigDef.NO_DEFAULT_VALUE,
                            new ConfigDef.NonEmptyString(),
                            Importance.HIGH,
                            "Kafka brokers to begin with, host:port, comma-separated. Apache Kafka 4.0 or newer.")
                    .define(
                            GROUP_ID,
                            ConfigDef.Type.STRING,
                            "quantflux",
                            new ConfigDef.NonEmptyString(),
                            Importance.HIGH,
                            "Consumer group of all instances that share the work; also the prefix of transactional ids.")
                    .define(
                            GROUP_PROTOCOL,
                            ConfigDef.Type.STRING,
                            "auto",
                            in("auto", "consumer", "classic"),
                            Importance.LOW,
                            "How instances share the partitions: consumer (KIP-848, the broker assigns) or classic (cooperative); auto"
                                    + " takes the first where the brokers have it enabled.")
                    .define(
                            INSTANCE_ID,
                            ConfigDef.Type.STRING,
                            hostname(),
                            new ConfigDef.NonEmptyString(),
                            Importance.HIGH,
                            "Names this instance within its group, the same again after a restart: a restart then ends the dead"
                                    + " incarnation's transaction at once. Two running instances must not share one.")
                    .define(
                            TOPIC_PREFIX,
                            ConfigDef.Type.STRING,
                            "",
                            Importance.MEDIUM,
                            "In front of the names of the seven topics, quantflux.activations, control, fake-quantized, qparams, events, state,"
                                    + " dead-letters.")
                    .define(
                            SPEC,
                            ConfigDef.Type.STRING,
                            "{}",
                            Importance.MEDIUM,
                            "Quantization spec, JSON with the reference's keys, of tensors whose first record brings none and for"
                                    + " which spec.config, if given, does not decide.")
                    .define(
                            SPEC_CONFIG,
                            ConfigDef.Type.STRING,
                            "",
                            Importance.MEDIUM,
                            "File that chooses the spec of each new tensor by its id, the reference's quantization_config: YAML if"
                                    + " its name ends in .yaml or .yml, else JSON. The same for all instances of a group.")
                    .define(
                            SPEC_MODULES,
                            ConfigDef.Type.STRING,
                            "",
                            Importance.LOW,
                            "File that maps the model's module names to fully qualified types, YAML or JSON: what"
                                    + " module_type_configs in spec.config are matched with.")
                    .define(
                            NON_FINITE_POLICY,
                            ConfigDef.Type.STRING,
                            "quarantine",
                            in("quarantine", "reject", "propagate"),
                            Importance.MEDIUM,
                            "A tensor with NaN or infinities: quarantine does not observe it, reject makes it a dead letter,"
                                    + " propagate observes it as the reference does.")
                    .define(
                            PROCESSING_GUARANTEE,
                            ConfigDef.Type.STRING,
                            "exactly_once",
                            in("exactly_once", "at_least_once"),
                            Importance.MEDIUM,
                            "exactly_once: outputs, states and offsets of an interval are one transaction. at_least_once: none;"
                                    + " after a crash some outputs come again, and two instances that both think they own a"
                                    + " partition may both write.")
                    .define(
                            COMMIT_INTERVAL_MS,
                            ConfigDef.Type.LONG,
                            100L,
                            between(1, 10_000),
                            Importance.MEDIUM,
                            "Longest time between two transactions while records flow. An idle processor commits at once.")
                    .define(
                            COMMIT_BYTES,
                            ConfigDef.Type.LONG,
                            32L << 20,
                            atLeast(1),
                            Importance.LOW,
                            "Consumed bytes after which a transaction commits before its interval is over. At the start, and where"
                                    + " the broker is slow, it is less: as much as commits within a quarter of"
                                    + " transaction.timeout.ms.")
                    .define(
                            MAX_INFLIGHT_BYTES,
                            ConfigDef.Type.LONG,
                            64L << 20,
                            atLeast(1),
                            Importance.MEDIUM,
                            "Bytes of records fetched and not yet handed to the producer, over all partitions: above half of it"
                                    + " in work partitions are paused, at a quarter resumed, and fetches are made so small that"
                                    + " what the consumer holds fits the rest. Only what Kafka hands out as one may exceed it:"
                                    + " a record, or a producer's batch, of more than an eighth of it.")
                    .define(
                            MAX_RECORD_BYTES,
                            ConfigDef.Type.INT,
                            16 << 20,
                            between(1024, 512 << 20),
                            Importance.MEDIUM,
                            "Largest record value; a larger one becomes a dead letter. Larger tensors come, and go, in chunks.")
                    .define(
                            MAX_TENSOR_BYTES,
                            ConfigDef.Type.INT,
                            513 << 20,
                            between(1024, 1 << 30),
                            Importance.LOW,
                            "Largest tensor that may come in chunks, in bytes of its encoded record. One such tensor at a time takes"
                                    + " twice its size in java.io.tmpdir.")
                    .define(
                            CHUNK_BYTES,
                            ConfigDef.Type.INT,
                            1_000_000,
                            between(65_536, 16 << 20),
                            Importance.LOW,
                            "Size of the chunks of an output that exceeds max.record.bytes; the default fits a batch of the producer,"
                                    + " and the limit that a topic has by default.")
                    .define(
                            MAX_OPEN_TENSORS,
                            ConfigDef.Type.INT,
                            64,
                            atLeast(1),
                            Importance.LOW,
                            "Chunked tensors of a partition that may be incomplete at once; one more, and the one that has waited"
                                    + " longest becomes dead letters.")
                    .define(
                            MAX_OPEN_RECORDS,
                            ConfigDef.Type.LONG,
                            1_000_000L,
                            atLeast(1),
                            Importance.LOW,
                            "Offsets of a partition after which a chunked tensor becomes dead letters if no chunk has come for it.")
                    .define(
                            MAX_TENSORS,
                            ConfigDef.Type.INT,
                            50_000,
                            atLeast(1),
                            Importance.LOW,
                            "Tensors a partition may hold; records of further ones become dead letters.")
                    .define(
                            COMPUTE_THREADS,
                            ConfigDef.Type.INT,
                            Runtime.getRuntime().availableProcessors(),
                            between(1, 1024),
                            Importance.LOW,
                            "Threads of the compute scheduler; a partition is on one of them at a time.")
                    .define(
                            TRANSACTION_TIMEOUT_MS,
                            ConfigDef.Type.INT,
                            15_000,
                            between(1000, 900_000),
                            Importance.LOW,
                            "After a crash without a restart, readers of the outputs wait at most about this long.")
                    .define(
                            SHUTDOWN_TIMEOUT_MS,
                            ConfigDef.Type.LONG,
                            20_000L,
                            atLeast(0),
                            Importance.LOW,
                            "On a stop, how long to finish and commit what is in flight.")
                    .define(
                            HTTP_HOST,
                            ConfigDef.Type.STRING,
                            "127.0.0.1",
                            Importance.LOW,
                            "Address the HTTP server listens on: dashboard, /livez, /readyz and /metrics.")
                    .define(
                            HTTP_PORT,
                            ConfigDef.Type.INT,
                            8642,
                            between(-1, 65_535),
                            Importance.LOW,
                            "Port of the HTTP server; 0 picks a free one, -1 starts none.")
                    .define(
                            LOG_FORMAT,
                            ConfigDef.Type.STRING,
                            "text",
                            in("text", "json"),
                            Importance.LOW,
                            "Form of the log on standard error: text, or json with one object a line."))));

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

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "instance-0";
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
