// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The mean cross entropy of a batch's softmax, in nats, the share of right answers, and the loss's gradient with respect
 * to the logits. Sums are taken in double: a batch is a few hundred numbers.
 */
final class SoftmaxCrossEntropy {

    private final double loss;
    private final double accuracy;
    private final double[][] gradient;

    private SoftmaxCrossEntropy(double loss, double accuracy, double[][] gradient) {
        this.loss = loss;
        this.accuracy = accuracy;
        this.gradient = gradient;
    }

    static SoftmaxCrossEntropy of(INDArray logits, Batch batch) {
        double[][] rows = logits.toDoubleMatrix();
        int n = rows.length;
        double loss = 0;
        int right = 0;
        for (int i = 0; i < n; i++) {
            double[] row = rows[i];
            int label = batch.label(i);
            int guess = indexOfLargest(row);
            right += guess == label ? 1 : 0;
            double logSum = logSumExp(row, row[guess]);
            loss += logSum - row[label];
            for (int c = 0; c < row.length; c++) {
                row[c] = (Math.exp(row[c] - logSum) - (c == label ? 1 : 0)) / n;
            }
        }
        return new SoftmaxCrossEntropy(loss / n, (double) right / n, rows);
    }

    double loss() {
        return loss;
    }

    double accuracy() {
        return accuracy;
    }

    INDArray gradient(Scratch scratch, INDArray logits) {
        return scratch.own(Nd4j.create(gradient).castTo(logits.dataType()));
    }

    private static int indexOfLargest(double[] row) {
        int best = 0;
        for (int c = 1; c < row.length; c++) {
            best = row[c] > row[best] ? c : best;
        }
        return best;
    }

    /** With the largest logit taken out first, no exponential overflows. */
    private static double logSumExp(double[] row, double largest) {
        double sum = 0;
        for (double logit : row) {
            sum += Math.exp(logit - largest);
        }
        return largest + Math.log(sum);
    }
}
