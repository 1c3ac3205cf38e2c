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
 * @param dtype of quantized values
 * @param qscheme where zero lies in the range
 * @param qformulation zero point or minval
 * @param granularity which elements share qparams
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

    /**
     * Checks the fields against each other.
     *
     * @param dtype of quantized values
     * @param qscheme where zero lies in the range
     * @param qformulation zero point or minval
     * @param granularity which elements share qparams
     * @param fakeQuantizeCls registry key of the fake quantizer
     * @param qparamCalculatorCls registry key of the qparams calculator; {@code default} resolves by the target
     * @param rangeCalculatorCls registry key of the range calculator
     * @param floatRange bounds that replace what is observed
     * @param scaleDType how scales are kept; FP4 always has {@link ScaleDType#FLOAT8_E8M0FNU}
     * @param extras further fields for the three components, such as {@code averaging_constant}: numbers, strings,
     *     booleans
     * @throws InvalidSpecException if the dtype does not allow scheme, formulation or scale dtype
     */
    public QuantizationSpec {
        extras = extras.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(extras));
        if (extras.containsKey(NonFinitePolicy.FIELD)) {
            NonFinitePolicy.of(extras.get(NonFinitePolicy.FIELD));
        }
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

    /** {@return the representable quantized values: {@code quant_min} and {@code quant_max}} */
    public QuantRange quantRange() {
        return dtype.range(qscheme);
    }

    /**
     * {@return the registry key of the qparams calculator with {@code default} resolved for {@code target}}
     *
     * @param target what the tensor is: activation, weight or look-up table
     */
    public String resolvedQparamCalculator(QuantizationTarget target) {
        if (!qparamCalculatorCls.equals("default")) {
            return qparamCalculatorCls;
        }
        return target == QuantizationTarget.ACTIVATION ? "moving_average" : "static";
    }

    /** {@return what becomes of tensors with NaN or infinities, the extra {@code nonfinite_policy}; {@code null} if it does not say} */
    public @Nullable NonFinitePolicy nonFinitePolicy() {
        Object key = extras.get(NonFinitePolicy.FIELD);
        return key == null ? null : NonFinitePolicy.of(key);
    }

    /**
     * {@return this spec with another policy for NaN and infinities}
     *
     * @param policy {@code null} for none of its own
     */
    public QuantizationSpec with(@Nullable NonFinitePolicy policy) {
        Builder changed = toBuilder();
        if (policy == null) {
            changed.extras.remove(NonFinitePolicy.FIELD);
        } else {
            changed.extras.put(NonFinitePolicy.FIELD, policy.key());
        }
        return changed.build();
    }

    /**
     * {@return this spec with another granularity}
     *
     * @param other which elements share qparams
     */
    public QuantizationSpec with(Granularity other) {
        return toBuilder().granularity(other).build();
    }

    /**
     * Starts from the reference's defaults.
     *
     * @return a builder that holds them
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts from this spec.
     *
     * @return a builder that holds its fields
     */
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

        /**
         * The quantized dtype; default {@code int8}.
         *
         * @param value the value
         * @return this
         */
        public Builder dtype(DType value) {
            dtype = value;
            return this;
        }

        /**
         * Where zero lies in the range; default {@code symmetric}.
         *
         * @param value the value
         * @return this
         */
        public Builder qscheme(Scheme value) {
            qscheme = value;
            return this;
        }

        /**
         * Zero point or minval; default {@code zp}.
         *
         * @param value the value
         * @return this
         */
        public Builder qformulation(Formulation value) {
            qformulation = value;
            return this;
        }

        /**
         * Which elements share qparams; default {@code per_tensor}.
         *
         * @param value the value
         * @return this
         */
        public Builder granularity(Granularity value) {
            granularity = value;
            return this;
        }

        /**
         * The fake quantizer; default {@code default}.
         *
         * @param key registry key
         * @return this
         */
        public Builder fakeQuantizeCls(String key) {
            fakeQuantizeCls = key;
            return this;
        }

        /**
         * The qparams calculator; default {@code default}.
         *
         * @param key registry key
         * @return this
         */
        public Builder qparamCalculatorCls(String key) {
            qparamCalculatorCls = key;
            return this;
        }

        /**
         * The range calculator; default {@code minmax}.
         *
         * @param key registry key
         * @return this
         */
        public Builder rangeCalculatorCls(String key) {
            rangeCalculatorCls = key;
            return this;
        }

        /**
         * Bounds in the tensor's own unit in place of observed ones; default: both ends observed.
         *
         * @param min lower bound, at most 0; {@code null} for the observed one
         * @param max upper bound, at least 0; {@code null} for the observed one
         * @return this
         */
        public Builder floatRange(@Nullable Float min, @Nullable Float max) {
            floatRange = new FloatRange(min, max);
            return this;
        }

        /**
         * How scales are kept; default float32, which FP4 turns into e8m0.
         *
         * @param value the value
         * @return this
         */
        public Builder scaleDType(ScaleDType value) {
            scaleDType = value;
            return this;
        }

        /**
         * A further field for the registered components.
         *
         * @param key its name in a spec
         * @param value a number, string or boolean
         * @return this
         */
        public Builder extra(String key, Object value) {
            extras.put(key, value);
            return this;
        }

        /**
         * {@return the spec, its fields checked together}
         *
         * @throws InvalidSpecException if the fields do not go together
         */
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
