// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.IntegerDType;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Scheme;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Switches;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorStatistics;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** One full message of each record, and what to do with it. */
final class Examples {
    static final float SIGNALING_NAN = Float.intBitsToFloat(0x7f812345);
    static final float NEGATIVE_NAN = Float.intBitsToFloat(0xffc54321);
    static final QuantizationSpec SPEC = QuantizationSpec.builder()
            .dtype(IntegerDType.UINT4)
            .qscheme(Scheme.ASYMMETRIC)
            .granularity(new Granularity.PerChannel(1))
            .floatRange(-0.5f, null)
            .extra("averaging_constant", 0.05)
            .build();
    static final FloatArray FLOATS = FloatArray.of(
            Shape.of(1, 3, 2), SIGNALING_NAN, NEGATIVE_NAN, -0.0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, 3.4f);
    static final IntArray INTS = IntArray.of(Shape.of(1, 3, 2), Integer.MIN_VALUE, -1, 0, 1, 127, Integer.MAX_VALUE);
    static final TensorStatistics STATISTICS = new TensorStatistics(
            6, -1.5f, SIGNALING_NAN, 1e300, 1e-300, 3, 2, new TensorStatistics.NonFinite(4, 5, 6, 1));
    static final SourcePosition SOURCE = new SourcePosition(7, 1L << 40);

    static final Activation ACTIVATION = new Activation(
            12,
            Tensor.of(Shape.of(2, 3), 1, -0.0f, SIGNALING_NAN, NEGATIVE_NAN, Float.MIN_VALUE, -2.5f),
            SPEC,
            QuantizationTarget.WEIGHT,
            "trainer-ü",
            99);
    static final FakeQuantized FAKE_QUANTIZED = new FakeQuantized(12, ACTIVATION.tensor(), 3, "observed", SOURCE);
    static final QParamsUpdate QPARAMS = new QParamsUpdate(
            SPEC,
            QuantizationTarget.LUT,
            new Switches(true, false, true, false),
            12,
            3,
            4,
            new QParams(FLOATS, INTS, FLOATS),
            FLOATS,
            FLOATS,
            STATISTICS,
            SOURCE);
    static final TensorEvent EVENT =
            new TensorEvent(TensorEvent.Kind.COMMAND_REJECTED, 5L, "id-1", "ada", "a schedule rules it", SOURCE);
    static final ControlCommand COMMAND = new ControlCommand(
            "id-1", "ada", Selector.of("run/*"), new Action.SetSchedule(new QatSchedule(1, 2, 30L)), 12L);
    static final TensorState STATE = new TensorState(
            new CalibrationState(
                    SPEC,
                    QuantizationTarget.ACTIVATION,
                    new Switches(false, true, false, true),
                    17,
                    Map.of("scale", FLOATS, "zero_point", INTS, "minval", FLOATS, "histogram", INTS)),
            41,
            12,
            3,
            new QatSchedule(1, 2, null),
            TensorState.Session.TRAINING,
            List.of(
                    new PendingCommand(8, COMMAND),
                    new PendingCommand(
                            9, new ControlCommand("id-2", "bob", Selector.ALL, new Action.SetSpec(SPEC), null))));
    static final ShardState SHARD = new ShardState(Long.MAX_VALUE);
    static final List<OpenMessage> OPEN = List.of(
            new OpenMessage(
                    ChunkHeader.of("trainer-ü", "7", 1, 10, 0xffffffffL, 4), List.of(-1L, 5L, 1L << 40), 1L << 40),
            OpenMessage.first(ChunkHeader.of("b", "0", 0, 3, 0, 4), 9));

    private Examples() {}

    /** A codec, seen without its type. */
    record Wire(String record, Object message, ByteBuffer encoded, Function<ByteBuffer, Object> decode) {
        Wire(String record, Object message, byte[] bytes, Function<ByteBuffer, Object> decode) {
            this(record, message, ByteBuffer.wrap(bytes), decode);
        }

        byte[] bytes() {
            byte[] bytes = new byte[encoded.remaining()];
            encoded.duplicate().get(bytes);
            return bytes;
        }

        @Override
        public String toString() {
            return record;
        }
    }

    static Stream<Wire> wires() {
        return Stream.of(
                new Wire("ActivationTensor", ACTIVATION, ActivationCodec.encode(ACTIVATION), ActivationCodec::decode),
                new Wire(
                        "FakeQuantizedTensor",
                        FAKE_QUANTIZED,
                        FakeQuantizedCodec.encode(FAKE_QUANTIZED),
                        FakeQuantizedCodec::decode),
                new Wire("QParams", QPARAMS, QParamsCodec.encode(QPARAMS), QParamsCodec::decode),
                new Wire("Event", EVENT, EventCodec.encode(EVENT), EventCodec::decode),
                new Wire("ControlCommand", COMMAND, ControlCodec.encode(COMMAND), ControlCodec::decode),
                new Wire("TensorState", STATE, StateCodec.encode(STATE), StateCodec::decode),
                new Wire("ShardState", SHARD, ShardStateCodec.encode(SHARD), ShardStateCodec::decode),
                new Wire("OpenMessages", OPEN, OpenMessagesCodec.encode(OPEN), OpenMessagesCodec::decode));
    }
}
