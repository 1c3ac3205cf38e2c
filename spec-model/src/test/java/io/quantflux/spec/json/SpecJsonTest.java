// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.IntegerDType;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.ScaleDType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecJsonTest {
    @Test
    void anEmptyObjectHasTheReferencesDefaults() {
        QuantizationSpec spec = SpecJson.read("{}");
        assertThat(spec).isEqualTo(QuantizationSpec.DEFAULT);
        assertThat(SpecJson.write(spec))
                .isEqualTo("{\"dtype\":\"int8\",\"qscheme\":\"symmetric\",\"qformulation\":\"zp\","
                        + "\"granularity\":{\"type\":\"per_tensor\",\"axis\":null},\"fake_quantize_cls\":\"default\","
                        + "\"qparam_calculator_cls\":\"default\",\"range_calculator_cls\":\"minmax\","
                        + "\"float_range\":[null,null],\"scale_dtype\":null}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'dtype':'uint4','qscheme':'asymmetric','qformulation':'minval'}",
                "{'granularity':{'type':'per_channel','axis':-1}}",
                "{'granularity':{'type':'per_channel'}}",
                "{'granularity':{'type':'per_block','axis':1,'block_size':32}}",
                "{'granularity':{'type':'per_block','axis':-1,'block_size':32}}",
                "{'granularity':{'type':'per_block','block_size':[2,-1,4]}}",
                "{'float_range':[-0.1,null]}",
                "{'float_range':[-1,3]}",
                "{'dtype':'float8_e5m2','scale_dtype':'float8_e8m0fnu'}",
                "{'dtype':'float4_e2m1fn_x2'}",
                "{'qparam_calculator_cls':'moving_average','averaging_constant':0.25,'note':'x','flag':true}",
                "{'dtype':'int8','n_bits':8,'target_dtype':'int8','quant_min':-128,'quant_max':127}",
            })
    void aSpecSurvivesTheWayThroughJson(String json) {
        QuantizationSpec spec = SpecJson.read(json.replace('\'', '"'));
        assertThat(SpecJson.read(SpecJson.write(spec))).isEqualTo(spec);
    }

    @Test
    void aliasesAndImpliedScalesAreResolved() {
        QuantizationSpec fp4 = SpecJson.read("{\"dtype\":\"float4_e2m1fn\"}");
        assertThat(fp4.dtype()).isEqualTo(FloatDType.FLOAT4_E2M1FN_X2);
        assertThat(fp4.scaleDType()).isEqualTo(ScaleDType.FLOAT8_E8M0FNU);
        assertThat(SpecJson.read("{\"dtype\":\"float8_e4m3\",\"scale_dtype\":\"float8_e8m0\"}")
                        .scaleDType())
                .isEqualTo(ScaleDType.FLOAT8_E8M0FNU);
        assertThat(SpecJson.read("{\"dtype\":\"int4\"}").dtype()).isEqualTo(IntegerDType.INT4);
        assertThat(SpecJson.read("{\"granularity\":{\"type\":\"per_block\",\"block_size\":[2,-1]}}")
                        .granularity())
                .isEqualTo(new Granularity.PerBlocks(List.of(2, -1)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'dtype':'invalid_dtype'} | Unsupported dtype: invalid_dtype. Allowed dtypes: int2, int4, int8, uint2, uint4, uint8, float8_e4m3fn
            {'dtype':'float16'} | Allowed dtypes:
            {'dtype':8} | dtype was 8 but must be a non-empty string
            {'qscheme':'affine'} | qscheme was affine but must be one of [symmetric, symmetric_with_clipping, asymmetric]
            {'qformulation':'scale'} | qformulation was scale but must be one of [zp, minval]
            {'dtype':'float8_e5m2','qscheme':'asymmetric'} | FP quantization (float8_e5m2) requires symmetric quantization scheme
            {'dtype':'float8_e4m3fn','qscheme':'symmetric_with_clipping'} | requires symmetric quantization scheme
            {'dtype':'float4_e2m1fn_x2','qformulation':'minval'} | requires zero-point quantization formulation
            {'dtype':'int8','scale_dtype':'float8_e8m0fnu'} | scale_dtype was float8_e8m0fnu but must be null for int8
            {'scale_dtype':'float16'} | scale_dtype was float16 but must be null or float8_e8m0fnu
            {'granularity':'per_tensor'} | granularity was per_tensor but must be an object with a type
            {'granularity':{'axis':1}} | Missing type key
            {'granularity':{'type':'per_row'}} | granularity.type was per_row but must be
            {'granularity':{'type':'per_tensor','axis':0}} | granularity.axis was 0 but must be null for per_tensor
            {'granularity':{'type':'per_channel','axis':1,'block_size':4}} | granularity.block_size was 4 but is no field of per_channel
            {'granularity':{'type':'per_channel','axis':1.5}} | granularity.axis was 1.5 but must be a whole number
            {'granularity':{'type':'per_block','axis':0}} | granularity.block_size was null but must be a whole number
            {'granularity':{'type':'per_block','axis':0,'block_size':0}} | granularity.block_size was 0 but must be at least 1
            {'granularity':{'type':'per_block','axis':0,'block_size':[2,2]}} | granularity.axis was 0 but must be null
            {'granularity':{'type':'per_block','block_size':[2,0]}} | every entry must be at least 1, or -1
            {'float_range':null} | float_range was null but must be a list of two
            {'float_range':1} | float_range was 1 but must be a list of two
            {'float_range':[1]} | must be a list of two
            {'float_range':[true,null]} | float_range[0] was true but must be a number or null
            {'float_range':['a',null]} | float_range[0] was a but must be a number or null
            {'float_range':[0.5,null]} | float_range[0] was 0.5 but must be at most 0
            {'float_range':[null,-0.5]} | float_range[1] was -0.5 but must be at least 0
            {'float_range':[0,0]} | needs min < max
            {'float_range':[-1e300,1]} | float_range[0] was -Infinity but must be finite
            {'float_range':[0,1e39]} | float_range[1] was Infinity but must be finite
            {'n_bits':4} | n_bits was 4 but is derived and would be 8.0 here
            {'target_dtype':'uint8'} | target_dtype was uint8 but is derived and would be int8
            {'extra':[1]} | extra was [1] but must be a number, a string or a boolean
            {'extra':null} | extra was null but must be a number, a string or a boolean
            {'granularty':{'type':'per_tensor'}} | granularty was an object but must be a number, a string or a boolean, as further fields are; did you mean granularity? fields of every spec are [dtype,
            {'dtype':'uint88'} | Unsupported dtype: uint88. did you mean uint8? Allowed dtypes:
            {'preset':'a8_per_tenser'} | preset was a8_per_tenser but must be a preset; did you mean a8_per_tensor? known presets are [
            {'granularity':{'type':'per_channel','axes':1}} | granularity.axes was 1 but is no field of per_channel; did you mean axis? known fields are [axis, type]
            {'qparam_calculator_cls':''} | qparam_calculator_cls was  but must be a non-empty string
            """)
    void aWrongFieldIsRefusedByName(String json, String message) {
        assertThatThrownBy(() -> SpecJson.read(json.replace('\'', '"')))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', emptyValue = "", textBlock = """
            ``                               | the text is empty
            [1]                              | found a list at line 1, column 1
            'int8'                           | found text at line 1, column 1
            7                                | found a number at line 1, column 1
            true                             | found a boolean at line 1, column 1
            {                                | the text ends too early at line 1, column 2
            {'a': [1, 2                      | the text ends too early at line 1, column 12
            {} {}                            | more text follows it at line 1, column 4
            {'dtype':'int8',;'dtype':'int4'} | found duplicate key 'dtype' at line 2, column 8
            {'a':NaN}                        | Non-standard token 'NaN' is no JSON at line 1, column 9
            {'a': [1}                        | Unexpected close marker '}': expected ']' at line 1, column 9
            {a: 1}                           | Unexpected character ('a'): was expecting double-quote to start field name at line 1, column 2
            {'a' 1}                          | Unexpected character ('1'): was expecting a colon to separate field name and value at line 1, column 6
            {'a': nope}                      | Unrecognized token 'nope'
            """)
    void whatIsNoJsonObjectIsRefusedInPlainWords(String json, String problem) {
        assertThatThrownBy(() -> SpecJson.read(json.replace('\'', '"').replace(';', '\n')))
                .isInstanceOf(InvalidSpecException.class)
                .message()
                .startsWith("json was not readable but expected one object: " + problem)
                .doesNotContain("Source", "`", "java.", "JsonToken", "code ");
    }

    @Test
    void nullIsNoObject() {
        assertThatThrownBy(() -> SpecJson.read("null")).hasMessage("json was null but must be an object");
    }
}
