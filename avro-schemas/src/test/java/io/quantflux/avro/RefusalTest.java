// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quantflux.avro.WireFormatException.Reason;
import io.quantflux.avro.wire.ActivationTensor;
import io.quantflux.avro.wire.Event;
import io.quantflux.avro.wire.EventKind;
import io.quantflux.avro.wire.NamedArray;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A refusal names the record, the field, what it was and what was expected")
class RefusalTest {
    private static final RecordFormat<ActivationTensor> ACTIVATIONS =
            new RecordFormat<>(ActivationTensor.getClassSchema());
    private static final RecordFormat<io.quantflux.avro.wire.ControlCommand> COMMANDS =
            new RecordFormat<>(io.quantflux.avro.wire.ControlCommand.getClassSchema());
    private static final RecordFormat<io.quantflux.avro.wire.TensorState> STATES =
            new RecordFormat<>(io.quantflux.avro.wire.TensorState.getClassSchema());

    @Test
    void noBytes() {
        refused(new byte[0], Reason.EMPTY, "ActivationTensor: has no bytes, expected at least 10");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            00 00 00 00 2a 01 | starts with 00 00, expected C3 01 (Avro single-object encoding); 00 looks like a schema registry's framing
            7b 22             | starts with 7B 22, expected C3 01 (Avro single-object encoding)
            c3                | header has 1 bytes, expected 10
            c3 02             | starts with C3 02, expected C3 01 (Avro single-object encoding)
            """)
    void bytesOfAnotherFraming(String hex, String message) {
        WireFormatException refused = catchThrowableOfType(
                WireFormatException.class, () -> ActivationCodec.decode(ByteBuffer.wrap(bytes(hex))));
        assertThat(refused).hasMessage("ActivationTensor: " + message);
        assertThat(refused.reason()).isEqualTo(message.startsWith("header") ? Reason.TRUNCATED : Reason.BAD_MAGIC);
    }

    @Test
    void aRecordOfAnotherSchema() {
        refused(
                ShardStateCodec.encode(Examples.SHARD),
                Reason.UNKNOWN_SCHEMA,
                "ActivationTensor: schema fingerprint ",
                " is none of the released ones, [");
    }

    @Test
    void aLengthBeyondTheRecord() {
        byte[] record = ActivationCodec.encode(Examples.ACTIVATION);
        // the payload is 24 bytes; its length, the varint 48, stands just before it
        record[record.length - 25] = 50;
        refused(record, Reason.TRUNCATED, "a field of 25 bytes at byte", "where 24 bytes are left");
    }

    @Test
    void moreItemsThanBytes() {
        refused(body(2, 0xfe, 0xff, 0xff, 0xff, 0x0f), Reason.TRUNCATED, "an array of 2147483647 items");
        refused(
                body(2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0),
                Reason.TRUNCATED,
                "an array of 9223372036854775808 items");
    }

    @Test
    void bytesThatAreNoEncoding() {
        refused(body(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2), Reason.MALFORMED, "more than 64 bits");
        refused(body(2, 0, 1), Reason.MALFORMED, "a length is -1, below 0");
        refused(body(2, 0, 2, 0xff, 0, 0), Reason.MALFORMED, "a string is no UTF-8");
        refused(body(2, 0, 2, 'x', 6, 0, 0), Reason.MALFORMED, "no encoding of its schema");
    }

    @Test
    void tensorsThatContradictThemselves() {
        invalid(wire -> wire.setDtype("float64"), "dtype was float64 but must be float32, float16 or bfloat16");
        invalid(wire -> wire.setShape(List.of(3L)), "data was 8 bytes but a 3 tensor of float32 needs 4 bytes");
        invalid(wire -> wire.setShape(List.of(-2L)), "shape was [-2] but every extent must be between 0 and 2^31-1");
        invalid(wire -> wire.setShape(List.of(1L << 31)), "every extent must be between 0 and 2^31-1");
        invalid(wire -> wire.setShape(Collections.nCopies(5, (1L << 31) - 1)), "must have fewer than 2^63 elements");
        invalid(wire -> wire.setShape(Collections.nCopies(17, 1L)), "shape was 17 axes but must have at most 16 axes");
        invalid(wire -> wire.setShape(List.of(1_000_000L, 1_000_000L)), "data was 8 bytes but");
        invalid(wire -> wire.setStep(-1), "step was -1 but must be at least 0");
        invalid(wire -> wire.setSequence(-2), "sequence was -2 but must be at least 0, or -1 for none");
        invalid(wire -> wire.setTarget("bias"), "target was bias but must be one of [weight, activation, lut]");
    }

    @Test
    void specsThatAreRefused() {
        invalid(
                wire -> wire.setSpec("{"),
                "spec.json was not readable but expected one object: the text ends too early at line 1, column 2");
        invalid(wire -> wire.setSpec("null"), "spec.json was null but must be an object");
        invalid(wire -> wire.setSpec("{\"qscheme\": \"odd\"}"), "qscheme was odd but");
        invalid(
                wire -> wire.setSpec("[".repeat(60_000)),
                "spec.json was not readable but expected one object: found a list at line 1, column 1");
        invalid(wire -> wire.setSpec(" ".repeat(65_537)), "spec was 65537 characters but must have at most 65536");
    }

    @Test
    void messagesStayOnOneShortLineWhateverTheRecordSays() {
        WireFormatException refused = catchThrowableOfType(
                WireFormatException.class,
                () -> ActivationCodec.decode(
                        activation(wire -> wire.setDtype("a\nb\u0000\u001b[31m" + "x".repeat(100_000)))));
        assertThat(refused.getMessage())
                .startsWith("ActivationTensor: dtype was a b [31mxxx")
                .hasSizeLessThan(500);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            set_observer    |      |  | enabled was null but is what set_observer needs
            set_export_mode |      |  | enabled was null but is what set_export_mode needs
            set_spec        |      |  | spec was null but is what set_spec needs
            set_schedule    |      |  | schedule was null but is what set_schedule needs
            clear_schedule  | true |  | enabled was true but clear_schedule does not take it
            reset           | true |  | enabled was true but reset does not take it
            set_observer    | true | {} | spec was
            freeze          | true |  | action was freeze but must be one of [set_export_mode, set_observer, set_fake_quant, set_calibration, set_training, set_schedule, clear_schedule, set_spec, reset, re_enable, set_nonfinite_default, set_nonfinite_quarantine, set_nonfinite_reject, set_nonfinite_propagate]
            """)
    void commandsWithTheWrongArguments(
            String action, @Nullable Boolean enabled, @Nullable String spec, String message) {
        byte[] record = COMMANDS.encode(
                new io.quantflux.avro.wire.ControlCommand("id", "ada", "run/*", action, enabled, spec, null, null));
        WireFormatException refused =
                catchThrowableOfType(WireFormatException.class, () -> ControlCodec.decode(ByteBuffer.wrap(record)));
        assertThat(refused.reason()).isEqualTo(Reason.INVALID);
        assertThat(refused).hasMessageStartingWith("ControlCommand: " + message);
    }

    @Test
    void statesWithArraysThatDoNotFit() {
        invalidState(array("scale", "float64", 1, 4), "arrays.scale.dtype was float64 but must be float32 or int32");
        invalidState(array("scale", "int32", 1, 4), "arrays.scale.dtype was int32 but must be float32");
        invalidState(array("zero_point", "float32", 1, 4), "arrays.zero_point.dtype was float32 but must be int32");
        invalidState(array("scale", "float32", 2, 4), "arrays.scale was 4 bytes but shape 2 needs 4 for each of 2");
        invalidState(
                List.of(
                        array("a", "int32", 1, 4).get(0),
                        array("a", "int32", 1, 4).get(0)),
                "arrays.a was there twice but names must be unique");
        invalidState(
                List.of(
                        array("scale", "float32", 1, 4).get(0),
                        array("zero_point", "int32", 1, 4).get(0)),
                "must be present together with minval");
    }

    @Test
    void anEventOfAnUnknownKind() {
        RecordFormat<Event> events = new RecordFormat<>(Event.getClassSchema());
        byte[] record =
                events.encode(new Event(EventKind.UNKNOWN, null, null, null, "", WireValues.source(Examples.SOURCE)));
        WireFormatException refused =
                catchThrowableOfType(WireFormatException.class, () -> EventCodec.decode(ByteBuffer.wrap(record)));
        assertThat(refused.reason()).isEqualTo(Reason.INVALID);
        assertThat(refused).hasMessageStartingWith("Event: kind was UNKNOWN but must be one of [COMMAND_ACCEPTED");
    }

    private static void refused(byte[] record, Reason reason, String... parts) {
        WireFormatException refused =
                catchThrowableOfType(WireFormatException.class, () -> ActivationCodec.decode(ByteBuffer.wrap(record)));
        assertThat(refused).hasMessageContainingAll(parts);
        assertThat(refused.reason()).isEqualTo(reason);
    }

    private static void invalid(UnaryOperator<ActivationTensor.Builder> change, String message) {
        WireFormatException refused =
                catchThrowableOfType(WireFormatException.class, () -> ActivationCodec.decode(activation(change)));
        assertThat(refused).hasMessageStartingWith("ActivationTensor: ").hasMessageContaining(message);
        assertThat(refused.reason()).isEqualTo(Reason.INVALID);
    }

    private static ByteBuffer activation(UnaryOperator<ActivationTensor.Builder> change) {
        ActivationTensor.Builder good =
                ActivationTensor.newBuilder().setStep(1).setShape(List.of(2L)).setData(ByteBuffer.allocate(8));
        return ByteBuffer.wrap(ACTIVATIONS.encode(change.apply(good).build()));
    }

    private static List<NamedArray> array(String name, String dtype, long extent, int bytes) {
        return List.of(new NamedArray(name, dtype, List.of(extent), ByteBuffer.allocate(bytes)));
    }

    private static void invalidState(List<NamedArray> arrays, String message) {
        io.quantflux.avro.wire.TensorState state =
                STATES.decode(ByteBuffer.wrap(StateCodec.encode(Examples.STATE)), UnaryOperator.identity());
        state.setArrays(arrays);
        byte[] record = STATES.encode(state);
        WireFormatException refused =
                catchThrowableOfType(WireFormatException.class, () -> StateCodec.decode(ByteBuffer.wrap(record)));
        assertThat(refused).hasMessageStartingWith("TensorState: ").hasMessageContaining(message);
        assertThat(refused.reason()).isEqualTo(Reason.INVALID);
    }

    /** An activation's header, then these bytes. */
    private static byte[] body(int... bytes) {
        byte[] record = Arrays.copyOf(ActivationCodec.encode(Examples.ACTIVATION), RecordFormat.HEADER + bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            record[RecordFormat.HEADER + i] = (byte) bytes[i];
        }
        return record;
    }

    private static byte[] bytes(String hex) {
        String[] parts = hex.trim().split(" ", -1);
        byte[] bytes = new byte[parts.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(parts[i], 16);
        }
        return bytes;
    }
}
