// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.nd4j;

import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.engine.FakeQuantize;
import io.quantflux.engine.StepResult;
import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.spec.BlockSizeMismatchException;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorStatistics;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Fake quantization of ND4J arrays: the Java face of {@code coreai_opt}'s {@code FakeQuantizeImplBase}.
 *
 * <p>It holds a {@link CalibrationState} and passes every array through the same pure operator as the stream does, so both
 * give the same bits. Arrays are FLOAT, HALF or BFLOAT16, of any order and stride; results are new arrays of order
 * {@code c}, or the given array itself where nothing is to be done.
 *
 * <p>Where the reference warns or has no counterpart: qparams are {@linkplain Optional#empty() empty} before the first
 * pass; {@code register}, {@code get_class}, {@code list_registry_keys} and {@code list_registry_values} are methods of the
 * {@linkplain Components registries}; {@code convert} has none, as there is no graph whose nodes must be kept from
 * conversion.
 *
 * <p>Not thread-safe.
 */
public final class FakeQuantizer {
    private final Components components;
    private final CalibrationOperator operator;
    private CalibrationState state;
    private @Nullable Gradient gradient;
    private @Nullable TensorStatistics statistics;

    /**
     * With the components on the class path, and non-finite tensors quarantined.
     *
     * @param spec how the tensor is quantized
     * @param target what the tensor is: activation, weight or look-up table
     * @throws InvalidSpecException if the spec names unknown components or fields
     */
    public FakeQuantizer(QuantizationSpec spec, QuantizationTarget target) {
        this(spec, target, Components.standard(), NonFinitePolicy.QUARANTINE);
    }

    /**
     * With chosen components and policy.
     *
     * @param spec how the tensor is quantized
     * @param target what the tensor is: activation, weight or look-up table
     * @param components what keys of specs stand for
     * @param policy {@link NonFinitePolicy#PROPAGATE} is what the reference does
     * @throws InvalidSpecException if the spec names unknown components or fields
     */
    public FakeQuantizer(
            QuantizationSpec spec, QuantizationTarget target, Components components, NonFinitePolicy policy) {
        this.components = components;
        this.operator = new CalibrationOperator(components, policy);
        this.state = operator.start(spec, target);
    }

    /**
     * {@return the counterpart of {@code with_args}: a recipe, each use of which makes a fake quantizer with a state of
     * its own}
     *
     * @param spec how the tensor is quantized
     * @param target what the tensor is: activation, weight or look-up table
     */
    public static Supplier<FakeQuantizer> withArgs(QuantizationSpec spec, QuantizationTarget target) {
        new FakeQuantizer(spec, target);
        return () -> new FakeQuantizer(spec, target);
    }

    /**
     * Observes and fake-quantizes, as the switches say.
     *
     * @param input FLOAT, HALF or BFLOAT16
     * @return same shape and data type as the input; the input itself if it passes through
     * @throws InvalidSpecException if the array's type, rank or blocks do not fit
     */
    public INDArray forward(INDArray input) {
        Tensor tensor = Nd4jTensors.tensor(input);
        StepResult result = operator.step(state, tensor);
        state = result.state();
        statistics = result.statistics();
        QParams qparams = result.qparams();
        if (qparams == null) {
            gradient = new Gradient(tensor.shape(), null);
            return input;
        }
        gradient = new Gradient(tensor.shape(), fakeQuantize().gradientMask(tensor, qparams, layout(tensor.shape())));
        return Nd4jTensors.array(result.output());
    }

    /**
     * The straight-through gradient: {@code gradOutput} where the last forward pass stayed within the representable range,
     * {@code gradOutput * 0} where it was clamped.
     *
     * @param gradOutput gradient of the loss by the output; shape of the last input
     * @return same shape and type; {@code gradOutput} itself if the pass went through unchanged
     * @throws IllegalStateException before the first forward pass
     */
    public INDArray backward(INDArray gradOutput) {
        if (gradient == null) {
            throw new IllegalStateException("backward needs a forward pass first");
        }
        return gradient.apply(gradOutput);
    }

    /**
     * Quantizes with given qparams.
     *
     * @param tensor FLOAT, HALF or BFLOAT16
     * @param qparams with the shape that the granularity gives for this array
     * @param castToTargetDtype whether the result is of the target dtype: BYTE or UBYTE for integers, and for floating
     *     dtypes UBYTE bit patterns of {@code float8_e4m3fn} or {@code float8_e5m2}, which ND4J does not have. Otherwise
     *     quantized values in the array's own data type
     * @return the quantized values, shaped as the array
     */
    public INDArray quantize(INDArray tensor, QParams qparams, boolean castToTargetDtype) {
        Tensor values = Nd4jTensors.tensor(tensor);
        Tensor quantized = fakeQuantize().quantize(values, qparams, layout(values.shape(), qparams));
        return castToTargetDtype
                ? QuantizedArrays.toTarget(quantized, state.spec().dtype())
                : QuantizedArrays.narrowed(quantized, values.elementType());
    }

    /**
     * {@return {@link #dequantize(INDArray, QParams, DataType)} to FLOAT}
     *
     * @param tensor FLOAT, HALF or BFLOAT16
     * @param qparams one value for each block of the tensor
     */
    public INDArray dequantize(INDArray tensor, QParams qparams) {
        return dequantize(tensor, qparams, DataType.FLOAT);
    }

    /**
     * {@return the inverse of {@link #quantize}; takes both of its forms}
     *
     * @param tensor FLOAT, HALF or BFLOAT16
     * @param qparams one value for each block of the tensor
     * @param outputDtype FLOAT, HALF or BFLOAT16
     */
    public INDArray dequantize(INDArray tensor, QParams qparams, DataType outputDtype) {
        Tensor quantized = QuantizedArrays.values(tensor, state.spec().dtype());
        Tensor values = fakeQuantize().dequantize(quantized, qparams, layout(quantized.shape(), qparams));
        return QuantizedArrays.narrowed(values, Nd4jTensors.elementType(outputDtype));
    }

    /** {@return the newest qparams; empty before the first observation} */
    public Optional<QParams> calculateQParams() {
        return Optional.ofNullable(state.qparams());
    }

    /**
     * Freezes the qparams, or lets updates resume.
     *
     * @param enabled whether it is on
     * @throws UnsupportedOperationException on enabling, if each array has qparams of its own ({@code dynamic})
     */
    public void setExportMode(boolean enabled) {
        String calculator = state.spec().qparamCalculatorCls();
        if (enabled
                && components.choose(state.spec(), state.target()).calculator().stateless()) {
            throw new UnsupportedOperationException(
                    "qparam_calculator_cls " + calculator + " has no export mode: its qparams depend on the input");
        }
        state = state.with(state.switches().withExportMode(enabled));
    }

    /**
     * Whether forward passes update the qparams; on at first.
     *
     * @param enabled whether it is on
     */
    public void enableObserver(boolean enabled) {
        state = state.with(state.switches().withObserver(enabled));
    }

    /**
     * Whether forward passes quantize; on at first.
     *
     * @param enabled whether it is on
     */
    public void enableFakeQuant(boolean enabled) {
        state = state.with(state.switches().withFakeQuant(enabled));
    }

    /** {@return whether an array that does not divide into blocks has disabled fake quantization for good} */
    public boolean isDisabled() {
        return state.switches().disabled();
    }

    /** {@return which elements share one scale} */
    public Granularity granularity() {
        return state.spec().granularity();
    }

    /**
     * Another granularity, as long as nothing has been observed.
     *
     * @param granularity which elements share qparams
     * @throws IllegalStateException after the first observation
     */
    public void setGranularity(Granularity granularity) {
        if (state.isInitialized()) {
            throw new IllegalStateException("Cannot change granularity after observer has been initialized. "
                    + "Granularity must be set before the first forward pass.");
        }
        state = new CalibrationState(
                state.spec().with(granularity), state.target(), state.switches(), 0, state.arrays());
    }

    /** {@return all that it has learned, switches included} */
    public CalibrationState state() {
        return state;
    }

    /**
     * Goes on from {@code saved}, spec and target included.
     *
     * @param saved what {@link #state()} has given
     * @throws InvalidSpecException if its spec names unknown components or fields
     */
    public void restore(CalibrationState saved) {
        operator.start(saved.spec(), saved.target());
        state = saved;
        gradient = null;
        statistics = null;
    }

    /** {@return what the last forward pass measured; empty before the first} */
    public Optional<TensorStatistics> statistics() {
        return Optional.ofNullable(statistics);
    }

    private FakeQuantize fakeQuantize() {
        return components.choose(state.spec(), state.target()).fakeQuantize();
    }

    /** @throws BlockSizeMismatchException if the shape does not divide into blocks */
    private BlockLayout layout(Shape shape) {
        return BlockLayout.of(shape, granularity().blockOf(shape, state.target()));
    }

    private BlockLayout layout(Shape shape, QParams qparams) {
        BlockLayout layout = layout(shape);
        if (!layout.qparams().equals(qparams.shape())) {
            throw new InvalidSpecException(
                    "qparams", qparams.shape(), "a " + shape + " tensor needs " + layout.qparams());
        }
        return layout;
    }

    /** As the reference's {@code extra_repr}, then what is known. */
    @Override
    public String toString() {
        return "FakeQuantizer(qformulation=" + state.spec().qformulation().key() + ", observer="
                + onOff(state.switches().observer()) + ", fake_quant="
                + onOff(state.switches().fakeQuant()) + ", export_mode="
                + onOff(state.switches().exportMode()) + (isDisabled() ? ", disabled" : "") + ", " + state.arrays()
                + ")";
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }
}
