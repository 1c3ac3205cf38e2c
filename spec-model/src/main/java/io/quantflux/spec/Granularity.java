// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which elements of a tensor share one scale, zero point and minval. */
public sealed interface Granularity {
    /** {@return the reference's {@code type}} */
    String type();

    /**
     * {@return the shape of one block of {@code tensor}: {@code 10x5x2} per channel on axis 1 is {@code 10x1x2}}
     *
     * @param tensor shape of the tensor
     * @param target what the tensor is; only {@link PerBlock} asks
     * @throws InvalidSpecException if axis or rank do not fit the tensor
     * @throws BlockSizeMismatchException if an axis is not divisible by its block size
     */
    Shape blockOf(Shape tensor, QuantizationTarget target);

    /**
     * {@return the shape of scale, zero point and minval: the number of blocks along each axis, same rank as the tensor}
     *
     * @param tensor shape of the tensor
     * @param target what the tensor is: activation, weight or look-up table
     */
    default Shape qparamsShape(Shape tensor, QuantizationTarget target) {
        Shape block = blockOf(tensor, target);
        int[] blocks = new int[tensor.rank()];
        for (int axis = 0; axis < blocks.length; axis++) {
            blocks[axis] = block.dim(axis) == 0 ? 0 : tensor.dim(axis) / block.dim(axis);
        }
        return Shape.of(blocks);
    }

    /**
     * {@return whether one stream may go on with qparams of another shape, as when the batch size changes}
     *
     * <p>Under per_block an activation's axis with blocks of 1 only counts: an index of it, such as a sample of a batch, is
     * not the same thing from one tensor to the next. Its extent may change; all else stays as the first tensor had it.
     *
     * @param before shape of the qparams so far
     * @param now shape of those that the newest tensor has
     * @param target what the tensor is: activation, weight or look-up table
     */
    default boolean mayFollow(Shape before, Shape now, QuantizationTarget target) {
        return before.equals(now);
    }

    private static boolean differOnly(Shape before, Shape now, IntPredicate along) {
        return before.rank() == now.rank()
                && IntStream.range(0, now.rank())
                        .allMatch(axis -> before.dim(axis) == now.dim(axis) || along.test(axis));
    }

    private static int axisWithin(Shape tensor, int axis) {
        int rank = tensor.rank();
        if (axis < -rank || axis >= rank) {
            throw new InvalidSpecException(
                    "granularity.axis",
                    axis,
                    "is out of bounds for a tensor of rank " + rank + "; allowed are [" + -rank + ", " + rank + ")");
        }
        return Math.floorMod(axis, rank);
    }

    /** One block: the whole tensor. */
    record PerTensor() implements Granularity {
        @Override
        public String type() {
            return "per_tensor";
        }

        @Override
        public Shape blockOf(Shape tensor, QuantizationTarget target) {
            return tensor;
        }
    }

    /**
     * One block for each index along an axis.
     *
     * @param axis from −rank to rank−1; {@code null} may stand in a spec, but must be named before a tensor is seen
     */
    record PerChannel(@Nullable Integer axis) implements Granularity {
        @Override
        public String type() {
            return "per_channel";
        }

        @Override
        public Shape blockOf(Shape tensor, QuantizationTarget target) {
            if (axis == null) {
                throw new InvalidSpecException("granularity.axis", null, "per_channel needs an axis for activations");
            }
            return tensor.with(axisWithin(tensor, axis), 1);
        }
    }

    /**
     * Blocks of {@code blockSize} elements along one axis.
     *
     * <p>In an activation every other axis has blocks of 1: a block is a run along the axis. In a weight only the two
     * channel axes, 0 and 1, do; further axes, such as a convolution's kernel, are whole.
     *
     * @param axis from −rank to rank−1; {@code null} may stand in a spec, but must be named before a tensor is seen
     * @param blockSize elements of a block along the axis, at least 1
     */
    record PerBlock(@Nullable Integer axis, int blockSize) implements Granularity {
        /**
         * Checks the block size.
         *
         * @param axis from −rank to rank−1, or {@code null}
         * @param blockSize elements of a block along the axis
         * @throws InvalidSpecException if it is not at least 1
         */
        public PerBlock {
            if (blockSize <= 0) {
                throw new InvalidSpecException("granularity.block_size", blockSize, "must be at least 1");
            }
        }

        @Override
        public String type() {
            return "per_block";
        }

        @Override
        public Shape blockOf(Shape tensor, QuantizationTarget target) {
            if (axis == null) {
                throw new InvalidSpecException(
                        "granularity.axis", null, "must be specified when block_size is a single number");
            }
            int blocked = axisWithin(tensor, axis);
            if (tensor.dim(blocked) % blockSize != 0) {
                throw new BlockSizeMismatchException(blockSize, tensor, blocked);
            }
            Shape block = tensor.with(blocked, blockSize);
            int single = target == QuantizationTarget.ACTIVATION ? tensor.rank() : Math.min(2, tensor.rank());
            for (int other = 0; other < single; other++) {
                if (other != blocked) {
                    block = block.with(other, 1);
                }
            }
            return block;
        }

        @Override
        public boolean mayFollow(Shape before, Shape now, QuantizationTarget target) {
            return before.equals(now)
                    || (target == QuantizationTarget.ACTIVATION
                            && axis != null
                            && differOnly(before, now, other -> other != axisWithin(now, axis)));
        }
    }

    /**
     * A block size for each axis at once.
     *
     * @param blockSizes one entry an axis, −1 for the whole axis
     */
    record PerBlocks(List<Integer> blockSizes) implements Granularity {
        /**
         * Checks the block sizes.
         *
         * @param blockSizes one entry an axis, −1 for the whole axis
         * @throws InvalidSpecException if an entry is neither −1 nor at least 1
         */
        public PerBlocks {
            blockSizes = List.copyOf(blockSizes);
            for (int size : blockSizes) {
                if (size != -1 && size <= 0) {
                    throw new InvalidSpecException(
                            "granularity.block_size",
                            blockSizes,
                            "every entry must be at least 1, or -1 for a whole axis");
                }
            }
        }

        @Override
        public String type() {
            return "per_block";
        }

        @Override
        public Shape blockOf(Shape tensor, QuantizationTarget target) {
            if (blockSizes.size() != tensor.rank()) {
                throw new InvalidSpecException(
                        "granularity.block_size",
                        blockSizes,
                        "must have one entry for each axis of a tensor of rank " + tensor.rank());
            }
            Shape block = tensor;
            for (int axis = 0; axis < tensor.rank(); axis++) {
                int size = blockSizes.get(axis);
                if (size > 0) {
                    if (tensor.dim(axis) % size != 0) {
                        throw new BlockSizeMismatchException(blockSizes, tensor, axis);
                    }
                    block = block.with(axis, size);
                }
            }
            return block;
        }

        @Override
        public boolean mayFollow(Shape before, Shape now, QuantizationTarget target) {
            return before.equals(now)
                    || (target == QuantizationTarget.ACTIVATION
                            && differOnly(before, now, axis -> blockSizes.get(axis) == 1));
        }
    }
}
