// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.ChunkHeader;
import io.quantflux.client.ActivationPublisher.Counters;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Scheme;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An activation publisher delivers what it can and counts what it cannot")
class ActivationPublisherIT {
    private static final Shape SHAPE = Shape.of(4, 8);

    @TempDir
    static Path directory;

    private static Broker broker;

    @BeforeAll
    static void start() {
        broker = new Broker(directory);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void everythingPublishedHasArrivedAfterClose(TestInfo test) throws Exception {
        TopicNames topics = topics(test, Map.of());
        QuantizationSpec spec =
                QuantizationSpec.builder().qscheme(Scheme.ASYMMETRIC).build();
        ActivationPublisher publisher = ActivationPublisher.builder(broker.bootstrapServers())
                .run("digits-1")
                .producer("it")
                .topics(topics)
                .spec("fc", spec)
                .build();
        float[] reused = new float[32];
        for (int step = 0; step < 100; step++) {
            for (String name : List.of("conv1", "conv2/relu", "fc")) {
                Arrays.fill(reused, step);
                assertThat(publisher.publish(name, step, SHAPE, reused)).isTrue();
                Arrays.fill(reused, Float.NaN); // the array is the trainer's again
            }
        }
        publisher.close();

        assertThat(publisher.counters()).isEqualTo(new Counters(300, 300, 0, 0, 0));
        Map<String, List<Activation>> byKey = read(topics);
        assertThat(byKey).containsOnlyKeys("digits-1/conv1", "digits-1/conv2/relu", "digits-1/fc");
        byKey.forEach((key, activations) -> {
            assertThat(activations).extracting(Activation::step).isSorted().hasSize(100);
            for (Activation activation : activations) {
                float[] values = new float[32];
                Arrays.fill(values, (float) activation.step());
                assertThat(activation.tensor()).isEqualTo(Tensor.of(SHAPE, values));
                assertThat(activation.spec()).isEqualTo(key.endsWith("fc") ? spec : null);
                assertThat(activation.target()).isEqualTo(QuantizationTarget.ACTIVATION);
                assertThat(activation.producer()).isEqualTo("it");
            }
        });
        assertThat(byKey.values().stream().flatMap(List::stream).map(Activation::sequence))
                .doesNotHaveDuplicates()
                .allMatch(sequence -> sequence >= 0 && sequence < 300);
    }

    @Test
    void tensorsOfOtherElementTypesTravelAsTheyAre(TestInfo test) throws Exception {
        TopicNames topics = topics(test, Map.of());
        Tensor half = new Tensor(Shape.of(3), ElementType.BFLOAT16, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6}));
        try (ActivationPublisher publisher = publisher(topics, Map.of())) {
            publisher.publish("half", 7, half);
        }

        assertThat(read(topics).get("run/half")).singleElement().satisfies(read -> {
            assertThat(read.tensor()).isEqualTo(half);
            assertThat(read.step()).isEqualTo(7);
        });
    }

    @Test
    void aTensorBeyondTheRequestSizeTravelsInChunks(TestInfo test) throws Exception {
        TopicNames topics = topics(test, Map.of());
        ActivationPublisher publisher = publisher(topics, Map.of("max.request.size", 10_000));
        float[] values = new float[6000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }

        assertThat(publisher.publish("small", 1, SHAPE, new float[32])).isTrue();
        assertThat(publisher.publish("large", 1, Shape.of(6000), values)).isTrue();
        assertThat(publisher.publish("small", 2, SHAPE, new float[32])).isTrue();
        publisher.close();

        assertThat(publisher.counters()).isEqualTo(new Counters(3, 3, 0, 0, 0));
        List<ConsumerRecord<byte[], byte[]>> chunks = broker.records(topics.activations()).stream()
                .filter(record -> record.headers().lastHeader(ChunkHeader.MESSAGE) != null)
                .toList();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int index = 0; index < chunks.size(); index++) {
            ConsumerRecord<byte[], byte[]> chunk = chunks.get(index);
            ChunkHeader header =
                    ChunkHeader.read(name -> chunk.headers().lastHeader(name).value(), chunk.value().length);
            assertThat(header.index()).isEqualTo(index);
            assertThat(header.count()).isEqualTo(3).isEqualTo(chunks.size());
            whole.writeBytes(chunk.value());
        }
        assertThat(ActivationCodec.decode(ByteBuffer.wrap(whole.toByteArray())).tensor())
                .isEqualTo(Tensor.of(Shape.of(6000), values));
    }

    @Test
    void aTensorBeyondTheQueueFailsAloneAndNeighboursArrive(TestInfo test) throws Exception {
        TopicNames topics = topics(test, Map.of());
        ActivationPublisher publisher = ActivationPublisher.builder(broker.bootstrapServers())
                .run("run")
                .topics(topics)
                .maxQueuedBytes(10_000)
                .build();

        assertThat(publisher.publish("small", 1, SHAPE, new float[32])).isTrue();
        assertThat(publisher.publish("large", 1, Shape.of(2500), new float[2500]))
                .isFalse();
        assertThat(publisher.publish("small", 2, SHAPE, new float[32])).isTrue();
        publisher.close();

        assertThat(publisher.counters()).isEqualTo(new Counters(3, 2, 0, 1, 0));
        assertThat(read(topics)).containsOnlyKeys("run/small");
    }

    @Test
    void aTensorTheBrokerRefusesFailsAloneAndNeighboursArrive(TestInfo test) throws Exception {
        TopicNames topics = topics(test, Map.of("max.message.bytes", "5000"));
        ActivationPublisher publisher = publisher(topics, Map.of());

        assertThat(publisher.publish("small", 1, SHAPE, new float[32])).isTrue();
        assertThat(publisher.publish("large", 1, Shape.of(2500), new float[2500]))
                .isTrue();
        assertThat(publisher.publish("small", 2, SHAPE, new float[32])).isTrue();
        publisher.close();

        assertThat(publisher.counters()).isEqualTo(new Counters(3, 2, 0, 1, 0));
        assertThat(read(topics)).containsOnlyKeys("run/small");
    }

    @Test
    void aMissingTopicIsCountedAndNeverThrown() {
        ActivationPublisher publisher =
                publisher(TopicNames.DEFAULT.withPrefix("missing."), Map.of("max.block.ms", 200));
        for (int step = 0; step < 3; step++) {
            publisher.publish("fc", step, SHAPE, new float[32]);
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> publisher.counters().failed() == 3);
        publisher.close();

        assertThat(publisher.counters()).isEqualTo(new Counters(3, 0, 0, 3, 0));
    }

    @Test
    void whatWaitedForTheBrokerArrivesWhenItIsBack(@TempDir Path other, TestInfo test) throws Exception {
        try (Broker restarted = new Broker(other)) {
            TopicNames topics = TopicNames.DEFAULT;
            restarted.createTopic(topics.activations(), 1, Map.of());
            restarted.stop();
            ActivationPublisher publisher = ActivationPublisher.builder(restarted.bootstrapServers())
                    .run("run")
                    .closeTimeout(Duration.ofMinutes(1))
                    .build();
            for (int step = 0; step < 20; step++) {
                assertThat(publisher.publish("fc", step, SHAPE, new float[32])).isTrue();
            }
            assertThat(publisher.counters().acknowledged()).isZero();
            restarted.start();
            publisher.close();

            assertThat(publisher.counters()).isEqualTo(new Counters(20, 20, 0, 0, 0));
            assertThat(restarted.records(topics.activations())).hasSize(20);
        }
    }

    private static ActivationPublisher publisher(TopicNames topics, Map<String, ?> kafka) {
        return ActivationPublisher.builder(broker.bootstrapServers())
                .run("run")
                .topics(topics)
                .kafka(kafka)
                .build();
    }

    /** Names of this test's own, with an activations topic of three partitions. */
    private static TopicNames topics(TestInfo test, Map<String, String> configs) throws Exception {
        TopicNames topics =
                TopicNames.DEFAULT.withPrefix(test.getTestMethod().orElseThrow().getName() + ".");
        broker.createTopic(topics.activations(), 3, configs);
        return topics;
    }

    private static Map<String, List<Activation>> read(TopicNames topics) {
        Map<String, List<Activation>> byKey = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : broker.records(topics.activations())) {
            byKey.computeIfAbsent(new String(record.key(), StandardCharsets.UTF_8), key -> new ArrayList<>())
                    .add(ActivationCodec.decode(ByteBuffer.wrap(record.value())));
        }
        return byKey;
    }
}
