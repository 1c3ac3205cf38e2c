// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static io.quantflux.spec.CalibrationState.MINVAL;
import static io.quantflux.spec.CalibrationState.SCALE;
import static io.quantflux.spec.CalibrationState.ZERO_POINT;

import io.quantflux.engine.FakeQuantize.FakeQuantized;
import io.quantflux.engine.StepResult.Outcome;
import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.engine.kernel.InstalledKernels;
import io.quantflux.engine.kernel.Kernels;
import io.quantflux.engine.kernel.Observation;
import io.quantflux.engine.kernel.Parallelism;
import io.quantflux.spec.BlockSizeMismatchException;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.FloatRange;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.NumericArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Switches;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorStatistics;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass of a fake quantizer as a pure function: {@code (state, tensor) → (state', output)}.
 *
 * <p>Semantics and arithmetic are those of {@code FakeQuantizeImplBase.forward} of Apple's {@code coreai_opt} 0.3 on the
 * CPU, to the bit, with float16 and bfloat16 input widened to float32 first. Where the reference would fail (qparams asked
 * for before the first observation, a block-size mismatch with the observer off) tensors pass through instead.
 *
 * <p>Thread-safe and stateless: no I/O, no clock, no logging. Callers turn switches with {@link CalibrationState#with}.
 */
public final class CalibrationOperator {
    private final Components components;
    private final NonFinitePolicy policy;
    private final Parallelism parallelism;
    private final Kernels kernels = InstalledKernels.get();

    /**
     * With the components that specs may name, and what to do with NaN and infinities; on the calling thread alone.
     *
     * @param components what keys of specs stand for
     * @param policy what happens to NaN and infinities where a spec does not say
     */
    public CalibrationOperator(Components components, NonFinitePolicy policy) {
        this(components, policy, Parallelism.NONE);
    }

    /**
     * With large tensors shared out; the results are the same bits.
     *
     * @param components what keys of specs stand for
     * @param policy what happens to NaN and infinities where a spec does not say
     * @param parallelism who shares the work on a large tensor
     */
    public CalibrationOperator(Components components, NonFinitePolicy policy, Parallelism parallelism) {
        this.components = components;
        this.policy = policy;
        this.parallelism = parallelism;
    }

    /**
     * {@return the state before the first tensor}
     *
     * @param spec how it is quantized
     * @param target what the tensor is: activation, weight or look-up table
     * @throws InvalidSpecException if a registry key or an extra field is unknown, or an extra field has a wrong value
     */
    public CalibrationState start(QuantizationSpec spec, QuantizationTarget target) {
        components.choose(spec, target);
        return CalibrationState.initial(spec, target);
    }

    /**
     * Passes one tensor through.
     *
     * @param state as the last step or {@link #start} has left it
     * @param tensor at least one element; float32, float16 or bfloat16
     * @return output, state and what was measured
     * @throws InvalidSpecException if the tensor is empty, its rank does not fit the granularity, or its blocks are not
     * those of the stored qparams; the state is not to be changed then
     */
    public StepResult step(CalibrationState state, Tensor tensor) {
        return step(state, tensor, OutputMemory.HEAP);
    }

    /**
     * As {@link #step(CalibrationState, Tensor)}, with the output in memory of the caller's.
     *
     * @param state as the last step or {@link #start} has left it
     * @param tensor at least one element; float32, float16 or bfloat16
     * @param memory for the output
     * @return output, state and what was measured
     * @throws InvalidSpecException as {@link #step(CalibrationState, Tensor)} does
     */
    public StepResult step(CalibrationState state, Tensor tensor, OutputMemory memory) {
        if (tensor.elements() == 0) {
            throw new InvalidSpecException("shape", tensor.shape(), "a tensor must have at least one element");
        }
        Switches switches = state.switches();
        if (switches.disabled()) {
            return passed(state, tensor, Outcome.DISABLED);
        }
        Components.Chosen chosen = components.choose(state.spec(), state.target());
        if (!switches.observer()
                && !switches.fakeQuant()
                && !chosen.calculator().stateless()) {
            return passed(state, tensor, state.isInitialized() ? Outcome.STORED : Outcome.NOT_READY);
        }
        BlockLayout layout;
        try {
            layout = BlockLayout.of(tensor.shape(), state.spec().granularity().blockOf(tensor.shape(), state.target()));
        } catch (BlockSizeMismatchException e) {
            return passed(state.with(switches.withDisabled(true)), tensor, Outcome.DISABLED_NOW);
        }
        return observeAndQuantize(state, chosen, tensor, layout, memory);
    }

    private StepResult observeAndQuantize(
            CalibrationState state, Components.Chosen chosen, Tensor tensor, BlockLayout layout, OutputMemory memory) {
        CalibrationState known = known(state, chosen.calculator(), tensor, layout);
        Observation seen = Observation.of(tensor, layout, kernels, parallelism);
        BlockedTensor blocked = new BlockedTensor(tensor, layout, seen, parallelism, ByteBuffer::allocate);
        boolean finite = seen.nonFinite().total() == 0;
        if (rejects(state, seen)) {
            return result(state, tensor, Outcome.REJECTED, seen, null);
        }
        CalibrationState after = state;
        QParams qparams = known.qparams();
        Outcome outcome = qparams != null ? Outcome.STORED : Outcome.NOT_READY;
        if (chosen.calculator().stateless() || mayObserve(known)) {
            if (finite || policyFor(state) == NonFinitePolicy.PROPAGATE) {
                after = observed(known, chosen, blocked);
                qparams = after.qparams();
                outcome = Outcome.OBSERVED;
            } else {
                outcome = Outcome.QUARANTINED;
            }
        }
        if (!state.switches().fakeQuant() || qparams == null) {
            return result(after, tensor, outcome, seen, null);
        }
        CalibrationState settled = after;
        Outcome settledOutcome = outcome;
        BlockedTensor writing = blocked.withOutputMemory(bytes -> memory.allocate(settled, settledOutcome, bytes));
        FakeQuantized done = chosen.fakeQuantize().fakeQuantize(writing, qparams);
        return result(after, tensor, outcome, seen, new Quantized(qparams, done));
    }

    /** The state as far as it holds for a tensor cut into blocks like this one. */
    private static CalibrationState known(
            CalibrationState state, QParamsCalculator calculator, Tensor tensor, BlockLayout layout) {
        QParams qparams = state.qparams();
        if (calculator.stateless()) {
            return state.withArrays(Map.of());
        }
        if (qparams == null || qparams.shape().equals(layout.qparams())) {
            return state;
        }
        if (!state.spec().granularity().mayFollow(qparams.shape(), layout.qparams(), state.target())) {
            throw new InvalidSpecException(
                    "shape",
                    tensor.shape(),
                    "has qparams of shape " + layout.qparams() + ", and those calibrated so far have shape "
                            + qparams.shape());
        }
        QParamsCalculator.Calibrated resized = calculator.resized(state, layout.qparams());
        return state.withArrays(resized == null ? Map.of() : arrays(resized));
    }

    private static boolean mayObserve(CalibrationState state) {
        boolean frozen = state.isInitialized() && state.spec().floatRange().isFixed();
        return state.switches().observer() && !state.switches().exportMode() && !frozen;
    }

    private static CalibrationState observed(CalibrationState state, Components.Chosen chosen, BlockedTensor tensor) {
        QParamsCalculator.Calibrated calibrated =
                chosen.calculator().update(state, bounded(state.spec().floatRange(), chosen.range(), tensor));
        return state.observed(arrays(calibrated));
    }

    private static Map<String, NumericArray> arrays(QParamsCalculator.Calibrated calibrated) {
        Map<String, NumericArray> arrays = new TreeMap<>(calibrated.memory());
        QParams qparams = calibrated.qparams();
        arrays.put(SCALE, qparams.scale());
        if (qparams.zeroPoint() != null && qparams.minval() != null) {
            arrays.put(ZERO_POINT, qparams.zeroPoint());
            arrays.put(MINVAL, qparams.minval());
        }
        return arrays;
    }

    /** The range with the user's bounds in place of what was observed, and zero within. */
    private static Range bounded(FloatRange fixed, RangeCalculator calculator, BlockedTensor tensor) {
        if (fixed.min() != null && fixed.max() != null) {
            return new Range(filled(tensor.shape(), fixed.min()), filled(tensor.shape(), fixed.max()));
        }
        Range range = calculator.range(tensor);
        float[] min = range.min().toArray();
        float[] max = range.max().toArray();
        for (int block = 0; block < min.length; block++) {
            min[block] = fixed.min() != null ? fixed.min() : min[block] > 0 ? 0 : min[block]; // NaN stays
            max[block] = fixed.max() != null ? fixed.max() : max[block] < 0 ? 0 : max[block];
        }
        return new Range(FloatArray.of(tensor.shape(), min), FloatArray.of(tensor.shape(), max));
    }

    private static FloatArray filled(Shape shape, float value) {
        float[] values = new float[(int) shape.elements()];
        Arrays.fill(values, value);
        return FloatArray.of(shape, values);
    }

    private StepResult passed(CalibrationState state, Tensor tensor, Outcome outcome) {
        BlockLayout whole = BlockLayout.of(tensor.shape(), tensor.shape());
        Observation seen = Observation.of(tensor, whole, kernels, parallelism);
        boolean rejected = rejects(state, seen) && !state.switches().disabled();
        return result(state, tensor, rejected ? Outcome.REJECTED : outcome, seen, null);
    }

    private boolean rejects(CalibrationState state, Observation seen) {
        return seen.nonFinite().total() > 0 && policyFor(state) == NonFinitePolicy.REJECT;
    }

    private NonFinitePolicy policyFor(CalibrationState state) {
        NonFinitePolicy own = state.spec().nonFinitePolicy();
        return own == null ? policy : own;
    }

    private record Quantized(QParams qparams, FakeQuantized result) {}

    private static StepResult result(
            CalibrationState state, Tensor tensor, Outcome outcome, Observation seen, @Nullable Quantized quantized) {
        FakeQuantized done = quantized == null ? null : quantized.result();
        TensorStatistics statistics = new TensorStatistics(
                tensor.elements(),
                seen.min(),
                seen.max(),
                seen.sumSquares(),
                done == null ? 0 : done.sumSquaredError(),
                done == null ? 0 : done.clipped(),
                done == null ? 0 : done.underflowed(),
                seen.nonFinite());
        return new StepResult(
                state,
                done == null ? tensor : done.output(),
                outcome,
                quantized == null ? null : quantized.qparams(),
                statistics);
    }
}
