// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.spec.json.SpecJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecPresetsTest {
    private static QuantizationSpec read(String json) {
        return SpecJson.read(json.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a8_per_tensor  | {}
            a8_per_channel | {'granularity':{'type':'per_channel','axis':1}}
            a_fp8          | {'dtype':'float8_e4m3fn'}
            a_mxfp8_b32    | {'dtype':'float8_e4m3fn','scale_dtype':'float8_e8m0fnu','granularity':{'type':'per_block','axis':-1,'block_size':32},'qparam_calculator_cls':'static'}
            a_mxfp4_b32    | {'dtype':'float4_e2m1fn_x2','granularity':{'type':'per_block','axis':-1,'block_size':32},'qparam_calculator_cls':'static'}
            w8             | {'granularity':{'type':'per_channel','axis':0}}
            w4             | {'dtype':'int4','granularity':{'type':'per_channel','axis':0}}
            w4_per_block   | {'dtype':'int4','granularity':{'type':'per_block','axis':1,'block_size':32}}
            """)
    void aPresetStandsForItsFields(String name, String fields) {
        assertThat(SpecPresets.spec(name)).isEqualTo(read(fields));
        assertThat(read("{'preset':'" + name + "'}")).isEqualTo(read(fields));
        assertThat(SpecPresets.names()).contains(name).hasSize(8);
    }

    @Test
    void keysBesideAPresetReplaceItsFields() {
        assertThat(
                        read(
                                "{'granularity':{'type':'per_tensor'},'preset':'a_mxfp8_b32','qparam_calculator_cls':'default'}"))
                .isEqualTo(read("{'dtype':'float8_e4m3fn','scale_dtype':'float8_e8m0fnu'}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'op_hint':'relu'} | {'qscheme':'asymmetric','float_range':[0,null]}
            {'op_hint':'relu6','float_range':[null,6],'dtype':'uint4','qscheme':'symmetric'} | {'dtype':'uint4','qscheme':'asymmetric','float_range':[0,6]}
            {'op_hint':'relu','float_range':[0,null],'qformulation':'minval'} | {'qscheme':'asymmetric','float_range':[0,null],'qformulation':'minval'}
            {'op_hint':'sigmoid'} | {'dtype':'uint8','qscheme':'asymmetric','float_range':[0,0.99609375]}
            {'op_hint':'hardsigmoid','dtype':'int4'} | {'dtype':'uint8','qscheme':'asymmetric','float_range':[0,0.99609375]}
            {'op_hint':'tanh','preset':'a_mxfp8_b32','granularity':{'type':'per_tensor'}} | {'dtype':'uint8','qscheme':'asymmetric','float_range':[-1,0.9921875],'qparam_calculator_cls':'static'}
            {'op_hint':'tanh','float_range':[null,null]} | {'dtype':'uint8','qscheme':'asymmetric','float_range':[-1,0.9921875]}
            """)
    void aHintPinsWhatIsKnown(String hinted, String fields) {
        assertThat(read(hinted)).isEqualTo(read(fields));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'preset':'a9'} | preset was a9 but must be a preset; known presets are [a8_per_channel, a8_per_tensor, a_fp8, a_mxfp4_b32, a_mxfp8_b32, w4, w4_per_block, w8]
            {'preset':null} | preset was null but must be a non-empty string
            {'op_hint':'gelu'} | op_hint was gelu but must be one of [relu, relu6, sigmoid, hardsigmoid, tanh]
            {'op_hint':null} | op_hint was null but must be one of
            {'op_hint':'relu','float_range':[-1,null]} | float_range[0] was -1 but must be 0 or null under op_hint relu
            {'op_hint':'relu','float_range':[0]} | float_range was [0] but must be a list of two
            {'op_hint':'relu','dtype':'float8_e5m2'} | op_hint was relu but needs an integer dtype, not float8_e5m2
            {'op_hint':'tanh','float_range':[-1,1]} | float_range was [-1, 1] but is pinned by op_hint tanh; leave it out
            {'op_hint':'relu','float_range':[0,-1]} | float_range[1] was -1.0 but must be at least 0
            """)
    void aWrongPresetOrHintIsRefused(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining(message);
    }
}
