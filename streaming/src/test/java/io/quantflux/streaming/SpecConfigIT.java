// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.QParamsCodec;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.SpecPresets;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecConfigIT {
    @TempDir
    private Path directory;

    @Test
    void tensorsOfOneRunGetTheSpecsTheConfigGivesThem() throws Exception {
        Path file = Files.writeString(directory.resolve("specs.yaml"), """
                quantization_spec:
                  coarse: &coarse {dtype: int4, granularity: {type: per_channel, axis: 1}}
                quantization_config:
                  global_config: {op_output_spec: {"*": *coarse}}
                  module_name_configs:
                    (fc|head)\\d*: {op_output_spec: {"*": a_mxfp8_b32}}
                    head: null
                """);
        Map<String, QuantizationSpec> expected = new TreeMap<>(Map.of(
                "run/conv1",
                SpecPresets.spec("w4").toBuilder()
                        .granularity(new Granularity.PerChannel(1))
                        .build(),
                "run/fc1",
                SpecPresets.spec("a_mxfp8_b32")));
        CalibrationOperator oracle = new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);
        float[] values = new float[4 * 64];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i) * i;
        }
        Tensor tensor = Tensor.of(Shape.of(4, 64), values);
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of("spec.config", file.toString()))) {
            for (String id : new String[] {"run/conv1", "run/fc1", "run/head"}) {
                cluster.send(new TensorId(id), 0, tensor);
            }
            Map<String, FakeQuantized> outputs = new TreeMap<>();
            cluster.read(cluster.topics.fakeQuantized(), 3)
                    .forEach(r -> outputs.put(TestCluster.key(r), FakeQuantizedCodec.decode(r.value())));
            Map<String, QuantizationSpec> specs = new TreeMap<>();
            cluster.read(cluster.topics.qparams(), 3)
                    .forEach(r -> specs.put(
                            TestCluster.key(r), QParamsCodec.decode(r.value()).spec()));

            expected.forEach((id, spec) -> {
                assertThat(specs).containsEntry(id, spec);
                assertThat(outputs.get(id))
                        .extracting(FakeQuantized::tensor)
                        .isEqualTo(oracle.step(oracle.start(spec, QuantizationTarget.ACTIVATION), tensor)
                                .output());
            });
            assertThat(outputs.get("run/head"))
                    .extracting(FakeQuantized::tensor)
                    .isEqualTo(tensor);
            assertThat(outputs.get("run/head"))
                    .extracting(FakeQuantized::outcome)
                    .isEqualTo("disabled");
            assertThat(processor.status().records()).isEqualTo(3);
        }
    }
}
