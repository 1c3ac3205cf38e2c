// SPDX-License-Identifier: Apache-2.0
package com.example;

import io.quantflux.engine.BlockedTensor;
import io.quantflux.engine.FakeQuantize;
import io.quantflux.engine.fakequant.DefaultFakeQuantize;
import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.engine.kernel.ElementReader;
import io.quantflux.engine.kernel.ElementWriter;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Tensor;
import java.util.BitSet;
import java.util.Set;

/** {@code dead_zone}: magnitudes below {@code dead_zone} become 0, the others are quantized as by default; 0 unless given. */
public final class DeadZone implements FakeQuantize.Factory {
    private static final String ZONE = "dead_zone";

    @Override
    public String key() {
        return "dead_zone";
    }

    @Override
    public Set<String> extras() {
        return Set.of(ZONE);
    }

    @Override
    public FakeQuantize create(QuantizationSpec spec, QuantizationTarget target) {
        Object value = spec.extras().getOrDefault(ZONE, 0.0);
        if (!(value instanceof Number number) || !(number.doubleValue() >= 0)) {
            throw new InvalidSpecException(ZONE, value, "must be a number of at least 0");
        }
        return new Zoned(new DefaultFakeQuantize().create(spec, target), number.floatValue());
    }

    private record Zoned(FakeQuantize standard, float zone) implements FakeQuantize {
        @Override
        public FakeQuantized fakeQuantize(BlockedTensor tensor, QParams qparams) {
            float[] x = floats(tensor.tensor());
            Tensor quantized = quantize(tensor.tensor(), qparams, tensor.layout());
            Tensor output = dequantize(quantized, qparams, tensor.layout());
            float[] y = floats(output);
            double error = 0;
            long underflowed = 0;
            for (int i = 0; i < x.length; i++) {
                error += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
                underflowed += x[i] != 0 && y[i] == 0 ? 1 : 0;
            }
            long clipped = x.length - gradientMask(tensor.tensor(), qparams, tensor.layout()).cardinality();
            return new FakeQuantized(as(tensor.tensor().elementType(), output), error, clipped, underflowed);
        }

        @Override
        public Tensor quantize(Tensor tensor, QParams qparams, BlockLayout layout) {
            float[] x = floats(tensor);
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.abs(x[i]) < zone ? 0 : x[i];
            }
            return standard.quantize(Tensor.of(tensor.shape(), x), qparams, layout);
        }

        @Override
        public Tensor dequantize(Tensor quantized, QParams qparams, BlockLayout layout) {
            return standard.dequantize(quantized, qparams, layout);
        }

        @Override
        public BitSet gradientMask(Tensor tensor, QParams qparams, BlockLayout layout) {
            return standard.gradientMask(tensor, qparams, layout);
        }
    }

    private static float[] floats(Tensor tensor) {
        float[] all = new float[tensor.elements()];
        ElementReader reader = new ElementReader(tensor);
        float[] piece = reader.newChunk();
        int start = 0;
        for (int count = reader.read(piece); count > 0; count = reader.read(piece)) {
            System.arraycopy(piece, 0, all, start, count);
            start += count;
        }
        return all;
    }

    private static Tensor as(ElementType type, Tensor tensor) {
        ElementWriter writer = new ElementWriter(tensor.shape(), type);
        ElementReader reader = new ElementReader(tensor);
        float[] piece = reader.newChunk();
        for (int count = reader.read(piece); count > 0; count = reader.read(piece)) {
            writer.write(piece, count);
        }
        return writer.tensor();
    }
}
