// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quantflux.client.TopicNames;
import io.quantflux.spec.IntegerDType;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorConfigTest {
    private static ProcessorConfig config(String... pairs) {
        Map<String, String> properties = new HashMap<>(Map.of("bootstrap.servers", "broker:9092"));
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put(pairs[i], pairs[i + 1]);
        }
        return new ProcessorConfig(properties);
    }

    @Test
    void brokersAreAllItNeeds() {
        ProcessorConfig config = config();
        assertThat(config.bootstrapServers()).isEqualTo("broker:9092");
        assertThat(config.groupId()).isEqualTo("quantflux");
        assertThat(config.topics()).isEqualTo(TopicNames.DEFAULT);
        assertThat(config.spec()).isEqualTo(QuantizationSpec.DEFAULT);
        assertThat(config.nonFinitePolicy()).isEqualTo(NonFinitePolicy.QUARANTINE);
        assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(100));
        assertThat(config.maxInflightBytes()).isEqualTo(64L << 20);
        assertThat(config.maxRecordBytes()).isEqualTo(16 << 20);
        assertThat(config.httpPort()).isEqualTo(8642);
    }

    @Test
    void valuesAreTyped() {
        ProcessorConfig config = config(
                "group.id",
                "g",
                "instance.id",
                "7",
                "topic.prefix",
                "team.",
                "nonfinite.policy",
                "reject",
                "spec",
                "{\"dtype\":\"uint4\"}",
                "commit.interval.ms",
                "5",
                "http.port",
                "-1");
        assertThat(config.transactionalId()).isEqualTo("g-7");
        assertThat(config.topics().activations()).isEqualTo("team.quantflux.activations");
        assertThat(config.nonFinitePolicy()).isEqualTo(NonFinitePolicy.REJECT);
        assertThat(config.spec().dtype()).isEqualTo(IntegerDType.UINT4);
        assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(5));
        assertThat(config.httpPort()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            group.id                  | ``       | Invalid value  for configuration group.id: String must be non-empty
            instance.id               | ``       | Invalid value  for configuration instance.id: String must be non-empty
            nonfinite.policy          | ignore   | Invalid value ignore for configuration nonfinite.policy: String must be one of: quarantine, reject, propagate
            commit.interval.ms        | 0        | Invalid value 0 for configuration commit.interval.ms: Value must be at least 1
            commit.interval.ms        | soon     | Invalid value soon for configuration commit.interval.ms: Not a number of type LONG
            commit.interval.ms        | 10001    | Invalid value 10001 for configuration commit.interval.ms: Value must be no more than 10000
            commit.bytes              | 0        | Invalid value 0 for configuration commit.bytes: Value must be at least 1
            max.inflight.bytes        | 0        | Invalid value 0 for configuration max.inflight.bytes: Value must be at least 1
            max.record.bytes          | 1023     | Invalid value 1023 for configuration max.record.bytes: Value must be at least 1024
            max.tensors.per.partition | 0        | Invalid value 0 for configuration max.tensors.per.partition: Value must be at least 1
            compute.threads           | 0        | Invalid value 0 for configuration compute.threads: Value must be at least 1
            transaction.timeout.ms    | 10       | Invalid value 10 for configuration transaction.timeout.ms: Value must be at least 1000
            shutdown.timeout.ms       | -1       | Invalid value -1 for configuration shutdown.timeout.ms: Value must be at least 0
            http.port                 | 65536    | Invalid value 65536 for configuration http.port: Value must be no more than 65535
            spec                      | int8     | Invalid value for configuration spec: json was not readable but expected one object:
            spec                      | {"dtype":"int7"} | Invalid value for configuration spec: dtype was int7 but
            topic.prefix              | a b.     | Invalid value a b. for configuration topic.prefix
            bootstrap.servers         | ``       | Invalid value  for configuration bootstrap.servers: String must be non-empty
            """)
    void aWrongValueIsNamedWithWhatWasExpected(String key, String value, String message) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> config(key, value))
                .withMessageStartingWith(message);
    }

    @Test
    void missingBrokersAreNamed() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> new ProcessorConfig(Map.of()))
                .withMessage("Missing required configuration \"bootstrap.servers\" which has no default value.");
    }

    @Test
    void anUnknownKeyIsRefusedWithTheKnownOnes() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> config("commit.intervall.ms", "5"))
                .withMessageStartingWith(
                        "Unknown configuration key 'commit.intervall.ms'. Known keys: bootstrap.servers,")
                .withMessageContaining("commit.interval.ms,")
                .withMessageEndingWith(", and kafka.*");
    }

    @Test
    void kafkaSettingsReachTheClientsTheyAreFor() {
        ProcessorConfig config = config(
                "kafka.security.protocol",
                "SSL",
                "kafka.producer.linger.ms",
                "3",
                "kafka.linger.ms",
                "9",
                "kafka.consumer.max.poll.records",
                "7",
                "kafka.bootstrap.servers",
                "elsewhere:1");
        assertThat(config.kafka("producer"))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("bootstrap.servers", "broker:9092", "security.protocol", "SSL", "linger.ms", "3"));
        assertThat(config.kafka("consumer"))
                .containsEntry("max.poll.records", "7")
                .containsEntry("linger.ms", "9");
        assertThat(config.kafka("admin")).doesNotContainKeys("max.poll.records", "consumer.max.poll.records");
    }
}
