// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Topic names are Kafka's, seven, and different")
class TopicNamesTest {

    @Test
    void aPrefixGoesInFrontOfEach() {
        assertThat(TopicNames.DEFAULT.withPrefix("team-a.").all())
                .containsExactly(
                        "team-a.quantflux.activations",
                        "team-a.quantflux.control",
                        "team-a.quantflux.fake-quantized",
                        "team-a.quantflux.qparams",
                        "team-a.quantflux.events",
                        "team-a.quantflux.state",
                        "team-a.quantflux.dead-letters");
    }

    @Test
    void whatKafkaRefusesIsRefusedFirst() {
        assertThatThrownBy(() -> TopicNames.DEFAULT.withPrefix("a/")).hasMessageStartingWith("topic was \"a/quantflux");
        assertThatThrownBy(() -> TopicNames.DEFAULT.withPrefix("x".repeat(240))).hasMessageContaining("1 to 249");
        assertThatThrownBy(() -> new TopicNames("a", "b", "c", "d", "e", "f", ".."))
                .hasMessageContaining("\"..\"");
    }

    @Test
    void oneTopicCannotServeTwoPurposes() {
        assertThatThrownBy(() -> new TopicNames("a", "b", "c", "d", "e", "f", "a"))
                .hasMessage("topic was a but can serve one purpose only");
    }
}
