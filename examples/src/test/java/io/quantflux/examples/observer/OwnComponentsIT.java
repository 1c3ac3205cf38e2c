// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.client.ActivationPublisher;
import io.quantflux.client.QParamsSubscriber;
import io.quantflux.embedded.EmbeddedKafka;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.engine.StepResult;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.yaml.SpecYaml;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import io.quantflux.streaming.offline.NpyFile;
import io.quantflux.streaming.offline.QParamsJson;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName(
        "Components in a user's own jar work by their keys in the library, the command and the stream, to the same bits")
class OwnComponentsIT {
    private static final Shape SHAPE = Shape.of(6, 3);
    private static final int STEPS = 5;

    @TempDir
    static Path directory;

    private static Path jar = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private static Launcher quantflux;

    private static List<StepResult> expected = List.of();

    @BeforeAll
    static void packageTheJar() throws IOException {
        Path plugins = directory.resolve("plugins");
        jar = UserJar.build(directory.resolve("work"), plugins);
        quantflux = Launcher.in(directory.resolve("home"), plugins);
        expected = library();
    }

    private static float[] values(int step) {
        Random random = new Random(step);
        float[] values = new float[(int) SHAPE.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * (STEPS - step) + i % 3);
        }
        return values;
    }

    /** Every step through the library, the jar seen through a class loader of its own. */
    private static List<StepResult> library() throws IOException {
        QuantizationSpec spec = SpecYaml.read(Files.readString(UserJar.SOURCES.resolve("spec.yaml")));
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
            CalibrationOperator operator = new CalibrationOperator(Components.load(loader), NonFinitePolicy.QUARANTINE);
            CalibrationState state = operator.start(spec, QuantizationTarget.ACTIVATION);
            List<StepResult> results = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
                StepResult result = operator.step(state, Tensor.of(SHAPE, values(step)));
                results.add(result);
                state = result.state();
            }
            return results;
        }
    }

    @Test
    void eachOfTheThreeHasItsPart() {
        CalibrationState last = expected.get(STEPS - 1).state();
        assertThat(last.observations()).isEqualTo(STEPS);
        // the range decays by the factor of the spec where the newest tensor does not reach as far
        assertThat(runningMax(1).get(0))
                .isGreaterThanOrEqualTo(0.75f * runningMax(0).get(0));
        Tensor output = expected.get(0).output();
        float[] x = values(0);
        int zeroed = 0;
        for (int i = 0; i < x.length; i++) {
            if (Math.abs(x[i]) < 0.25f) {
                assertThat(output.data().getFloat(4 * i)).isZero();
                zeroed++;
            }
        }
        assertThat(zeroed).as("elements within the dead zone").isPositive();
    }

    private static FloatArray runningMax(int step) {
        return Objects.requireNonNull(expected.get(step).state().floats(CalibrationState.RUNNING_MAX));
    }

    @Test
    void theOfflineCommandGivesTheBitsOfTheLibrary() throws Exception {
        Path out = directory.resolve("out");
        List<Object> arguments = new ArrayList<>(List.of(
                "fake-quantize", "--spec", UserJar.SOURCES.resolve("spec.yaml").toAbsolutePath(), "--out", out));
        for (int step = 0; step < STEPS; step++) {
            Path file = directory.resolve("step" + step + ".npy");
            NpyFile.write(file, SHAPE, values(step));
            arguments.add(file);
        }
        assertThat(quantflux.run(arguments.toArray())).isEqualTo(new Launcher.Ended(0, List.of()));
        for (int step = 0; step < STEPS; step++) {
            assertThat(NpyFile.read(out.resolve("step" + step + ".npy")).data())
                    .isEqualTo(expected.get(step).output().data());
            assertThat(Files.readString(out.resolve("step" + step + ".qparams.json")))
                    .isEqualTo(QParamsJson.write(expected.get(step).state().qparams()));
        }
    }

    @Test
    void theStreamGivesTheBitsOfTheLibrary() throws Exception {
        TensorId id = new TensorId("run/x");
        try (EmbeddedKafka broker = EmbeddedKafka.start(directory.resolve("kafka"))) {
            createTopics(broker);
            Path log = directory.resolve("run.log");
            Process processor = quantflux.start(
                    log,
                    "run",
                    "--bootstrap-server",
                    broker.bootstrapServers(),
                    "--port",
                    -1,
                    "--instance-id",
                    "it",
                    "-D",
                    "spec.config=" + UserJar.SOURCES.resolve("config.yaml").toAbsolutePath());
            try (ActivationPublisher publisher = ActivationPublisher.builder(broker.bootstrapServers())
                            .run("run")
                            .build();
                    QParamsSubscriber subscriber =
                            QParamsSubscriber.builder(broker.bootstrapServers()).build()) {
                for (int step = 0; step < STEPS; step++) {
                    publisher.publish("x", step, SHAPE, values(step));
                }
                QParamsUpdate update = await().atMost(Duration.ofMinutes(2))
                        .until(
                                () -> {
                                    assertThat(processor.isAlive())
                                            .as(Files.readString(log))
                                            .isTrue();
                                    return subscriber.latest(id);
                                },
                                newest -> newest.isPresent() && newest.get().step() == STEPS - 1)
                        .orElseThrow();
                StepResult last = expected.get(STEPS - 1);
                assertThat(update.qparams()).isEqualTo(last.state().qparams());
                assertThat(update.runningMin()).isEqualTo(last.state().floats(CalibrationState.RUNNING_MIN));
                assertThat(update.runningMax()).isEqualTo(last.state().floats(CalibrationState.RUNNING_MAX));
                assertThat(update.statistics()).isEqualTo(last.statistics());
                assertThat(update.observations()).isEqualTo(STEPS);
                assertThat(update.spec()).isEqualTo(last.state().spec());
                assertThat(outputs(broker))
                        .isEqualTo(expected.stream()
                                .map(result -> result.output().data())
                                .toList());
            } finally {
                processor.destroy();
                assertThat(processor.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    /** The values of every fake-quantized tensor; they are committed together with the qparams. */
    private static List<ByteBuffer> outputs(EmbeddedKafka broker) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
        List<ByteBuffer> values = new ArrayList<>();
        try (KafkaConsumer<byte[], ByteBuffer> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteBufferDeserializer())) {
            List<TopicPartition> all = List.of(new TopicPartition("quantflux.fake-quantized", 0));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> values.add(FakeQuantizedCodec.decode(record.value())
                                .tensor()
                                .data()));
                return values.size() >= STEPS;
            });
        }
        return values;
    }

    private static void createTopics(EmbeddedKafka broker) {
        ProcessorConfig config =
                new ProcessorConfig(Map.of("bootstrap.servers", broker.bootstrapServers(), "instance.id", "it"));
        try (Topics topics = Topics.of(config)) {
            topics.create(1, Optional.of((short) 1), Duration.ofSeconds(30));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mean_deviation    | mean_deviatoin | range_calculator_cls was mean_deviatoin but No class is registered with key 'mean_deviatoin'; did you mean mean_deviation? Available keys: [mean_deviation, minmax, percentile]
            decay: 0.75       | decay: 2       | decay was 2 but must be a number between 0 and 1
            dead_zone: 0.25   | dead_zone: far | dead_zone was far but must be a number of at least 0
            deviations: 2     | deviation: 2   | deviation was 2 but no registered component has such a field; did you mean deviations? fields known are
            """)
    void aWrongSpecIsOneLineWithTheFileTheFieldAndWhatIsExpected(String right, String wrong, String message)
            throws Exception {
        Path spec = directory.resolve("wrong.yaml");
        Files.writeString(
                spec, Files.readString(UserJar.SOURCES.resolve("spec.yaml")).replace(right, wrong));
        Path config = directory.resolve("wrong-config.yaml");
        Files.writeString(
                config, Files.readString(UserJar.SOURCES.resolve("config.yaml")).replace(right, wrong));

        Launcher.Ended offline = quantflux.run("fake-quantize", "--spec", spec, "--out", directory, "none.npy");
        Launcher.Ended stream = quantflux.run(
                "run", "--bootstrap-server", "localhost:1", "--instance-id", "it", "-D", "spec.config=" + config);

        assertThat(offline.exit()).isEqualTo(2);
        assertThat(offline.errors()).singleElement().asString().startsWith("quantflux: " + spec + ": " + message);
        assertThat(stream.exit()).isEqualTo(78);
        assertThat(stream.errors())
                .filteredOn(line -> !line.startsWith("WARNING: Using incubator modules")) // the JVM's own
                .singleElement()
                .asString()
                .contains(
                        config.toString(),
                        "quantization_config.global_config.op_output_spec.*."
                                + message.replace(", percentile]", "]")); // run is without the examples' components
    }
}
