// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.engine.ScalarOracle;
import io.quantflux.spec.Shape;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockLayoutTest {
    private static int[] blocksOf(BlockLayout layout, int chunk) {
        int elements = (int) layout.tensor().elements();
        int[] blocks = new int[elements];
        BlockLayout.Walk walk = layout.walk();
        int seen = 0;
        for (int end = Math.min(chunk, elements); seen < elements; end = Math.min(end + chunk, elements)) {
            while (walk.next(end)) {
                assertThat(walk.from()).isEqualTo(seen);
                for (int i = walk.from(); i < walk.to(); i++) {
                    blocks[i] = walk.blockOf(i);
                }
                seen = walk.to();
            }
            assertThat(seen).isEqualTo(end);
        }
        return blocks;
    }

    @Test
    void everyCutIntoBlocksEqualsIndexArithmetic() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 3000; round++) {
            int rank = random.nextInt(6);
            int[] dims = new int[rank];
            int[] block = new int[rank];
            for (int axis = 0; axis < rank; axis++) {
                int count = 1 + random.nextInt(4);
                block[axis] = 1 + random.nextInt(4);
                dims[axis] = count * block[axis];
            }
            Shape tensor = Shape.of(dims);
            Shape cut = Shape.of(block);
            BlockLayout layout = BlockLayout.of(tensor, cut);
            int[] blocks = blocksOf(layout, 1 + random.nextInt(50));
            for (int i = 0; i < blocks.length; i++) {
                assertThat(blocks[i])
                        .as("%s cut by %s at %s", tensor, cut, i)
                        .isEqualTo(ScalarOracle.blockOf(tensor, cut, i));
            }
        }
    }

    @Test
    void aWalkMayStartAtAnyChunk() {
        for (Shape cut : new Shape[] {Shape.of(2, 1, 900), Shape.of(2, 7, 1), Shape.of(1, 1, 4), Shape.of(1, 7, 100)}) {
            BlockLayout layout = BlockLayout.of(Shape.of(2, 7, 900), cut);
            for (int start = 0; start < 2 * 7 * 900; start += ElementReader.CHUNK) {
                BlockLayout.Walk walk = layout.walk(start);
                assertThat(walk.next(start + 11)).isTrue();
                assertThat(walk.from()).isEqualTo(start);
                assertThat(walk.blockOf(walk.to() - 1))
                        .isEqualTo(ScalarOracle.blockOf(layout.tensor(), cut, walk.to() - 1));
            }
        }
    }

    @Test
    void aLayoutRepeatsWhereItsBlocksDo() {
        assertThat(BlockLayout.of(Shape.of(9, 7), Shape.of(9, 7)).repeatsEvery(5))
                .isTrue();
        assertThat(BlockLayout.of(Shape.of(9, 8), Shape.of(9, 1)).repeatsEvery(16))
                .isTrue();
        assertThat(BlockLayout.of(Shape.of(9, 8), Shape.of(9, 1)).repeatsEvery(12))
                .isFalse();
        assertThat(BlockLayout.of(Shape.of(9, 2, 4), Shape.of(9, 1, 4)).repeatsEvery(16))
                .isTrue();
        assertThat(BlockLayout.of(Shape.of(9, 8), Shape.of(1, 8)).repeatsEvery(8))
                .isFalse();
    }

    @Test
    void stretchesAreAsLongAsTheyCanBe() {
        assertThat(stretches(Shape.of(2, 3, 4), Shape.of(2, 3, 4))).isEqualTo(1); // per tensor
        assertThat(stretches(Shape.of(2, 3, 4, 5), Shape.of(2, 1, 4, 5))).isEqualTo(6); // NCHW, axis 1
        assertThat(stretches(Shape.of(8, 10), Shape.of(8, 1))).isEqualTo(8); // last axis
        assertThat(stretches(Shape.of(8, 1, 10), Shape.of(8, 1, 1))).isEqualTo(8);
        assertThat(stretches(Shape.of(4, 6), Shape.of(1, 1))).isEqualTo(1); // each element its own block
        assertThat(stretches(Shape.of(4, 6), Shape.of(1, 3))).isEqualTo(8);
        assertThat(stretches(Shape.SCALAR, Shape.SCALAR)).isEqualTo(1);
    }

    private static int stretches(Shape tensor, Shape block) {
        BlockLayout.Walk walk = BlockLayout.of(tensor, block).walk();
        int count = 0;
        while (walk.next((int) tensor.elements())) {
            count++;
        }
        return count;
    }
}
