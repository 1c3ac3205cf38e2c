// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a tensor is quantized: everything a user asks for, validated across fields, immutable.
 *
 * <p>Components and registry keys are the reference's {@code QuantizationSpec}; {@link #builder()} starts from its
 * defaults: int8, symmetric, zero point, per tensor.
 *
 * @param fakeQuantizeCls registry key of the fake quantizer
 * @param qparamCalculatorCls registry key of the qparams calculator; {@code default} resolves by the target
 * @param rangeCalculatorCls registry key of the range calculator
 * @param floatRange bounds that replace what is observed
 * @param scaleDType how scales are kept; FP4 always has {@link ScaleDType#FLOAT8_E8M0FNU}
 * @param extras further fields for the three components, such as {@code averaging_constant}: numbers, strings, booleans
 */
public record QuantizationSpec(
        DType dtype,
        Scheme qscheme,
        Formulation qformulation,
        Granularity granularity,
        String fakeQuantizeCls,
        String qparamCalculatorCls,
        String rangeCalculatorCls,
        FloatRange floatRange,
        ScaleDType scaleDType,
        Map<String, Object> extras) {

    /** The reference's defaults: int8, symmetric, zero point, per tensor. */
    public static final QuantizationSpec DEFAULT = builder().build();

    /** @throws InvalidSpecException if the dtype does not allow scheme, formulation or scale dtype */
    public QuantizationSpec {
        extras = Collections.unmodifiableMap(new TreeMap<>(extras));
        if (dtype instanceof FloatDType) {
            if (qscheme != Scheme.SYMMETRIC) {
                throw new InvalidSpecException(
                        "qscheme",
                        qscheme.key(),
                        "FP quantization (" + dtype.key() + ") requires symmetric quantization scheme");
            }
            if (qformulation != Formulation.ZP) {
                throw new InvalidSpecException(
                        "qformulation",
                        qformulation.key(),
                        "FP quantization (" + dtype.key() + ") requires zero-point quantization formulation");
            }
        } else if (scaleDType != ScaleDType.FLOAT32) {
            throw new InvalidSpecException("scale_dtype", scaleDType.key(), "must be null for " + dtype.key());
        }
        if (dtype == FloatDType.FLOAT4_E2M1FN_X2) {
            scaleDType = ScaleDType.FLOAT8_E8M0FNU;
        }
    }

    /** Representable quantized values: {@code quant_min} and {@code quant_max}. */
    public QuantRange quantRange() {
        return dtype.range(qscheme);
    }

    /** The registry key of the qparams calculator with {@code default} resolved for {@code target}. */
    public String resolvedQparamCalculator(QuantizationTarget target) {
        if (!qparamCalculatorCls.equals("default")) {
            return qparamCalculatorCls;
        }
        return target == QuantizationTarget.ACTIVATION ? "moving_average" : "static";
    }

    /** This spec with another granularity. */
    public QuantizationSpec with(Granularity other) {
        return toBuilder().granularity(other).build();
    }

    /** Starts from the reference's defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this spec. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.dtype = dtype;
        builder.qscheme = qscheme;
        builder.qformulation = qformulation;
        builder.granularity = granularity;
        builder.fakeQuantizeCls = fakeQuantizeCls;
        builder.qparamCalculatorCls = qparamCalculatorCls;
        builder.rangeCalculatorCls = rangeCalculatorCls;
        builder.floatRange = floatRange;
        builder.scaleDType = scaleDType;
        builder.extras.putAll(extras);
        return builder;
    }

    /** Collects fields, each with the reference's default; {@link #build()} validates them together. */
    public static final class Builder {
        private DType dtype = IntegerDType.INT8;
        private Scheme qscheme = Scheme.SYMMETRIC;
        private Formulation qformulation = Formulation.ZP;
        private Granularity granularity = new Granularity.PerTensor();
        private String fakeQuantizeCls = "default";
        private String qparamCalculatorCls = "default";
        private String rangeCalculatorCls = "minmax";
        private FloatRange floatRange = FloatRange.OBSERVED;
        private ScaleDType scaleDType = ScaleDType.FLOAT32;
        private final Map<String, Object> extras = new TreeMap<>();

        private Builder() {}

        /** Default {@code int8}. */
        public Builder dtype(DType value) {
            dtype = value;
            return this;
        }

        /** Default {@code symmetric}. */
        public Builder qscheme(Scheme value) {
            qscheme = value;
            return this;
        }

        /** Default {@code zp}. */
        public Builder qformulation(Formulation value) {
            qformulation = value;
            return this;
        }

        /** Default {@code per_tensor}. */
        public Builder granularity(Granularity value) {
            granularity = value;
            return this;
        }

        /** Default {@code default}. */
        public Builder fakeQuantizeCls(String key) {
            fakeQuantizeCls = key;
            return this;
        }

        /** Default {@code default}. */
        public Builder qparamCalculatorCls(String key) {
            qparamCalculatorCls = key;
            return this;
        }

        /** Default {@code minmax}. */
        public Builder rangeCalculatorCls(String key) {
            rangeCalculatorCls = key;
            return this;
        }

        /** Default: both ends observed. */
        public Builder floatRange(@Nullable Float min, @Nullable Float max) {
            floatRange = new FloatRange(min, max);
            return this;
        }

        /** Default: float32, which FP4 turns into e8m0. */
        public Builder scaleDType(ScaleDType value) {
            scaleDType = value;
            return this;
        }

        /** A further field for the registered components: a number, string or boolean. */
        public Builder extra(String key, Object value) {
            extras.put(key, value);
            return this;
        }

        /** @throws InvalidSpecException if the fields do not go together */
        public QuantizationSpec build() {
            return new QuantizationSpec(
                    dtype,
                    qscheme,
                    qformulation,
                    granularity,
                    fakeQuantizeCls,
                    qparamCalculatorCls,
                    rangeCalculatorCls,
                    floatRange,
                    scaleDType,
                    extras);
        }
    }
}
