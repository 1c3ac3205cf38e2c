// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

/**
 * A tensor's axis is not divisible by its block size.
 *
 * <p>Apart from other errors, because a fake quantizer's forward pass answers it by disabling itself for good and
 * passing tensors through, instead of failing.
 */
public final class BlockSizeMismatchException extends InvalidSpecException {
    /**
     * Names the axis, its extent and the block size that does not divide it.
     *
     * @param blockSize the block size, as in the spec
     * @param tensor shape of the tensor
     * @param axis that is not divisible, from 0
     */
    public BlockSizeMismatchException(Object blockSize, Shape tensor, int axis) {
        super(
                "granularity.block_size",
                blockSize,
                "must divide the " + tensor.dim(axis) + " elements along axis " + axis + " of a " + tensor + " tensor");
    }
}
