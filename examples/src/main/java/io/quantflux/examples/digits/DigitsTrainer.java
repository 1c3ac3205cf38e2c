// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import java.util.List;

/**
 * Trains a small convolutional network on the handwritten digits, one step a call. For one thread.
 *
 * <p>Split, batches and initial weights are a function of the seed. The arithmetic is ND4J's: the same bits on every run
 * with the same native library and kind of processor, not promised across those, as OpenBLAS picks its kernels by
 * processor.
 */
public final class DigitsTrainer implements AutoCloseable {

    /** The names a hook is called with, in forward order. */
    public static final List<String> LAYERS = DigitsNetwork.LAYERS;

    /** Images in a training batch. */
    public static final int BATCH_SIZE = 64;

    private static final double LEARNING_RATE = 1e-3;

    private final DigitsDataset dataset;
    private final DigitsNetwork network;
    private final Adam optimizer;
    private long steps;

    /**
     * Loads the data and initializes the weights. The first use of ND4J in a process also loads its native library; ND4J
     * is set to work on the calling thread alone, in the whole process.
     */
    public DigitsTrainer(long seed) {
        Nd4jThreads.useCallerOnly();
        this.dataset = DigitsDataset.load(seed, BATCH_SIZE);
        this.network = new DigitsNetwork(seed);
        this.optimizer = new Adam(network.parameters(), LEARNING_RATE);
    }

    /**
     * Learns from the next batch of 64 images.
     *
     * @param hook sees the activations [64, 1, 8, 8], [64, 8, 8, 8], [64, 64] and [64, 10] of {@link #LAYERS}
     * @throws IllegalArgumentException if the hook returns an array of another shape or data type; the weights are then
     *     as they were
     */
    public StepReport step(ActivationHook hook) {
        try (Batch batch = dataset.nextBatch();
                Scratch scratch = new Scratch()) {
            ForwardPass pass = network.forward(scratch, batch.images(), hook);
            SoftmaxCrossEntropy result = SoftmaxCrossEntropy.of(pass.logits(), batch);
            pass.backward(result.gradient(scratch, pass.logits()));
            optimizer.step();
            return new StepReport(++steps, result.loss(), result.accuracy());
        }
    }

    /**
     * The share of the 360 test images classified right, 0 to 1; learns nothing. The hook sees all of them in one pass,
     * so batch axes are 360 long, and no gradients.
     */
    public double accuracy(ActivationHook hook) {
        try (Batch batch = dataset.test();
                Scratch scratch = new Scratch()) {
            ForwardPass pass = network.forward(scratch, batch.images(), hook);
            return SoftmaxCrossEntropy.of(pass.logits(), batch).accuracy();
        }
    }

    /** Frees the network's off-heap memory. */
    @Override
    public void close() {
        optimizer.close();
        network.close();
    }
}
