// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.spec.Formulation;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.IntegerDType;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.SpecPresets;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.json.SpecJson;
import io.quantflux.spec.yaml.SpecYaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizationConfigTest {
    private static final QuantizationTarget ACTIVATION = QuantizationTarget.ACTIVATION;

    private static QuantizationConfig example() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(QuantizationConfigTest.class.getResourceAsStream("activations.yaml"))) {
            return SpecYaml.readConfig(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static String dtype(QuantizationConfig config, String id, QuantizationTarget target) {
        Choice choice = config.choose(new TensorId(id), target);
        QuantizationSpec spec = choice.spec();
        return spec == null ? choice.kind().name() : spec.dtype().key();
    }

    @ParameterizedTest
    @CsvSource({
        "run/encoder.embed, int8, nothing names it",
        "encoder.embed, int8, an id without a run is a name as a whole",
        "run/fc, float8_e4m3fn, by its type",
        "run/norm, OFF, a type that is null",
        "run/encoder.layers.3.attn, uint8, the boundary of the module itself",
        "run/encoder.layers.3.attn:output.1, uint8, a further output under *",
        "run/encoder.layers.3.attn:input.1, uint8, an input by its index",
        "run/encoder.layers.3.attn:input, uint8, the first input",
        "run/encoder.layers.3.attn:input.2, DEFAULT, op_input_spec is left out there",
        "run/encoder.layers.3.attn.proj, OFF, boundaries are not handed down and ops are null",
        "run/encoder.layers.3.attn_2, int8, patterns match whole names",
        "run/block.softmax_4, OFF, an op type by the op's name",
        "run/block.softmax_4:input.0, OFF, all of that op type",
        "run/act, OFF, an op type by the module's type",
        "run/act:input, OFF, all of it",
        "run/encoder.embed:input, OFF, op_input_spec is null",
        "run/head.act, OFF, within a module that is null",
        "run/head.logits, float8_e5m2, the later entry",
        "run/head.logits:output.1, OFF, an output that no key names",
    })
    void aTensorGetsTheSpecOfItsPlace(String id, String expected, String why) throws IOException {
        QuantizationConfig config = example()
                .withModuleTypes(Map.of(
                        "fc", "torch.nn.modules.linear.Linear",
                        "norm", "torch.nn.modules.normalization.LayerNorm",
                        "act", "torch.nn.modules.activation.Softmax"));
        assertThat(dtype(config, id, ACTIVATION)).as(why).isEqualTo(expected);
    }

    @Test
    void weightsTakeStateSpecs() throws IOException {
        QuantizationConfig config = example();
        assertThat(dtype(config, "run/conv.weight", QuantizationTarget.WEIGHT)).isEqualTo("int4");
        assertThat(dtype(config, "run/conv.bias", QuantizationTarget.WEIGHT)).isEqualTo("OFF");
        QuantizationConfig silent =
                QuantizationConfig.read(Map.of("quantization_config", Map.of("global_config", Map.of())));
        assertThat(silent.choose(new TensorId("run/conv.weight"), QuantizationTarget.WEIGHT)
                        .spec())
                .isEqualTo(QuantizationSpec.builder()
                        .granularity(new Granularity.PerChannel(0))
                        .build());
    }

    @Test
    void mergedDefinitionsAndSchedulesArriveWhole() throws IOException {
        Choice attention = example().choose(new TensorId("run/encoder.layers.0.attn"), ACTIVATION);
        assertThat(attention.spec())
                .isEqualTo(SpecJson.read("{\"dtype\":\"uint8\",\"qscheme\":\"asymmetric\",\"qformulation\":\"minval\","
                        + "\"qparam_calculator_cls\":\"moving_average\"}"));
        assertThat(Objects.requireNonNull(attention.spec()).qformulation()).isEqualTo(Formulation.MINVAL);
        assertThat(attention.schedule()).isNull();
        assertThat(attention.origin())
                .isEqualTo(
                        "quantization_config.module_name_configs.encoder\\.layers\\.\\d+\\.attn.module_output_spec.*");
        assertThat(example().choose(new TensorId("run/x"), ACTIVATION).schedule())
                .isEqualTo(new QatSchedule(0, 100, 500L));
    }

    @Test
    void moduleTypesThatNoModuleHasAreReported() throws IOException {
        assertThat(example().unusedModuleTypes())
                .containsExactly("torch.nn.modules.linear.Linear", "torch.nn.modules.normalization.LayerNorm");
        assertThat(example()
                        .withModuleTypes(Map.of("fc", "torch.nn.modules.linear.Linear"))
                        .unusedModuleTypes())
                .containsExactly("torch.nn.modules.normalization.LayerNorm");
    }

    @Test
    void whatIsLeftOutIsTheDefault() {
        for (String config : new String[] {"{}", "{'module_name_configs':null,'module_type_configs':{}}"}) {
            assertThat(read(config).choose(new TensorId("run/x"), ACTIVATION).kind())
                    .isEqualTo(Choice.Kind.DEFAULT);
        }
        assertThat(read("{'global_config':null}")
                        .choose(new TensorId("run/x"), ACTIVATION)
                        .kind())
                .isEqualTo(Choice.Kind.OFF);
    }

    @Test
    void aSpecMayBeNamed() {
        QuantizationConfig config =
                SpecJson.readConfig("{'quantization_spec':{'mine':{'dtype':'uint4'}},".replace('\'', '"')
                        + "'quantization_config':{'global_config':{'op_output_spec':{'0':'mine','1':'a_fp8'}}}}"
                                .replace('\'', '"'));
        assertThat(dtype(config, "run/x", ACTIVATION)).isEqualTo(IntegerDType.UINT4.key());
        assertThat(config.choose(new TensorId("run/x:output.1"), ACTIVATION).spec())
                .isEqualTo(SpecPresets.spec("a_fp8"));
        assertThat(config.specs()).hasSize(2);
    }

    private static QuantizationConfig read(String config) {
        return SpecJson.readConfig("{\"quantization_config\":" + config.replace('\'', '"') + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'spec1':null,'quantization_config':{}} | config.spec1 was null but is no key here; known keys are [quantization_config, quantization_spec]
            {} | quantization_config was null but must be an object
            {'quantization_config':null} | quantization_config was null but must be an object
            {'quantization_config':{'globl':{}}} | quantization_config.globl was an object but is no key here; known keys are [global_config, module_type_configs, module_name_configs, preserved_attributes, execution_mode, kv_cache_quant_configs]
            {'quantization_config':{'execution_mode':'lazy'}} | quantization_config.execution_mode was lazy but must be graph or eager
            {'quantization_config':{'global_config':[]}} | quantization_config.global_config was a list but must be an object
            {'quantization_config':{'global_config':{'op_output':{}}}} | quantization_config.global_config.op_output was an object but is no key here; known keys are [op_input_spec, op_output_spec, op_state_spec, op_type_config, op_name_config, module_input_spec, module_output_spec, module_state_spec, qat_schedule]
            {'quantization_config':{'global_config':{'module_output_spec':{'0':{}}}}} | quantization_config.global_config.module_output_spec was an object but is only for module_type_configs and module_name_configs
            {'quantization_config':{'module_type_configs':{'Linear':{}}}} | quantization_config.module_type_configs.Linear was Linear but must be a fully qualified type
            {'quantization_config':{'module_name_configs':{'a(':{}}}} | quantization_config.module_name_configs.a( was a( but is no regular expression that is supported: missing closing )
            {'quantization_config':{'module_name_configs':{'a':7}}} | quantization_config.module_name_configs.a was 7 but must be an object
            {'quantization_config':{'module_name_configs':[]}} | quantization_config.module_name_configs was a list but must be an object
            {'quantization_config':{'global_config':{'op_type_config':{'relu':{'qat_schedule':{}}}}}} | quantization_config.global_config.op_type_config.relu.qat_schedule was an object but is no key here; known keys are [op_input_spec, op_output_spec, op_state_spec]
            {'quantization_config':{'global_config':{'op_name_config':{'*':{}}}}} | quantization_config.global_config.op_name_config.* was * but is no regular expression
            {'quantization_config':{'global_config':{'op_output_spec':{'*':3}}}} | quantization_config.global_config.op_output_spec.* was 3 but must be an object
            {'quantization_config':{'global_config':{'op_output_spec':{'*':'int8'}}}} | op_output_spec.* was int8 but must be a spec, null for off, or a known name; known names are [a8_per_channel, a8_per_tensor, a_fp8, a_mxfp4_b32, a_mxfp8_b32, w4, w4_per_block, w8]
            {'quantization_config':{'global_config':{'op_output_spec':{'*':{'dtype':'int5'}}}}} | quantization_config.global_config.op_output_spec.*.dtype was int5 but is unsupported
            {'quantization_spec':{'a':{'dtype':'int5'}},'quantization_config':{'global_config':{'op_output_spec':{'*':'a'}}}} | quantization_spec.a.dtype was int5 but is unsupported
            {'quantization_config':{'global_config':{'qat_schedule':{'enable_obs':1}}}} | quantization_config.global_config.qat_schedule.enable_obs was 1 but is no key here; known keys are [enable_observer, enable_fake_quant, disable_observer]
            {'quantization_config':{'global_config':{'qat_schedule':{'enable_observer':-1}}}} | quantization_config.global_config.qat_schedule.enable_observer was -1 but must be at least 0
            {'quantization_config':{'global_config':{'qat_schedule':{'enable_observer':1.5}}}} | quantization_config.global_config.qat_schedule.enable_observer was 1.5 but must be a whole number
            {'quantization_config':{'global_config':{'qat_schedule':{'enable_observer':null}}}} | quantization_config.global_config.qat_schedule.enable_observer was null but must be a whole number
            """)
    void aWrongConfigIsRefusedByItsPath(String json, String message) {
        assertThatThrownBy(() -> SpecJson.readConfig(json.replace('\'', '"')))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining(message);
    }
}
