// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import static io.quantflux.streaming.config.ProcessorConfig.BOOTSTRAP_SERVERS;
import static io.quantflux.streaming.config.ProcessorConfig.CHUNK_BYTES;
import static io.quantflux.streaming.config.ProcessorConfig.COMMIT_BYTES;
import static io.quantflux.streaming.config.ProcessorConfig.COMMIT_INTERVAL_MS;
import static io.quantflux.streaming.config.ProcessorConfig.COMPUTE_THREADS;
import static io.quantflux.streaming.config.ProcessorConfig.GROUP_ID;
import static io.quantflux.streaming.config.ProcessorConfig.GROUP_PROTOCOL;
import static io.quantflux.streaming.config.ProcessorConfig.HTTP_HOST;
import static io.quantflux.streaming.config.ProcessorConfig.HTTP_PORT;
import static io.quantflux.streaming.config.ProcessorConfig.INSTANCE_ID;
import static io.quantflux.streaming.config.ProcessorConfig.LOG_FORMAT;
import static io.quantflux.streaming.config.ProcessorConfig.MAX_INFLIGHT_BYTES;
import static io.quantflux.streaming.config.ProcessorConfig.MAX_OPEN_RECORDS;
import static io.quantflux.streaming.config.ProcessorConfig.MAX_OPEN_TENSORS;
import static io.quantflux.streaming.config.ProcessorConfig.MAX_RECORD_BYTES;
import static io.quantflux.streaming.config.ProcessorConfig.MAX_TENSORS;
import static io.quantflux.streaming.config.ProcessorConfig.MAX_TENSOR_BYTES;
import static io.quantflux.streaming.config.ProcessorConfig.NON_FINITE_POLICY;
import static io.quantflux.streaming.config.ProcessorConfig.PROCESSING_GUARANTEE;
import static io.quantflux.streaming.config.ProcessorConfig.SHUTDOWN_TIMEOUT_MS;
import static io.quantflux.streaming.config.ProcessorConfig.SPEC;
import static io.quantflux.streaming.config.ProcessorConfig.SPEC_CONFIG;
import static io.quantflux.streaming.config.ProcessorConfig.SPEC_MODULES;
import static io.quantflux.streaming.config.ProcessorConfig.TOPIC_PREFIX;
import static io.quantflux.streaming.config.ProcessorConfig.TRANSACTION_TIMEOUT_MS;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** What may be configured, as {@code docs/configuration.md} has it. */
final class Definition {
    private Definition() {}

    static ConfigDef all() {
        return DashboardConfig.addTo(MetricsConfig.addTo(BreakerSettings.define(new ConfigDef()
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
    }

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "instance-0";
        }
    }
}
