// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

/** What becomes of a tensor that holds NaN or infinities. */
public enum NonFinitePolicy {
    /** It is not observed; its output still comes from stored qparams, where there are any. */
    QUARANTINE,
    /** It changes nothing and passes through; the caller decides what to do with it. */
    REJECT,
    /** It is observed like any other, as the reference does: a running range never recovers from it. */
    PROPAGATE
}
