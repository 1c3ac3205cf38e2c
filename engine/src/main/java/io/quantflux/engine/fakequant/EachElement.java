// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.fakequant;

import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.engine.kernel.ElementReader;
import io.quantflux.engine.kernel.ElementWriter;
import io.quantflux.spec.Tensor;

/** Visits a tensor's elements in row-major order, each with its block. */
record EachElement(Tensor tensor, BlockLayout layout) {
    static EachElement of(Tensor tensor, BlockLayout layout) {
        return new EachElement(tensor, layout);
    }

    @FunctionalInterface
    interface Mapping {
        float apply(float value, int block);
    }

    @FunctionalInterface
    interface Visitor {
        void visit(int index, float value, int block);
    }

    void map(ElementWriter into, Mapping mapping) {
        float[] one = new float[1];
        forEach((index, value, block) -> {
            one[0] = mapping.apply(value, block);
            into.write(one, 1);
        });
    }

    void forEach(Visitor visitor) {
        ElementReader reader = new ElementReader(tensor);
        BlockLayout.Walk walk = layout.walk();
        float[] x = reader.newChunk();
        int start = 0;
        for (int count = reader.read(x); count > 0; count = reader.read(x)) {
            while (walk.next(start + count)) {
                for (int i = walk.from(); i < walk.to(); i++) {
                    visitor.visit(i, x[i - start], walk.blockOf(i));
                }
            }
            start += count;
        }
    }
}
