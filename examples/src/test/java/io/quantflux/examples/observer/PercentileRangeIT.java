// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.client.ActivationPublisher;
import io.quantflux.client.QParamsSubscriber;
import io.quantflux.embedded.EmbeddedKafka;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.Shape;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.json.SpecJson;
import io.quantflux.streaming.Processor;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PercentileRangeIT {
    @Test
    void theStreamFindsItByItsKey(@TempDir Path directory) throws Exception {
        try (EmbeddedKafka broker = EmbeddedKafka.start(directory)) {
            ProcessorConfig config = new ProcessorConfig(
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "instance.id", "it", "http.port", -1));
            try (Topics topics = Topics.of(config)) {
                topics.create(1, Optional.of((short) 1), Duration.ofSeconds(30));
            }
            try (Processor processor = Processor.start(config);
                    ActivationPublisher publisher = ActivationPublisher.builder(broker.bootstrapServers())
                            .run("run")
                            .spec("x", SpecJson.read("{\"range_calculator_cls\": \"percentile\", \"percentile\": 50}"))
                            .build();
                    QParamsSubscriber subscriber =
                            QParamsSubscriber.builder(broker.bootstrapServers()).build()) {
                publisher.publish("x", 0, Shape.of(9), new float[] {-900, -8, -2, -1, 0, 1, 2, 8, 900});
                QParamsUpdate update = await().atMost(Duration.ofSeconds(60))
                        .until(() -> subscriber.latest(new TensorId("run/x")), Optional::isPresent)
                        .orElseThrow();
                assertThat(update.runningMin()).isEqualTo(FloatArray.of(Shape.of(1), -2f));
                assertThat(update.runningMax()).isEqualTo(FloatArray.of(Shape.of(1), 2f));
                assertThat(processor.status().deadLetters()).isEmpty();
            }
        }
    }
}
