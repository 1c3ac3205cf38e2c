// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.avro.QParamsCodec;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.SourcePosition;
import io.quantflux.client.QParamsSubscriber.State;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Switches;
import io.quantflux.spec.TensorId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A qparams subscriber has the newest of each tensor")
class QParamsSubscriberIT {
    private static final String TOPIC = TopicNames.DEFAULT.qparams();
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final TensorId A = new TensorId("run/a");
    private static final TensorId B = new TensorId("run/b");

    @TempDir
    Path directory;

    private Broker broker;

    @BeforeEach
    void start() {
        broker = new Broker(directory);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void aLatecomerGetsTheNewestOfEachTensorThatWasCommitted() throws Exception {
        broker.createTopic(TOPIC, 3, Map.of());
        produce(A, QParamsCodec.encode(update(1)));
        produce(B, QParamsCodec.encode(update(2)));
        produce(A, QParamsCodec.encode(update(3)));
        try (KafkaProducer<byte[], byte[]> aborting = producer(Map.of("transactional.id", "t"))) {
            aborting.initTransactions();
            aborting.beginTransaction();
            aborting.send(record(B, QParamsCodec.encode(update(99)))).get();
            aborting.abortTransaction();
        }

        try (QParamsSubscriber subscriber = subscriber()) {
            assertThat(subscriber.awaitCaughtUp(PATIENCE)).isTrue();
            assertThat(subscriber.latest(A)).contains(update(3));
            assertThat(subscriber.snapshot()).isEqualTo(Map.of(A, update(3), B, update(2)));
            assertThat(subscriber.latest(new TensorId("run/c"))).isEmpty();
            await().atMost(PATIENCE).until(() -> subscriber.status().state() == State.FOLLOWING);
        }
    }

    @Test
    void catchingUpMeansAllThatWasThereWhenAsked() throws Exception {
        broker.createTopic(TOPIC, 2, Map.of());
        try (QParamsSubscriber subscriber = subscriber()) {
            for (int version = 1; version <= 20; version++) {
                produce(A, QParamsCodec.encode(update(version)));
                assertThat(subscriber.awaitCaughtUp(PATIENCE)).isTrue();
                assertThat(subscriber.latest(A)).contains(update(version));
            }
        }
    }

    @Test
    void theListenerHearsEveryUpdateEvenIfItFailsOnOne() throws Exception {
        broker.createTopic(TOPIC, 1, Map.of());
        List<Long> heard = new CopyOnWriteArrayList<>();
        try (QParamsSubscriber subscriber = QParamsSubscriber.builder(broker.bootstrapServers())
                .onUpdate((id, update) -> {
                    heard.add(update.version());
                    if (update.version() == 2) {
                        throw new IllegalStateException("on purpose");
                    }
                })
                .build()) {
            for (int version = 1; version <= 3; version++) {
                produce(A, QParamsCodec.encode(update(version)));
            }
            assertThat(subscriber.awaitCaughtUp(PATIENCE)).isTrue();
            assertThat(heard).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void recordsThatDoNotDecodeAreSkippedAndCounted() throws Exception {
        broker.createTopic(TOPIC, 1, Map.of());
        produce(A, QParamsCodec.encode(update(1)));
        produce(A, new byte[] {1, 2, 3});
        produce(null, QParamsCodec.encode(update(2)));
        produce(B, QParamsCodec.encode(update(3)));
        try (QParamsSubscriber subscriber = subscriber()) {
            assertThat(subscriber.awaitCaughtUp(PATIENCE)).isTrue();
            assertThat(subscriber.snapshot()).isEqualTo(Map.of(A, update(1), B, update(3)));
            await().atMost(PATIENCE).until(() -> subscriber.status().refused() == 2);
            assertThat(subscriber.status().updates()).isEqualTo(2);
        }
    }

    @Test
    void aTombstoneForgetsTheTensor() throws Exception {
        broker.createTopic(TOPIC, 1, Map.of());
        produce(A, QParamsCodec.encode(update(1)));
        produce(A, null);
        try (QParamsSubscriber subscriber = subscriber()) {
            assertThat(subscriber.awaitCaughtUp(PATIENCE)).isTrue();
            assertThat(subscriber.snapshot()).isEmpty();
        }
    }

    @Test
    void itSaysThatTheTopicIsMissingAndFindsItWhenItComes() throws Exception {
        try (QParamsSubscriber subscriber = subscriber()) {
            await().atMost(PATIENCE).until(() -> subscriber.status().state() == State.RETRYING);
            assertThat(subscriber.status().detail()).contains("there is no topic " + TOPIC);
            broker.createTopic(TOPIC, 1, Map.of());
            produce(A, QParamsCodec.encode(update(1)));

            assertThat(subscriber.awaitCaughtUp(PATIENCE)).isTrue();
            assertThat(subscriber.latest(A)).contains(update(1));
        }
    }

    @Test
    void itSurvivesTheBrokerAndSaysSo() throws Exception {
        broker.createTopic(TOPIC, 1, Map.of());
        produce(A, QParamsCodec.encode(update(1)));
        try (QParamsSubscriber subscriber = subscriber()) {
            assertThat(subscriber.awaitCaughtUp(PATIENCE)).isTrue();
            broker.stop();
            await().atMost(PATIENCE).until(() -> subscriber.status().state() == State.RETRYING);
            assertThat(subscriber.latest(A)).contains(update(1));
            broker.start();
            produce(A, QParamsCodec.encode(update(2)));

            assertThat(subscriber.awaitCaughtUp(PATIENCE)).isTrue();
            assertThat(subscriber.latest(A)).contains(update(2));
            await().atMost(PATIENCE).until(() -> subscriber.status().state() == State.FOLLOWING);
        }
    }

    @Test
    void afterCloseItKeepsWhatItHadAndStops() throws Exception {
        broker.createTopic(TOPIC, 1, Map.of());
        produce(A, QParamsCodec.encode(update(1)));
        QParamsSubscriber subscriber = subscriber();
        assertThat(subscriber.awaitCaughtUp(PATIENCE)).isTrue();
        subscriber.close();
        subscriber.close();

        assertThat(subscriber.status().state()).isEqualTo(State.CLOSED);
        assertThat(subscriber.latest(A)).contains(update(1));
        assertThat(subscriber.awaitCaughtUp(Duration.ofDays(1))).isFalse();
    }

    private QParamsSubscriber subscriber() {
        return QParamsSubscriber.builder(broker.bootstrapServers()).build();
    }

    private void produce(@Nullable TensorId key, byte @Nullable [] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            producer.send(record(key, value)).get();
        }
    }

    private static ProducerRecord<byte[], byte[]> record(@Nullable TensorId key, byte @Nullable [] value) {
        return new ProducerRecord<>(TOPIC, key == null ? null : key.value().getBytes(StandardCharsets.UTF_8), value);
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static QParamsUpdate update(long version) {
        Shape shape = Shape.of(1, 1);
        return new QParamsUpdate(
                QuantizationSpec.DEFAULT,
                QuantizationTarget.ACTIVATION,
                Switches.INITIAL,
                version * 10,
                version,
                version,
                new QParams(FloatArray.of(shape, (float) version), IntArray.of(shape, 0), FloatArray.of(shape, -1f)),
                null,
                null,
                null,
                new SourcePosition(0, version));
    }
}
