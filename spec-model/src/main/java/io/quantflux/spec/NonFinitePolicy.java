// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Arrays;
import java.util.Locale;

/** What becomes of a tensor that holds NaN or infinities. */
public enum NonFinitePolicy {
    /** It is not observed; its output still comes from stored qparams, where there are any. */
    QUARANTINE,
    /** It changes nothing and passes through; the caller decides what to do with it. */
    REJECT,
    /** It is observed like any other, as the reference does: a running range never recovers from it. */
    PROPAGATE;

    /** The spec field that sets it for one tensor; without it the processor's own policy holds. */
    public static final String FIELD = "nonfinite_policy";

    /** {@return the word for it in specs: {@code quarantine}, {@code reject}, {@code propagate}} */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the policy of that key}
     *
     * @param key {@code quarantine}, {@code reject} or {@code propagate}
     * @throws InvalidSpecException if it is none of the three
     */
    public static NonFinitePolicy of(Object key) {
        return Arrays.stream(values())
                .filter(policy -> policy.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new InvalidSpecException(FIELD, key, "must be quarantine, reject or propagate"));
    }
}
