// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Images of shape [N, 1, 8, 8] with pixels in [0, 1], and their N labels. Closing it frees the images. */
final class Batch implements AutoCloseable {

    private final INDArray images;
    private final int[] labels;

    private Batch(INDArray images, int[] labels) {
        this.images = images;
        this.labels = labels;
    }

    /** The given rows of the file, in this order. */
    static Batch of(DigitsFile file, int[] rows) {
        float[] pixels = new float[rows.length * DigitsFile.PIXELS];
        int[] labels = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            file.copyPixels(rows[i], pixels, i * DigitsFile.PIXELS);
            labels[i] = file.label(rows[i]);
        }
        INDArray images = Nd4j.createUninitialized(DataType.FLOAT, rows.length, 1, DigitsFile.SIDE, DigitsFile.SIDE);
        images.data().setData(pixels);
        return new Batch(images, labels);
    }

    INDArray images() {
        return images;
    }

    int label(int i) {
        return labels[i];
    }

    int size() {
        return labels.length;
    }

    @Override
    public void close() {
        images.close();
    }
}
