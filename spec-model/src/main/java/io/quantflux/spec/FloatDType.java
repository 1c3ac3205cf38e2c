// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

/**
 * The 8 and 4 bit floating-point formats of the OCP specifications (OFP8, MX).
 *
 * <p>They allow the symmetric scheme and the zero-point formulation only, and have neither zero point nor minval.
 */
public enum FloatDType implements DType {
    /** 4 bits of exponent, 3 of mantissa, no infinities: values up to ±448. */
    FLOAT8_E4M3FN("float8_e4m3fn", 8, "float8_e4m3fn", 448f, 8, 3),
    /** 5 bits of exponent, 2 of mantissa: finite values up to ±57344. */
    FLOAT8_E5M2("float8_e5m2", 8, "float8_e5m2", 57344f, 15, 2),
    /** 2 bits of exponent, 1 of mantissa, up to ±6, neither NaN nor infinities. Stored in float8_e4m3fn, which holds each of its values exactly. */
    FLOAT4_E2M1FN_X2("float4_e2m1fn_x2", 4, "float8_e4m3fn", 6f, 2, 1);

    private final String key;
    private final int bits;
    private final String targetKey;
    private final float max;
    private final int maxPow2;
    private final int mantissaBits;

    FloatDType(String key, int bits, String targetKey, float max, int maxPow2, int mantissaBits) {
        this.key = key;
        this.bits = bits;
        this.targetKey = targetKey;
        this.max = max;
        this.maxPow2 = maxPow2;
        this.mantissaBits = mantissaBits;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public int bits() {
        return bits;
    }

    @Override
    public String targetKey() {
        return targetKey;
    }

    /** {@return the largest finite value} */
    public float max() {
        return max;
    }

    /** {@return the exponent of the largest power of two within {@link #max()}; an e8m0 scale puts the data's own there} */
    public int maxPow2() {
        return maxPow2;
    }

    /** {@return the bits of the mantissa, the implicit one not counted} */
    public int mantissaBits() {
        return mantissaBits;
    }

    @Override
    public QuantRange range(Scheme scheme) {
        return new QuantRange(-max, max);
    }
}
