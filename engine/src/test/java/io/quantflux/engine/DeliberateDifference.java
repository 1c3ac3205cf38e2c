// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the engine is meant to differ from the reference; everything else is compared bit for bit by {@link GoldenTest}.
 *
 * <p>The same list, for readers, is in {@code docs/conformance.md}. {@link DeliberateDifferencesTest} has a test for each
 * that fails if the difference is another one than is said here, or none any more.
 */
enum DeliberateDifference {
    HALF_PRECISION(
            null,
            "float16 and bfloat16 input is widened to float32 before anything is computed; the reference takes range, running"
                    + " range and scale in the input's dtype, whose rounding errors a running average accumulates",
            "qparams: those of the reference for the widened tensor; outputs and masks: the reference's own, given its"
                    + " qparams"),
    NON_FINITE(
            null,
            "by default a tensor with NaN or infinities is not observed, as a running range never recovers from them",
            "under the policy propagate everything is equal; under quarantine and reject the state does not change"),
    NAN_PAYLOAD(
            null,
            "sign and payload of a NaN depend on the processor and on the order of operands",
            "a NaN where the reference has a NaN"),
    SIGN_OF_ZERO_BOUND(
            null,
            "the sign of a bound that is zero depends, in torch, on where in a vector register the zero stood; ours is"
                    + " +0 in a running range and the same for any order of elements",
            "all other bits; such a zero changes no scale, zero point or output"),
    UNREADY(
            "unready",
            "with the observer off or in export mode before the first observation, and with the observer off for a tensor"
                    + " that blocks do not divide, the reference raises an error",
            "the tensor passes through, with the outcome NOT_READY or DISABLED_NOW"),
    EMPTY(
            "empty",
            "tensors without elements have no range; the reference raises an error or returns them, depending on the layout",
            "always refused, naming the shape"),
    DYNAMIC_EXPORT(
            "dynamic_export",
            "export mode has nothing to freeze under dynamic; the reference raises an error as it is turned on",
            "the fake quantizer refuses as well; the operator, to which switches come with the state, ignores it"),
    OTHER_BATCH(
            "other_batch",
            "under per_block each sample of a batch has qparams of its own, so that a last, smaller batch raises an error in"
                    + " the reference; a stream must go on",
            "the running range is merged over the axis that has changed, and continued"),
    SMALLEST_BLOCKS(
            "smallest_blocks",
            "for blocks so small that an e8m0 scale would be 2^-127, torchao's RCEIL multiplies by 1 and not by the inverse of"
                    + " the scale it returns",
            "the scale; outputs come from dividing by it, as in the other modes");

    private final @Nullable String group;
    private final String reason;
    private final String instead;

    DeliberateDifference(@Nullable String group, String reason, String instead) {
        this.group = group;
        this.reason = reason;
        this.instead = instead;
    }

    /** Whether one of them claims the cases of a golden group, so that they are not compared bit for bit. */
    static boolean replaces(String group) {
        return Arrays.stream(values()).anyMatch(difference -> group.equals(difference.group));
    }

    /** Why it is meant. */
    String reason() {
        return reason;
    }

    /** What is compared instead. */
    String instead() {
        return instead;
    }
}
