// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.DType;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Formulation;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.IntegerDType;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Scheme;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class FakeQuantizerTest {
    private static final QuantizationTarget ACTIVATION = QuantizationTarget.ACTIVATION;
    private final FakeQuantizer fake = new FakeQuantizer(QuantizationSpec.DEFAULT, ACTIVATION);

    private static INDArray row(float... values) {
        return Nd4j.createFromArray(values);
    }

    private static QParams known(FakeQuantizer fake) {
        return fake.calculateQParams().orElseThrow();
    }

    @Test
    void forwardQuantizesAndDequantizes() {
        assertThat(fake.calculateQParams()).isEmpty();
        INDArray output = fake.forward(row(-1, 3, 0.1f));
        assertThat(Float.floatToIntBits(known(fake).scale().get(0))).isEqualTo(0x3cc0c0c1);
        assertThat(output.toFloatVector()).containsExactly(-42 * 0.023529412f, 127 * 0.023529412f, 4 * 0.023529412f);
        assertThat(fake.statistics())
                .hasValueSatisfying(s -> assertThat(s.elements()).isEqualTo(3));
    }

    @Test
    void forwardSeesTheElementsOfViewsAndOtherOrders() {
        INDArray base = Nd4j.linspace(DataType.FLOAT, -3, 0.37, 60).reshape(5, 12);
        INDArray[] views = {
            base.transpose(),
            base.dup('f'),
            base.get(NDArrayIndex.interval(1, 4), NDArrayIndex.interval(2, 2, 10)),
            base.getColumn(3),
            base.getRow(2),
            base.reshape(3, 4, 5).permute(2, 0, 1),
        };
        for (INDArray view : views) {
            FakeQuantizer one = new FakeQuantizer(QuantizationSpec.DEFAULT, ACTIVATION);
            FakeQuantizer other = new FakeQuantizer(QuantizationSpec.DEFAULT, ACTIVATION);
            INDArray dense = Nd4j.create(view.dup('c').data().asFloat(), view.shape(), 'c');
            assertThat(one.forward(view)).isEqualTo(other.forward(dense));
            assertThat(one.state()).isEqualTo(other.state());
            assertThat(one.forward(view).shape()).isEqualTo(view.shape());
        }
    }

    @Test
    void anArraySurvivesTheWayThroughATensor() {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.FLOAT16, DataType.BFLOAT16}) {
            INDArray array =
                    Nd4j.linspace(DataType.FLOAT, -2, 0.25, 24).reshape(2, 3, 4).castTo(type);
            assertThat(Nd4jTensors.array(Nd4jTensors.tensor(array))).isEqualTo(array);
        }
        INDArray scalar = Nd4j.scalar(2.5f);
        assertThat(Nd4jTensors.tensor(scalar).shape().rank()).isZero();
        assertThat(Nd4jTensors.array(Nd4jTensors.tensor(scalar))).isEqualTo(scalar);
    }

    @Test
    void otherDataTypesAreRefusedByName() {
        assertThatThrownBy(() -> fake.forward(Nd4j.ones(DataType.DOUBLE, 2)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("dtype was DOUBLE but must be FLOAT, HALF or BFLOAT16");
        assertThatThrownBy(() -> fake.forward(Nd4j.empty(DataType.FLOAT))).hasMessageContaining("at least one element");
    }

    @Test
    void gradientsPassWhereNothingWasClamped() {
        QuantizationSpec spec = QuantizationSpec.builder().floatRange(-2f, 2f).build();
        FakeQuantizer bounded = new FakeQuantizer(spec, ACTIVATION);
        bounded.forward(row(-5, -1, 0, 1, 5));
        INDArray gradient = bounded.backward(row(1, 2, 3, 4, -5));
        assertThat(gradient.toFloatVector()).containsExactly(0f, 2f, 3f, 4f, -0f);
        bounded.enableFakeQuant(false);
        bounded.forward(row(-5, -1, 0, 1, 5));
        INDArray whole = row(1, 2, 3, 4, 5);
        assertThat(bounded.backward(whole)).isSameAs(whole);
    }

    @Test
    void backwardNeedsAForwardPassOfTheSameShape() {
        assertThatThrownBy(() -> fake.backward(row(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("forward pass first");
        fake.forward(row(1, 2));
        assertThatThrownBy(() -> fake.backward(row(1, 2, 3)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("must have the shape of the last forward pass, 2");
    }

    @Test
    void exportModeFreezesAndUnfreezes() {
        fake.forward(row(-1, 1));
        QParams first = known(fake);
        fake.setExportMode(true);
        fake.forward(row(-9, 9));
        assertThat(known(fake)).isEqualTo(first);
        fake.setExportMode(false);
        fake.forward(row(-9, 9));
        assertThat(known(fake)).isNotEqualTo(first);
    }

    @Test
    void granularityMayChangeOnlyBeforeTheFirstPass() {
        fake.setGranularity(new Granularity.PerChannel(1));
        assertThat(fake.granularity()).isEqualTo(new Granularity.PerChannel(1));
        fake.forward(Nd4j.rand(DataType.FLOAT, 2, 5));
        assertThat(known(fake).scale().shape()).hasToString("1x5");
        assertThatThrownBy(() -> fake.setGranularity(new Granularity.PerTensor()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Cannot change granularity after observer has been initialized.");
    }

    @Test
    void aBlockSizeMismatchDisablesForGood() {
        QuantizationSpec spec = QuantizationSpec.DEFAULT.with(new Granularity.PerBlock(1, 4));
        FakeQuantizer blocks = new FakeQuantizer(spec, ACTIVATION);
        INDArray odd = Nd4j.rand(DataType.FLOAT, 2, 6);
        assertThat(blocks.forward(odd)).isSameAs(odd);
        assertThat(blocks.isDisabled()).isTrue();
        INDArray even = Nd4j.rand(DataType.FLOAT, 2, 8);
        assertThat(blocks.forward(even)).isSameAs(even);
    }

    @Test
    void theRecipeGivesEachItsOwnState() {
        Supplier<FakeQuantizer> recipe = FakeQuantizer.withArgs(QuantizationSpec.DEFAULT, ACTIVATION);
        FakeQuantizer one = recipe.get();
        one.forward(row(1, 2));
        assertThat(recipe.get().calculateQParams()).isEmpty();
        QuantizationSpec wrong =
                QuantizationSpec.builder().qparamCalculatorCls("percentile").build();
        assertThatThrownBy(() -> FakeQuantizer.withArgs(wrong, ACTIVATION))
                .hasMessageContaining("No class is registered with key 'percentile'");
    }

    @Test
    void aRestoredStateGoesOnAsIfNothingHadHappened() {
        fake.forward(row(-1, 1));
        CalibrationState saved = fake.state();
        fake.forward(row(-7, 3));
        FakeQuantizer other = new FakeQuantizer(QuantizationSpec.DEFAULT, QuantizationTarget.WEIGHT);
        other.restore(saved);
        other.forward(row(-7, 3));
        assertThat(other.state()).isEqualTo(fake.state());
    }

    @Test
    void itSaysWhatItIs() {
        fake.enableObserver(false);
        assertThat(fake)
                .hasToString("FakeQuantizer(qformulation=zp, observer=off, fake_quant=on, export_mode=off, {})");
    }

    @ParameterizedTest
    @EnumSource(IntegerDType.class)
    void integersComeBackFromTheirStoredFormWithinHalfAStep(IntegerDType dtype) {
        for (Formulation formulation : Formulation.values()) {
            FakeQuantizer integers = roundTrip(QuantizationSpec.builder()
                    .dtype(dtype)
                    .qscheme(Scheme.ASYMMETRIC)
                    .qformulation(formulation)
                    .build());
            INDArray x = Nd4j.linspace(DataType.FLOAT, -1, 0.05, 40);
            INDArray y = integers.forward(x);
            QParams qparams = known(integers);
            INDArray stored = integers.quantize(x, qparams, true);
            assertThat(stored.dataType()).isEqualTo(dtype.signed() ? DataType.INT8 : DataType.UINT8);
            assertThat(integers.dequantize(stored, qparams)).isEqualTo(y);
            assertThat(integers.dequantize(integers.quantize(x, qparams, false), qparams))
                    .isEqualTo(y);
            assertThat(y.sub(x).amaxNumber().floatValue())
                    .isLessThanOrEqualTo(qparams.scale().get(0) / 2 + 1e-5f);
        }
    }

    @ParameterizedTest
    @EnumSource(FloatDType.class)
    void floatsComeBackFromTheirBitPatterns(FloatDType dtype) {
        FakeQuantizer floats = roundTrip(QuantizationSpec.builder().dtype(dtype).build());
        INDArray x = Nd4j.linspace(DataType.FLOAT, -1, 0.05, 40);
        INDArray y = floats.forward(x);
        INDArray stored = floats.quantize(x, known(floats), true);
        assertThat(stored.dataType()).isEqualTo(DataType.UINT8);
        assertThat(floats.dequantize(stored, known(floats))).isEqualTo(y);
        assertThat(floats.dequantize(stored, known(floats), DataType.FLOAT16).dataType())
                .isEqualTo(DataType.FLOAT16);
    }

    private static FakeQuantizer roundTrip(QuantizationSpec spec) {
        return new FakeQuantizer(spec, QuantizationTarget.WEIGHT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"int8", "uint4", "float8_e4m3fn"})
    void halfTypesGiveWhatTheOperatorGives(String dtype) {
        QuantizationSpec spec =
                QuantizationSpec.builder().dtype(DType.of(dtype)).build();
        CalibrationOperator operator = new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);
        INDArray x = Nd4j.linspace(DataType.FLOAT, -2, 0.1, 30).castTo(DataType.FLOAT16);
        INDArray y = new FakeQuantizer(spec, ACTIVATION).forward(x);
        assertThat(y.dataType()).isEqualTo(DataType.FLOAT16);
        assertThat(y)
                .isEqualTo(Nd4jTensors.array(operator.step(operator.start(spec, ACTIVATION), Nd4jTensors.tensor(x))
                        .output()));
    }

    @Test
    void qparamsOfAnotherShapeAreRefused() {
        fake.forward(row(1, 2));
        assertThatThrownBy(() -> fake.quantize(Nd4j.rand(DataType.FLOAT, 2, 2), known(fake), true))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("qparams was 1 but a 2x2 tensor needs 1x1");
    }

    @Test
    void dynamicHasQParamsOfEachArrayAndNoExportMode() {
        FakeQuantizer dynamic = new FakeQuantizer(
                QuantizationSpec.builder().qparamCalculatorCls("dynamic").build(), ACTIVATION);
        dynamic.forward(row(-1, 3));
        dynamic.enableObserver(false);
        dynamic.forward(Nd4j.createFromArray(new float[][] {{-6, 2}}));
        assertThat(known(dynamic).scale().toArray()).containsExactly(6 / 127.5f);
        dynamic.setExportMode(false);
        assertThatThrownBy(() -> dynamic.setExportMode(true))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("qparam_calculator_cls dynamic has no export mode");
    }

    @Test
    void theGradientIsThatOfABatchOfAnotherSize() {
        FakeQuantizer blocks =
                new FakeQuantizer(QuantizationSpec.DEFAULT.with(new Granularity.PerBlock(1, 2)), ACTIVATION);
        blocks.forward(Nd4j.createFromArray(new float[][] {{1, -1}, {2, -2}}));
        blocks.enableObserver(false);
        blocks.forward(Nd4j.createFromArray(new float[][] {{2, -3}}));
        assertThat(blocks.backward(Nd4j.createFromArray(new float[][] {{5, 5}})).toFloatVector())
                .containsExactly(5, 0);
        assertThat(known(blocks).scale().size()).isEqualTo(2);
    }
}
