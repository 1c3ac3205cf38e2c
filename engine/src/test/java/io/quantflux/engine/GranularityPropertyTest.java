// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.DType;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Formulation;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Scheme;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Every granularity on random shapes, against one element and one index at a time. */
class GranularityPropertyTest {
    private final CalibrationOperator operator =
            new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);
    private final SplittableRandom random = new SplittableRandom(20261123);

    @Test
    void everyGranularityEqualsIndexArithmetic() {
        for (int round = 0; round < 1500; round++) {
            Shape shape = shape();
            QuantizationSpec spec = spec(granularity(shape));
            QuantizationTarget target = any(QuantizationTarget.values());
            Tensor tensor = Tensors.random(random, shape, 2);
            StepResult result = operator.step(operator.start(spec, target), tensor);
            assertNaive(result, tensor);
        }
    }

    @Test
    void tensorsOfSeveralChunksDoSoToo() {
        int[][] shapes = {{300, 16}, {40, 64}, {2, 3, 1024}, {3, 2048}, {2, 5000}, {4096}, {2, 16, 128}, {5, 768}};
        for (int[] dims : shapes) {
            for (int round = 0; round < 12; round++) {
                QuantizationSpec spec = spec(granularity(Shape.of(dims)));
                Tensor tensor = Tensors.random(random, Shape.of(dims), 2);
                assertNaive(operator.step(operator.start(spec, QuantizationTarget.ACTIVATION), tensor), tensor);
            }
        }
    }

    private Shape shape() {
        int[] dims = new int[random.nextInt(6)];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = 1 + random.nextInt(dims.length > 3 ? 6 : 24);
        }
        return Shape.of(dims);
    }

    private Granularity granularity(Shape shape) {
        int rank = shape.rank();
        if (rank == 0) {
            return new Granularity.PerTensor();
        }
        int axis = random.nextInt(rank);
        int named = random.nextBoolean() ? axis : axis - rank;
        return switch (random.nextInt(4)) {
            case 0 -> new Granularity.PerTensor();
            case 1 -> new Granularity.PerChannel(named);
            case 2 -> new Granularity.PerBlock(named, divisor(shape.dim(axis)));
            default -> {
                List<Integer> sizes = new ArrayList<>();
                for (int each = 0; each < rank; each++) {
                    sizes.add(random.nextInt(4) == 0 ? -1 : divisor(shape.dim(each)));
                }
                yield new Granularity.PerBlocks(sizes);
            }
        };
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private int divisor(int extent) {
        int candidate = 1 + random.nextInt(extent);
        while (extent % candidate != 0) {
            candidate--;
        }
        return candidate;
    }

    private QuantizationSpec spec(Granularity granularity) {
        String[] dtypes = {"int8", "uint8", "int4", "uint2", "float8_e4m3fn", "float8_e5m2", "float4_e2m1fn_x2"};
        DType dtype = DType.of(dtypes[random.nextInt(dtypes.length)]);
        QuantizationSpec.Builder spec = QuantizationSpec.builder().dtype(dtype).granularity(granularity);
        if (!(dtype instanceof FloatDType)) {
            spec.qscheme(any(Scheme.values())).qformulation(any(Formulation.values()));
        }
        return spec.build();
    }

    private static void assertNaive(StepResult result, Tensor tensor) {
        CalibrationState state = result.state();
        QuantizationSpec spec = state.spec();
        Shape block = spec.granularity().blockOf(tensor.shape(), state.target());
        QParams qparams = requireNonNull(state.qparams());
        assertThat(qparams.shape()).isEqualTo(spec.granularity().qparamsShape(tensor.shape(), state.target()));
        float[] x = Tensors.values(tensor);
        float[] y = Tensors.values(result.output());
        float[] min = new float[qparams.scale().size()];
        float[] max = new float[min.length];
        Arrays.fill(min, 0);
        for (int i = 0; i < x.length; i++) {
            int at = ScalarOracle.blockOf(tensor.shape(), block, i);
            min[at] = Math.min(min[at], x[i]);
            max[at] = Math.max(max[at], x[i]);
            int zeroPoint =
                    qparams.zeroPoint() == null ? 0 : qparams.zeroPoint().get(at);
            float minval = qparams.minval() == null ? 0 : qparams.minval().get(at);
            float expected =
                    ScalarOracle.fakeQuantize(spec, x[i], qparams.scale().get(at), zeroPoint, minval);
            assertThat(Float.floatToIntBits(y[i]))
                    .as("%s of %s at %s", spec, tensor, i)
                    .isEqualTo(Float.floatToIntBits(expected));
        }
        if (state.target() == QuantizationTarget.ACTIVATION) {
            assertThat(requireNonNull(state.floats("running_min")).toArray()).containsExactly(min);
            assertThat(requireNonNull(state.floats("running_max")).toArray()).containsExactly(max);
        }
    }
}
