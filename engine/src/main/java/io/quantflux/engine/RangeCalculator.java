// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

/**
 * Finds what a tensor spans, block by block: the reference's {@code RangeCalculatorBase}.
 *
 * <p>An own one is one class that implements {@link Factory} and a line with its name in
 * {@code META-INF/services/io.quantflux.engine.RangeCalculator$Factory}.
 */
@FunctionalInterface
public interface RangeCalculator {
    /**
     * {@return raw bounds of each block; zero need not lie between them, {@code float_range} is applied afterwards}
     *
     * @param tensor the tensor, cut into blocks
     */
    Range range(BlockedTensor tensor);

    /** Registered under a spec's {@code range_calculator_cls}. */
    interface Factory extends ComponentFactory<RangeCalculator> {}
}
