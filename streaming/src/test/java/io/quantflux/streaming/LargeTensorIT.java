// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.FakeQuantized;
import io.quantflux.client.FakeQuantizedReader;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.engine.StepResult;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.streaming.cli.QuantFlux;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Two tensors, one after the other, through a processor in a JVM of its own; bits as calculated here, offline. */
@DisplayName("A tensor half as large as the processor's heap passes")
class LargeTensorIT {
    private static final TensorId ID = new TensorId("run/large");
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    @Test
    void sixtyFourMebibytesThroughAHeapOf128() throws Exception {
        pass(64, "-Xmx128m");
    }

    /** Takes a minute or two; {@code -Dquantflux.large=true} asks for it. */
    @Test
    @EnabledIfSystemProperty(named = "quantflux.large", matches = "true")
    void fiveHundredTwelveMebibytesThroughAHeapOfOneGibibyte() throws Exception {
        pass(512, "-Xmx1g");
    }

    private void pass(int mebibytes, String heap) throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                KafkaConsumer<ByteBuffer, ByteBuffer> outputs = TestCluster.consumer("")) {
            Process processor = start(cluster, heap);
            try {
                CalibrationOperator operator =
                        new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);
                CalibrationState state = operator.start(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION);
                List<TopicPartition> partitions = outputs.partitionsFor(cluster.topics.fakeQuantized()).stream()
                        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                        .toList();
                outputs.assign(partitions);
                outputs.seekToBeginning(partitions);
                for (int step = 0; step < 2; step++) {
                    Tensor tensor = random(step, mebibytes);
                    long sent = System.nanoTime();
                    ChunkedTensor.of(cluster, ID, "it", "m" + step, TestCluster.activation(step, tensor), 1_000_000)
                            .sendAll();
                    long complete = System.nanoTime();
                    FakeQuantized actual = next(outputs, processor);
                    long there = System.nanoTime();
                    StepResult expected = operator.step(state, tensor);
                    state = expected.state();
                    assertThat(actual.step()).isEqualTo(step);
                    assertThat(actual.outcome()).isEqualTo("observed");
                    assertThat(actual.tensor().data().mismatch(expected.output().data()))
                            .as("first byte that differs")
                            .isEqualTo(-1);
                    System.out.printf(
                            "%d MiB, %s: sent in %d ms, output %d ms later; processor %s%n",
                            mebibytes,
                            heap,
                            (complete - sent) / 1_000_000,
                            (there - complete) / 1_000_000,
                            memory(processor));
                }
            } finally {
                processor.destroy();
                processor.waitFor();
            }
        }
    }

    private Process start(TestCluster cluster, String heap) throws IOException {
        Path properties = Files.writeString(
                directory.resolve("processor.properties"),
                cluster.config(java.util.Map.of("max.inflight.bytes", 16 << 20)).originals().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining("\n")));
        File log = directory.resolve("processor.log").toFile();
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        heap,
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        QuantFlux.class.getName(),
                        "run",
                        "--config",
                        properties.toString())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
    }

    private FakeQuantized next(KafkaConsumer<ByteBuffer, ByteBuffer> outputs, Process processor) throws IOException {
        FakeQuantizedReader reader = new FakeQuantizedReader(1L << 30);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (processor.isAlive() && System.nanoTime() < deadline) {
            FakeQuantized last = null;
            for (var record : outputs.poll(Duration.ofMillis(100))) {
                FakeQuantized output = reader.read(record);
                last = output == null ? last : output;
            }
            if (last != null) {
                return last;
            }
        }
        throw new AssertionError(
                "no output; the processor said: " + Files.readString(directory.resolve("processor.log")));
    }

    private static Tensor random(long seed, int mebibytes) {
        SplittableRandom random = new SplittableRandom(seed);
        int elements = mebibytes << 18;
        ByteBuffer data = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            data.putFloat(i * Float.BYTES, (float) (random.nextInt() * 0x1p-29));
        }
        return new Tensor(Shape.of(mebibytes, 1 << 18), ElementType.FLOAT32, data);
    }

    /** What Linux says of it: the most that was resident, and what is now, on its own and of mapped files. */
    private static String memory(Process processor) throws IOException {
        Path status = Path.of("/proc/" + processor.pid() + "/status");
        return Files.exists(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.matches("(VmHWM|RssAnon|RssFile):.*"))
                        .map(line -> line.replaceAll("\\s+", " "))
                        .collect(Collectors.joining(", "))
                : "";
    }
}
