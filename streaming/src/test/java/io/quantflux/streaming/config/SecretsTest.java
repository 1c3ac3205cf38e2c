// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule";

    @TempDir
    private Path dir;

    @Test
    void variablesAreLookedUpInFilesDirectoriesAndTheEnvironment() throws IOException {
        Path file = Files.writeString(dir.resolve("s.properties"), "password=from-file\n");
        Files.writeString(dir.resolve("mounted"), "from-directory");
        Secrets secrets = Secrets.resolve(Map.of(
                "kafka.ssl.key.password",
                "${file:" + file + ":password}",
                "kafka.ssl.keystore.password",
                "${directory:" + dir + ":mounted}",
                "group.id",
                "${env:PATH}",
                "http.port",
                1));
        assertThat(secrets.values())
                .containsEntry("kafka.ssl.key.password", "from-file")
                .containsEntry("kafka.ssl.keystore.password", "from-directory")
                .containsEntry("group.id", System.getenv("PATH"))
                .containsEntry("http.port", 1);
    }

    @Test
    void aVariableWithoutAValueIsNamedWithItsKey() throws IOException {
        Path file = Files.writeString(dir.resolve("s.properties"), "password=x\n");
        for (String variable :
                new String[] {"${env:QF_NOT_SET}", "${file:" + file + ":pasword}", "${directory:" + dir + ":absent}"}) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> Secrets.resolve(Map.of("kafka.ssl.key.password", variable)))
                    .withMessageContaining("kafka.ssl.key.password: there is no value for " + variable);
        }
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Secrets.resolve(Map.of("a", "${file:" + dir.resolve("absent") + ":x}")))
                .withMessageContaining("absent");
    }

    @Test
    void whatIsAPasswordOrCameFromElsewhereIsMasked() throws IOException {
        Path file = Files.writeString(dir.resolve("s.properties"), "n=looked-up\n");
        Secrets secrets = Secrets.resolve(Map.of(
                "kafka.ssl.key.password",
                "plainly",
                "kafka.sasl.jaas.config",
                SCRAM + " required username=\"ada\" password=\"quo ted\";",
                "group.id",
                "${file:" + file + ":n}",
                "instance.id",
                "calib-0"));
        assertThat(secrets.mask("plainly, quo ted, looked-up, ada, calib-0"))
                .isEqualTo("[hidden], [hidden], [hidden], ada, calib-0");
    }

    @Test
    void kafkasPasswordsAndWhatIsCalledOneAreSecrets() {
        assertThat(new String[] {
                    "kafka.sasl.jaas.config",
                    "kafka.admin.ssl.keystore.key",
                    "ssl.truststore.certificates",
                    "kafka.consumer.ssl.truststore.password",
                    "kafka.sasl.oauthbearer.client.credentials.client.secret"
                })
                .allMatch(Secrets::isSecret);
        assertThat(new String[] {"kafka.sasl.mechanism", "group.id", "kafka.ssl.truststore.location"})
                .noneMatch(Secrets::isSecret);
    }

    @Test
    void onlyKafkasLoginModulesAreTaken() {
        for (String key : new String[] {"kafka.sasl.jaas.config", "kafka.producer.sasl.jaas.config"}) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> new ProcessorConfig(Map.of(
                            "bootstrap.servers",
                            "b:1",
                            key,
                            "com.sun.security.auth.module.LdapLoginModule required password=\"hush\";")))
                    .withMessageStartingWith("Invalid value for configuration " + key
                            + ": login module was com.sun.security.auth.module.LdapLoginModule but must be one of")
                    .withMessageNotContaining("hush");
        }
        ProcessorConfig taken = new ProcessorConfig(
                Map.of("bootstrap.servers", "b:1", "kafka.sasl.jaas.config", SCRAM + " required username=\"a\";"));
        assertThat(taken.kafka("admin")).containsKey("sasl.jaas.config");
    }
}
