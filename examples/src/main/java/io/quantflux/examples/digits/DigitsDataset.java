// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The digits, split by a seed into 1,437 images to train on and 360 to test with, every class in proportion; and an
 * endless supply of training batches, each epoch in a new order. The same seed gives the same split and batches.
 */
final class DigitsDataset {

    static final int TEST_COUNT = 360;
    static final int TRAIN_COUNT = DigitsFile.COUNT - TEST_COUNT;

    private final DigitsFile file;
    private final int batchSize;
    private final Random random;
    private final int[] trainRows = new int[TRAIN_COUNT];
    private final int[] testRows = new int[TEST_COUNT];
    private int next = TRAIN_COUNT;

    private DigitsDataset(DigitsFile file, long seed, int batchSize) {
        this.file = file;
        this.batchSize = batchSize;
        this.random = new Random(seed);
        split();
    }

    /**
     * Loads and splits the shipped data.
     *
     * @param batchSize images in a training batch, 1 to 1,437
     */
    static DigitsDataset load(long seed, int batchSize) {
        if (batchSize < 1 || batchSize > TRAIN_COUNT) {
            throw new IllegalArgumentException("batchSize was " + batchSize + ", expected 1.." + TRAIN_COUNT);
        }
        return new DigitsDataset(DigitsFile.load(), seed, batchSize);
    }

    /** The next training images, always a full batch: the end of one epoch is filled up from the next. */
    Batch nextBatch() {
        int[] rows = new int[batchSize];
        for (int i = 0; i < batchSize; i++) {
            rows[i] = nextTrainRow();
        }
        return Batch.of(file, rows);
    }

    /** The whole test split. */
    Batch test() {
        return Batch.of(file, testRows);
    }

    int[] trainRows() {
        return trainRows.clone();
    }

    int[] testRows() {
        return testRows.clone();
    }

    /** Walks the rows class by class and sends every (1797/360)th to the test split, so no class strays by more than one. */
    private void split() {
        int[] shuffled = IntStream.range(0, file.count()).toArray();
        shuffle(shuffled);
        int[] byClass = Arrays.stream(shuffled)
                .boxed()
                .sorted(Comparator.comparingInt(file::label))
                .mapToInt(Integer::intValue)
                .toArray();
        int test = 0;
        for (int i = 0; i < byClass.length; i++) {
            if ((i + 1) * TEST_COUNT / byClass.length > test) {
                testRows[test++] = byClass[i];
            } else {
                trainRows[i - test] = byClass[i];
            }
        }
    }

    private int nextTrainRow() {
        if (next == trainRows.length) {
            shuffle(trainRows);
            next = 0;
        }
        return trainRows[next++];
    }

    private void shuffle(int[] rows) {
        for (int i = rows.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = rows[i];
            rows[i] = rows[j];
            rows[j] = swapped;
        }
    }
}
