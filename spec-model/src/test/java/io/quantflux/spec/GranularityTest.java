// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GranularityTest {
    private static final QuantizationTarget WEIGHT = QuantizationTarget.WEIGHT;
    private static final QuantizationTarget ACTIVATION = QuantizationTarget.ACTIVATION;

    private static Shape shape(String dims) {
        return Shape.of(
                Arrays.stream(dims.split("x", -1)).mapToInt(Integer::parseInt).toArray());
    }

    @Test
    void perTensorIsOneBlock() {
        assertThat(new Granularity.PerTensor().blockOf(shape("2x3"), ACTIVATION))
                .isEqualTo(shape("2x3"));
        assertThat(new Granularity.PerTensor().qparamsShape(shape("2x3x4"), ACTIVATION))
                .isEqualTo(shape("1x1x1"));
        assertThat(new Granularity.PerTensor().qparamsShape(Shape.SCALAR, ACTIVATION))
                .isEqualTo(Shape.SCALAR);
    }

    @ParameterizedTest
    @CsvSource({"10x5x2, 1, 10x1x2", "10x5x2, -1, 10x5x1", "10x5x2, -3, 1x5x2", "7, 0, 1"})
    void perChannelHasBlocksOfOneAlongItsAxis(String tensor, int axis, String block) {
        Granularity granularity = new Granularity.PerChannel(axis);
        assertThat(granularity.blockOf(shape(tensor), ACTIVATION)).isEqualTo(shape(block));
    }

    @ParameterizedTest
    @CsvSource({
        "8x32, 1, 4, 1x4, 1x4",
        "8x32, 0, 4, 4x1, 4x1",
        "8x32, -1, 4, 1x4, 1x4",
        "8x4x3x3, 0, 2, 2x1x3x3, 2x1x1x1",
        "8x4x3x3, 1, 2, 1x2x3x3, 1x2x1x1",
        "2x3x8, 2, 4, 1x1x4, 1x1x4",
        "2x3x8, -1, 4, 1x1x4, 1x1x4",
        "2x3x4x8, 3, 4, 1x1x4x4, 1x1x1x4",
        "6, 0, 3, 3, 3",
    })
    void oneBlockSizeCutsOneAxis(String tensor, int axis, int size, String ofWeight, String ofActivation) {
        Granularity granularity = new Granularity.PerBlock(axis, size);
        assertThat(granularity.blockOf(shape(tensor), WEIGHT)).isEqualTo(shape(ofWeight));
        assertThat(granularity.blockOf(shape(tensor), ACTIVATION)).isEqualTo(shape(ofActivation));
    }

    @Test
    void aListOfBlockSizesCutsEveryAxis() {
        Granularity granularity = new Granularity.PerBlocks(List.of(2, -1, 4));
        assertThat(granularity.blockOf(shape("4x6x8"), ACTIVATION)).isEqualTo(shape("2x6x4"));
        assertThat(granularity.qparamsShape(shape("4x6x8"), ACTIVATION)).isEqualTo(shape("2x1x2"));
    }

    @Test
    void anAxisOutsideTheTensorNamesTheAllowedRange() {
        assertThatThrownBy(() -> new Granularity.PerChannel(3).blockOf(shape("2x3"), ACTIVATION))
                .isExactlyInstanceOf(InvalidSpecException.class)
                .hasMessage("granularity.axis was 3 but is out of bounds for a tensor of rank 2; allowed are [-2, 2)");
        assertThatThrownBy(() -> new Granularity.PerBlock(-3, 1).blockOf(shape("2x3"), WEIGHT))
                .hasMessageContaining("allowed are [-2, 2)");
        assertThatThrownBy(() -> new Granularity.PerChannel(0).blockOf(Shape.SCALAR, WEIGHT))
                .hasMessageContaining("rank 0");
    }

    @Test
    void anAxisMustBeNamedBeforeATensorIsSeen() {
        assertThatThrownBy(() -> new Granularity.PerChannel(null).blockOf(shape("2x3"), ACTIVATION))
                .hasMessageContaining("per_channel needs an axis");
        assertThatThrownBy(() -> new Granularity.PerBlock(null, 2).blockOf(shape("2x4"), ACTIVATION))
                .hasMessageContaining("must be specified when block_size is a single number");
    }

    @Test
    void aBlockThatDoesNotDivideItsAxisIsAMismatch() {
        assertThatThrownBy(() -> new Granularity.PerBlock(1, 32).blockOf(shape("8x100"), ACTIVATION))
                .isInstanceOf(BlockSizeMismatchException.class)
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage(
                        "granularity.block_size was 32 but must divide the 100 elements along axis 1 of a 8x100 tensor");
        assertThatThrownBy(() -> new Granularity.PerBlocks(List.of(3, 1)).blockOf(shape("4x4"), ACTIVATION))
                .isInstanceOf(BlockSizeMismatchException.class);
        assertThatThrownBy(() -> new Granularity.PerBlocks(List.of(3)).blockOf(shape("4x4"), ACTIVATION))
                .isExactlyInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("one entry for each axis of a tensor of rank 2");
    }
}
