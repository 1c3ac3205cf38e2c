// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigitsDatasetTest {

    @Test
    void everyImageIsInExactlyOneSplit() {
        DigitsDataset dataset = DigitsDataset.load(7, 64);
        assertThat(dataset.trainRows()).hasSize(1437);
        assertThat(dataset.testRows()).hasSize(360);
        int[] all = IntStream.concat(Arrays.stream(dataset.trainRows()), Arrays.stream(dataset.testRows()))
                .sorted()
                .toArray();
        assertThat(all).isEqualTo(IntStream.range(0, 1797).toArray());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7, 12345})
    void theTestSplitHoldsEveryClassInProportion(long seed) {
        try (Batch test = DigitsDataset.load(seed, 64).test()) {
            int[] counts = new int[10];
            for (int i = 0; i < test.size(); i++) {
                counts[test.label(i)]++;
            }
            assertThat(Arrays.stream(counts).boxed())
                    .allSatisfy(count -> assertThat(count).isBetween(34, 37));
        }
    }

    @Test
    void imagesAreNchwWithPixelsInTheUnitInterval() {
        try (Batch batch = DigitsDataset.load(7, 64).nextBatch()) {
            assertThat(batch.images().shape()).containsExactly(64, 1, 8, 8);
            assertThat(batch.images().ordering()).isEqualTo('c');
            assertThat(batch.images().minNumber().floatValue()).isEqualTo(0f);
            assertThat(batch.images().maxNumber().floatValue()).isEqualTo(1f);
        }
    }

    @Test
    void anEpochVisitsEveryTrainingImageOnce() {
        DigitsDataset dataset = DigitsDataset.load(7, 479);
        int[] counts = new int[10];
        for (int i = 0; i < 3; i++) {
            count(dataset.nextBatch(), counts);
        }
        int[] expected = new int[10];
        DigitsFile file = DigitsFile.load();
        Arrays.stream(dataset.trainRows()).forEach(row -> expected[file.label(row)]++);
        assertThat(counts).isEqualTo(expected);
    }

    @Test
    void theSeedDecidesTheBatches() {
        assertThat(pixelsAfterAnEpoch(7)).isEqualTo(pixelsAfterAnEpoch(7)).isNotEqualTo(pixelsAfterAnEpoch(8));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1438})
    void aBatchSizeOutsideTheTrainingSplitIsRefused(int batchSize) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DigitsDataset.load(7, batchSize))
                .withMessage("batchSize was " + batchSize + ", expected 1..1437");
    }

    private static void count(Batch batch, int[] counts) {
        try (batch) {
            for (int i = 0; i < batch.size(); i++) {
                counts[batch.label(i)]++;
            }
        }
    }

    private static float[] pixelsAfterAnEpoch(long seed) {
        DigitsDataset dataset = DigitsDataset.load(seed, 1000);
        dataset.nextBatch().close();
        try (Batch batch = dataset.nextBatch()) {
            return batch.images().reshape(batch.images().length()).toFloatVector();
        }
    }
}
