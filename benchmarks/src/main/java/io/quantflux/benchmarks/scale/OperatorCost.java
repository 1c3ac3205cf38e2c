// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.scale;

import io.quantflux.avro.StateCodec;
import io.quantflux.avro.TensorState;
import io.quantflux.benchmarks.scale.Curve.Growth;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.engine.OutputMemory;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

/** A step of the operator, all statistics included, into memory that is there already: one thread, no Kafka. */
final class OperatorCost {
    private static final int CHANNEL_ELEMENTS = 1_000_000;
    private static final long SHORTEST_NANOS = 20_000_000;
    private static final long WARM_UP_NANOS = 2_000_000_000;

    private final CalibrationOperator operator =
            new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);
    private final int repeats;
    private final BiConsumer<Curve, Curve.Point> said;

    /** @param said called with each point as it is measured */
    OperatorCost(int repeats, BiConsumer<Curve, Curve.Point> said) {
        this.repeats = repeats;
        this.said = said;
    }

    /** 4 KiB to 256 MiB, per tensor. */
    Curve bySize() {
        Curve curve = new Curve("operator_step", "a step, by tensor size", "bytes", "us", Growth.LINEAR);
        for (int bytes = 4 << 10; bytes <= 256 << 20; bytes *= 4) {
            Tensor tensor = tensor(Shape.of(bytes / Float.BYTES));
            said.accept(curve, curve.add(bytes, microseconds(QuantizationSpec.DEFAULT, tensor)));
        }
        return curve;
    }

    /** The same million elements as 1 to 100,000 channels; and what the state of these takes in the changelog. */
    List<Curve> byChannels() {
        Curve cost = new Curve("channels", "a step of 1,000,000 elements, by channels", "channels", "us", Growth.FLAT);
        Curve state = new Curve("channels_state", "state in the changelog", "channels", "bytes", Growth.LINEAR);
        QuantizationSpec spec = QuantizationSpec.builder()
                .granularity(new Granularity.PerChannel(0))
                .build();
        for (int channels = 1; channels <= 100_000; channels *= 10) {
            Tensor tensor = tensor(Shape.of(channels, CHANNEL_ELEMENTS / channels));
            said.accept(cost, cost.add(channels, microseconds(spec, tensor)));
            CalibrationState after = operator.step(operator.start(spec, QuantizationTarget.ACTIVATION), tensor)
                    .state();
            TensorState whole = new TensorState(after, 0, 0, 1, null, TensorState.Session.NONE, List.of());
            said.accept(state, state.add(channels, StateCodec.encode(whole).length));
        }
        return List.of(cost, state);
    }

    private static Tensor tensor(Shape shape) {
        int elements = (int) shape.elements();
        ByteBuffer data = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(elements);
        for (int i = 0; i < elements; i++) {
            data.putFloat((float) random.nextGaussian());
        }
        return new Tensor(shape, ElementType.FLOAT32, data.flip().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Median of several runs of a few milliseconds or one step, whichever is longer. */
    private double microseconds(QuantizationSpec spec, Tensor tensor) {
        ByteBuffer room = ByteBuffer.allocate(tensor.data().remaining());
        OutputMemory memory = (after, outcome, bytes) -> room.duplicate().limit(bytes);
        CalibrationState state = operator.start(spec, QuantizationTarget.ACTIVATION);
        double[] runs = new double[repeats];
        for (int run = -1; run < repeats; run++) { // first the compiler does its work, and the memory is touched
            long began = System.nanoTime();
            long steps = 0;
            do {
                state = operator.step(state, tensor, memory).state();
                steps++;
            } while (System.nanoTime() - began < (run < 0 ? WARM_UP_NANOS : SHORTEST_NANOS));
            if (run >= 0) {
                runs[run] = (System.nanoTime() - began) / 1e3 / steps;
            }
        }
        Arrays.sort(runs);
        return runs[repeats / 2];
    }
}
