// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import io.quantflux.examples.digits.Parameters.Parameter;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** A 3x3 convolution of one-channel images with zero padding, as a matrix product: [N, 1, H, W] to [N, channels, H, W]. */
final class Conv3x3 {

    private static final int TAPS = 9;

    private final Parameter kernels;
    private final Parameter bias;

    Conv3x3(Parameters parameters, long channels, Random random) {
        this.kernels = parameters.allot(channels, TAPS);
        this.bias = parameters.allot(channels, 1);
        kernels.initialize(random, TAPS);
    }

    static long parameterCount(long channels) {
        return (TAPS + 1) * channels;
    }

    /** What each kernel tap sees: [9, N·H·W], the form both passes multiply with. */
    static INDArray columns(Scratch scratch, INDArray images) {
        long n = images.size(0);
        long h = images.size(2);
        long w = images.size(3);
        INDArray columns = scratch.like(images, 3, 3, 1, n, h, w);
        // im2col writes [N, C, 3, 3, H, W]; the permuted view makes the taps the outermost axis without a copy
        Nd4j.exec(DynamicCustomOp.builder("im2col")
                .addInputs(images)
                .addOutputs(columns.permute(3, 2, 0, 1, 4, 5))
                .addIntegerArguments(3, 3, 1, 1, 1, 1, 1, 1, 0)
                .build());
        return columns.reshape('c', TAPS, n * h * w);
    }

    INDArray forward(Scratch scratch, INDArray columns, long n, long h, long w) {
        long channels = kernels.value().size(0);
        INDArray z = scratch.like(columns, channels, n * h * w);
        MatrixProduct.ab(kernels.value(), columns, z).addi(bias.value());
        return swapOuterAxes(scratch, z.reshape('c', channels, n, h, w));
    }

    /** Sets the gradients of kernels and bias from the one of the output. */
    void backward(Scratch scratch, INDArray columns, INDArray gradient) {
        INDArray byChannel = swapOuterAxes(scratch, gradient).reshape('c', gradient.size(1), columns.size(1));
        MatrixProduct.abT(byChannel, columns, kernels.gradient());
        byChannel.sum(bias.gradient(), true, 1);
    }

    private static INDArray swapOuterAxes(Scratch scratch, INDArray array) {
        return scratch.own(array.permute(1, 0, 2, 3).dup('c'));
    }
}
