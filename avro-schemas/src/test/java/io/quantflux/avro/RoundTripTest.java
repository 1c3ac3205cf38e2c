// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.Examples.Wire;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Switches;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorStatistics;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("What is encoded decodes to the same bits")
class RoundTripTest {

    @ParameterizedTest
    @MethodSource("io.quantflux.avro.Examples#wires")
    void everyFieldSurvives(Wire wire) {
        assertThat(wire.decode().apply(ByteBuffer.wrap(wire.bytes()))).isEqualTo(wire.message());
    }

    @ParameterizedTest
    @MethodSource("io.quantflux.avro.Examples#wires")
    void anyKindOfBufferWillDoAndItsPositionStays(Wire wire) {
        byte[] bytes = wire.bytes();
        ByteBuffer heapSlice =
                ByteBuffer.wrap(shifted(bytes, 13), 13, bytes.length).slice();
        ByteBuffer inTheMiddle = ByteBuffer.wrap(shifted(bytes, 5), 5, bytes.length);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        for (ByteBuffer buffer :
                List.of(heapSlice, inTheMiddle, direct, direct.asReadOnlyBuffer(), heapSlice.asReadOnlyBuffer())) {
            int position = buffer.position();
            int limit = buffer.limit();
            assertThat(wire.decode().apply(buffer)).isEqualTo(wire.message());
            assertThat(buffer.position()).isEqualTo(position);
            assertThat(buffer.limit()).isEqualTo(limit);
        }
    }

    @Test
    void floatsKeepTheirNanPayloads() {
        QParamsUpdate decoded = QParamsCodec.decode(ByteBuffer.wrap(QParamsCodec.encode(Examples.QPARAMS)));

        QParams qparams = Objects.requireNonNull(decoded.qparams());
        assertThat(Float.floatToRawIntBits(qparams.scale().get(0))).isEqualTo(0x7f812345);
        assertThat(Float.floatToRawIntBits(qparams.scale().get(1))).isEqualTo(0xffc54321);
        TensorStatistics statistics = Objects.requireNonNull(decoded.statistics());
        assertThat(Float.floatToRawIntBits(statistics.max())).isEqualTo(0x7f812345);
    }

    @Test
    void whatIsAbsentStaysAbsent() {
        QParamsUpdate bare = new QParamsUpdate(
                QuantizationSpec.DEFAULT,
                QuantizationTarget.ACTIVATION,
                Switches.INITIAL,
                0,
                0,
                0,
                null,
                null,
                null,
                null,
                Examples.SOURCE);
        TensorState fresh = new TensorState(
                CalibrationState.initial(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION),
                -1,
                -1,
                0,
                null,
                TensorState.Session.NONE,
                List.of());
        TensorEvent event = new TensorEvent(TensorEvent.Kind.DRIFT, null, null, null, "", new SourcePosition(0, -1));

        assertThat(QParamsCodec.decode(ByteBuffer.wrap(QParamsCodec.encode(bare))))
                .isEqualTo(bare);
        assertThat(StateCodec.decode(ByteBuffer.wrap(StateCodec.encode(fresh)))).isEqualTo(fresh);
        assertThat(EventCodec.decode(ByteBuffer.wrap(EventCodec.encode(event)))).isEqualTo(event);
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void tensorsOfEveryElementTypeAndRankSurvive(ElementType type) {
        for (Shape shape : List.of(Shape.SCALAR, Shape.of(0), Shape.of(4, 0, 3), Shape.of(64), Shape.of(1, 1, 70, 1))) {
            Tensor tensor = new Tensor(shape, type, ByteBuffer.allocate((int) shape.elements() * type.bytes()));
            Activation activation = new Activation(0, tensor, null, QuantizationTarget.ACTIVATION, "", -1);
            assertThat(ActivationCodec.decode(ByteBuffer.wrap(ActivationCodec.encode(activation))))
                    .isEqualTo(activation);
        }
    }

    @ParameterizedTest
    @EnumSource(TensorEvent.Kind.class)
    void everyKindOfEventSurvives(TensorEvent.Kind kind) {
        TensorEvent event = new TensorEvent(kind, 1L, null, null, "", Examples.SOURCE);
        assertThat(EventCodec.decode(ByteBuffer.wrap(EventCodec.encode(event)))).isEqualTo(event);
    }

    @Test
    void everyActionSurvives() {
        List<Action> actions = List.of(
                new Action.SetExportMode(true),
                new Action.SetObserver(false),
                new Action.SetFakeQuant(true),
                new Action.SetCalibration(false),
                new Action.SetTraining(true),
                new Action.SetSchedule(new QatSchedule(0, 0, null)),
                new Action.ClearSchedule(),
                new Action.SetSpec(Examples.SPEC),
                new Action.Reset(),
                new Action.ReEnable(),
                new Action.SetNonFinite(NonFinitePolicy.REJECT));

        assertThat(actions)
                .extracting(Object::getClass)
                .hasSameElementsAs(List.of(Action.class.getPermittedSubclasses()));
        for (Action action : actions) {
            ControlCommand command = new ControlCommand("id", "ada", Selector.of("regex:run/.*"), action, null);
            assertThat(ControlCodec.decode(ByteBuffer.wrap(ControlCodec.encode(command))))
                    .isEqualTo(command);
        }
    }

    @Test
    void anArrayEncodesAsTheTensorOfItsValues() {
        float[] values = {1, -0.0f, Examples.SIGNALING_NAN, 3, 4, 5};
        Shape shape = Shape.of(3, 2);
        Activation activation =
                new Activation(8, Tensor.of(shape, values), Examples.SPEC, QuantizationTarget.ACTIVATION, "me", 3);

        assertThat(ActivationCodec.encode(8, shape, values, Examples.SPEC, QuantizationTarget.ACTIVATION, "me", 3))
                .isEqualTo(ActivationCodec.encode(activation));
    }

    @Test
    void theTensorSharesTheRecordsBytes() {
        byte[] record = ActivationCodec.encode(Examples.ACTIVATION);
        Tensor tensor = ActivationCodec.decode(ByteBuffer.wrap(record)).tensor();

        record[record.length - 1] ^= 0x7f;

        assertThat(tensor.data().get(tensor.data().limit() - 1)).isEqualTo(record[record.length - 1]);
    }

    private static byte[] shifted(byte[] bytes, int by) {
        byte[] shifted = new byte[bytes.length + by + 3];
        System.arraycopy(bytes, 0, shifted, by, bytes.length);
        return shifted;
    }
}
