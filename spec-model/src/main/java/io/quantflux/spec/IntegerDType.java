// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Locale;

/** Two's complement and unsigned integers of 2, 4 and 8 bits, kept in whole bytes. */
public enum IntegerDType implements DType {
    /** −2 to 1. */
    INT2(2, true),
    /** −8 to 7. */
    INT4(4, true),
    /** −128 to 127. */
    INT8(8, true),
    /** 0 to 3. */
    UINT2(2, false),
    /** 0 to 15. */
    UINT4(4, false),
    /** 0 to 255. */
    UINT8(8, false);

    private final int bits;
    private final boolean signed;

    IntegerDType(int bits, boolean signed) {
        this.bits = bits;
        this.signed = signed;
    }

    @Override
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int bits() {
        return bits;
    }

    /** {@return whether values may be negative} */
    public boolean signed() {
        return signed;
    }

    @Override
    public String targetKey() {
        return signed ? "int8" : "uint8";
    }

    /** Signed: −2^(n−1) … 2^(n−1)−1, its minimum raised by one under clipping; unsigned: 0 … 2^n−1 under every scheme. */
    @Override
    public QuantRange range(Scheme scheme) {
        if (!signed) {
            return new QuantRange(0, (1 << bits) - 1);
        }
        int max = (1 << (bits - 1)) - 1;
        return new QuantRange(scheme == Scheme.SYMMETRIC_WITH_CLIPPING ? -max : -max - 1, max);
    }
}
