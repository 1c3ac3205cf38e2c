// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static io.quantflux.spec.CalibrationState.MINVAL;
import static io.quantflux.spec.CalibrationState.SCALE;
import static io.quantflux.spec.CalibrationState.ZERO_POINT;

import io.quantflux.engine.FakeQuantize.FakeQuantized;
import io.quantflux.engine.StepResult.Outcome;
import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.engine.kernel.Kernels;
import io.quantflux.engine.kernel.LoopKernels;
import io.quantflux.engine.kernel.Observation;
import io.quantflux.spec.BlockSizeMismatchException;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.FloatRange;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NumericArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Switches;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorStatistics;
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
    private final Kernels kernels = new LoopKernels();

    public CalibrationOperator(Components components, NonFinitePolicy policy) {
        this.components = components;
        this.policy = policy;
    }

    /**
     * The state before the first tensor.
     *
     * @throws InvalidSpecException if a registry key or an extra field is unknown, or an extra field has a wrong value
     */
    public CalibrationState start(QuantizationSpec spec, QuantizationTarget target) {
        components.choose(spec, target);
        return CalibrationState.initial(spec, target);
    }

    /**
     * Passes one tensor through.
     *
     * @param tensor at least one element; float32, float16 or bfloat16
     * @throws InvalidSpecException if the tensor is empty, its rank does not fit the granularity, or its blocks are not
     *     those of the stored qparams; the state is not to be changed then
     */
    public StepResult step(CalibrationState state, Tensor tensor) {
        if (tensor.elements() == 0) {
            throw new InvalidSpecException("shape", tensor.shape(), "a tensor must have at least one element");
        }
        Switches switches = state.switches();
        if (switches.disabled()) {
            return passed(state, tensor, Outcome.DISABLED);
        }
        if (!switches.observer() && !switches.fakeQuant()) {
            return passed(state, tensor, state.isInitialized() ? Outcome.STORED : Outcome.NOT_READY);
        }
        BlockLayout layout;
        try {
            layout = BlockLayout.of(tensor.shape(), state.spec().granularity().blockOf(tensor.shape(), state.target()));
        } catch (BlockSizeMismatchException e) {
            return passed(state.with(switches.withDisabled(true)), tensor, Outcome.DISABLED_NOW);
        }
        requireSameBlocks(state, tensor, layout);
        return observeAndQuantize(state, tensor, layout);
    }

    private StepResult observeAndQuantize(CalibrationState state, Tensor tensor, BlockLayout layout) {
        Components.Chosen chosen = components.choose(state.spec(), state.target());
        Observation seen = Observation.of(tensor, layout, kernels);
        BlockedTensor blocked = new BlockedTensor(tensor, layout, seen);
        boolean finite = seen.nonFinite().total() == 0;
        if (rejects(seen)) {
            return result(state, tensor, Outcome.REJECTED, seen, null);
        }
        CalibrationState after = state;
        Outcome outcome = state.isInitialized() ? Outcome.STORED : Outcome.NOT_READY;
        if (mayObserve(state)) {
            if (finite || policy == NonFinitePolicy.PROPAGATE) {
                after = observed(state, chosen, blocked);
                outcome = Outcome.OBSERVED;
            } else {
                outcome = Outcome.QUARANTINED;
            }
        }
        QParams qparams = after.qparams();
        if (!after.switches().fakeQuant() || qparams == null) {
            return result(after, tensor, outcome, seen, null);
        }
        return result(after, tensor, outcome, seen, chosen.fakeQuantize().fakeQuantize(blocked, qparams));
    }

    private static boolean mayObserve(CalibrationState state) {
        boolean frozen = state.isInitialized() && state.spec().floatRange().isFixed();
        return state.switches().observer() && !state.switches().exportMode() && !frozen;
    }

    private static CalibrationState observed(CalibrationState state, Components.Chosen chosen, BlockedTensor tensor) {
        QParamsCalculator.Calibrated calibrated =
                chosen.calculator().update(state, bounded(state.spec().floatRange(), chosen.range(), tensor));
        Map<String, NumericArray> arrays = new TreeMap<>(calibrated.memory());
        QParams qparams = calibrated.qparams();
        arrays.put(SCALE, qparams.scale());
        if (qparams.zeroPoint() != null && qparams.minval() != null) {
            arrays.put(ZERO_POINT, qparams.zeroPoint());
            arrays.put(MINVAL, qparams.minval());
        }
        return state.observed(arrays);
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

    private static void requireSameBlocks(CalibrationState state, Tensor tensor, BlockLayout layout) {
        QParams qparams = state.qparams();
        if (qparams != null && !qparams.shape().equals(layout.qparams())) {
            throw new InvalidSpecException(
                    "shape",
                    tensor.shape(),
                    "has qparams of shape " + layout.qparams() + ", and those calibrated so far have shape "
                            + qparams.shape());
        }
    }

    private StepResult passed(CalibrationState state, Tensor tensor, Outcome outcome) {
        BlockLayout whole = BlockLayout.of(tensor.shape(), tensor.shape());
        Observation seen = Observation.of(tensor, whole, kernels);
        boolean rejected = rejects(seen) && !state.switches().disabled();
        return result(state, tensor, rejected ? Outcome.REJECTED : outcome, seen, null);
    }

    private boolean rejects(Observation seen) {
        return policy == NonFinitePolicy.REJECT && seen.nonFinite().total() > 0;
    }

    private static StepResult result(
            CalibrationState state, Tensor tensor, Outcome outcome, Observation seen, @Nullable FakeQuantized done) {
        TensorStatistics statistics = new TensorStatistics(
                tensor.elements(),
                seen.min(),
                seen.max(),
                seen.sumSquares(),
                done == null ? 0 : done.sumSquaredError(),
                done == null ? 0 : done.clipped(),
                done == null ? 0 : done.underflowed(),
                seen.nonFinite());
        return new StepResult(state, done == null ? tensor : done.output(), outcome, statistics);
    }
}
