// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Map;
import kafka.server.KafkaConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerSettingsTest {

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-1", "65536", ""})
    void aPortThatIsNoneIsRefused(String port) {
        assertThatExceptionOfType(EmbeddedKafkaException.class)
                .isThrownBy(() -> BrokerSettings.check(Map.of("port", port)))
                .withMessage("port was '" + port + "' but must be a number from 0 (any free port) to 65535");
    }

    @Test
    void aPropertyTheDirectoryDecidesIsRefused() {
        assertThatExceptionOfType(EmbeddedKafkaException.class)
                .isThrownBy(() -> BrokerSettings.check(Map.of("log.dirs", "elsewhere")))
                .withMessageStartingWith("broker property log.dirs was 'elsewhere'");
    }

    @Test
    void anOverrideWinsOverTheDefault() {
        Path dir = Path.of("data");
        try (Listeners listeners = Listeners.bind(0, 0)) {
            KafkaConfig defaults = BrokerSettings.of(dir, listeners, Map.of(), null);
            KafkaConfig overridden = BrokerSettings.of(dir, listeners, Map.of("message.max.bytes", "1000"), null);

            assertThat(defaults.messageMaxBytes()).isEqualTo(17 << 20);
            assertThat(overridden.messageMaxBytes()).isEqualTo(1000);
        }
    }
}
