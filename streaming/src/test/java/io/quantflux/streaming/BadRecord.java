// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.wire.ActivationTensor;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.streaming.shard.Emission.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.jspecify.annotations.Nullable;

/** A record of the activations topic that must become a dead letter, and what its headers must say. */
@SuppressWarnings("ArrayRecordComponent") // compared with nothing
public record BadRecord(
        String name, byte @Nullable [] key, byte @Nullable [] value, Reason reason, String stage, String message) {
    private static final byte[] KEY = utf8("run/bad");
    private static final byte[] GOOD = ActivationCodec.encode(
            new Activation(0, Tensor.of(Shape.of(2), 1, 2), null, QuantizationTarget.ACTIVATION, "test", 0));

    /** Every kind that needs no state of the tensor. */
    public static List<BadRecord> all() {
        return List.of(
                new BadRecord(
                        "no key", null, GOOD, Reason.KEY, "key", "tensor id was null but must be the record's key"),
                new BadRecord(
                        "empty key", new byte[0], GOOD, Reason.KEY, "key", "tensor id was \"\" but must be one or"),
                new BadRecord(
                        "key with a space", utf8("a b"), GOOD, Reason.KEY, "key", "tensor id was \"a b\" but must"),
                new BadRecord(
                        "long key", utf8("x".repeat(250)), GOOD, Reason.KEY, "key", "tensor id was 250 characters"),
                new BadRecord(
                        "key of no UTF-8",
                        new byte[] {'a', (byte) 0xff},
                        GOOD,
                        Reason.KEY,
                        "key",
                        "tensor id is not UTF-8"),
                new BadRecord(
                        "the key of a shard's progress", utf8("#control"), GOOD, Reason.KEY, "key", "\"#control\""),
                new BadRecord("no value", KEY, null, Reason.EMPTY, "decode", "the record has no value; expected an"),
                new BadRecord("empty value", KEY, new byte[0], Reason.EMPTY, "decode", "has no bytes"),
                decode("text", utf8("hello"), Reason.DECODE, "starts with 68 65, expected C3 01"),
                decode("truncated", Arrays.copyOf(GOOD, GOOD.length - 3), Reason.DECODE, "a field of 8 bytes at byte"),
                decode("trailing bytes", Arrays.copyOf(GOOD, GOOD.length + 1), Reason.DECODE, "but 1 bytes follow"),
                wire(
                        "unknown dtype",
                        w -> w.setDtype("int8"),
                        "dtype was int8 but must be float32, float16 or bfloat16"),
                wire("shape of other data", w -> w.setShape(List.of(3L)), "data was 8 bytes but a 3 tensor of float32"),
                wire("negative extent", w -> w.setShape(List.of(-1L)), "shape was [-1] but every extent must be"),
                wire("negative step", w -> w.setStep(-1), "step was -1 but must be at least 0"),
                wire(
                        "spec that is no JSON",
                        w -> w.setSpec("int8"),
                        "spec.json was not readable but expected one object"),
                wire(
                        "spec that contradicts itself",
                        w -> w.setSpec("{\"dtype\":\"float8_e5m2\",\"qscheme\":" + "\"asymmetric\"}"),
                        "qscheme was asymmetric but FP quantization (float8_e5m2) requires"),
                start("unknown calculator", w -> w.setSpec("{\"qparam_calculator_cls\":\"median\"}"), "median"),
                start("unknown spec key", w -> w.setSpec("{\"qsheme\":\"symmetric\"}"), "qsheme was symmetric but no"),
                start(
                        "axis beyond the rank",
                        w -> w.setSpec("{\"granularity\":{\"type\":\"per_channel\",\"axis\":5}}"),
                        "axis was 5"),
                wire(
                        "17 axes",
                        w -> w.setShape(Collections.nCopies(17, 1L)),
                        "shape was 17 axes but must have at most 16"),
                wire(
                        "extents beyond 31 bits",
                        w -> w.setShape(List.of(1L << 31, 1L << 31)),
                        "every extent must be between 0 and 2^31-1"),
                wire("an extent of 2^62", w -> w.setShape(List.of(1L << 62, 4L)), "every extent must be between"),
                wire(
                        "elements beyond 63 bits",
                        w -> w.setShape(Collections.nCopies(5, (1L << 31) - 1)),
                        "must have fewer than 2^63 elements"),
                wire(
                        "10^12 elements and 8 bytes",
                        w -> w.setShape(List.of(1_000_000L, 1_000_000L)),
                        "data was 8 bytes but a 1000000x1000000 tensor"),
                decode("unknown fingerprint", flipped(GOOD, 5), Reason.DECODE, "is none of the released ones"),
                decode(
                        "a field added by a schema to come",
                        evolved("\"fields\":[", "\"fields\":[{\"name\":\"to_come\",\"type\":\"int\",\"default\":0},"),
                        Reason.DECODE,
                        "is none of the released ones"),
                decode(
                        "a field renamed by a schema to come",
                        evolved("\"name\":\"producer\"", "\"name\":\"sender\",\"aliases\":[\"producer\"]"),
                        Reason.DECODE,
                        "is none of the released ones"),
                new BadRecord("key with control characters", utf8("a\u0000\n"), GOOD, Reason.KEY, "key", "\"a??\""),
                new BadRecord(
                        "key of 1 MB", utf8("x".repeat(1_000_000)), GOOD, Reason.KEY, "key", "was 1000000 characters"),
                start(
                        "no elements",
                        w -> {
                            w.setShape(List.of(0L));
                            w.setData(ByteBuffer.allocate(0));
                        },
                        "shape was 0 but a tensor must have at least one element"));
    }

    private static BadRecord decode(String name, byte[] value, Reason reason, String message) {
        return new BadRecord(name, KEY, value, reason, "decode", message);
    }

    private static BadRecord wire(String name, Consumer<ActivationTensor> change, String message) {
        return decode(name, changed(change), Reason.INVALID, message);
    }

    private static BadRecord start(String name, Consumer<ActivationTensor> change, String message) {
        return new BadRecord(name, KEY, changed(change), Reason.INVALID, "calibrate", message);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] other = bytes.clone();
        other[at] ^= 1;
        return other;
    }

    /** Written with a schema that is not released: nothing of a peer's schema is ever guessed. */
    private static byte[] evolved(String text, String replacement) {
        String released = ActivationTensor.getClassSchema().toString();
        Schema schema = new Schema.Parser().parse(released.replace(text, replacement));
        GenericRecord record = new GenericData.Record(schema);
        schema.getFields()
                .forEach(field -> record.put(
                        field.name(),
                        field.hasDefaultValue()
                                ? GenericData.get().getDefaultValue(field)
                                : switch (field.name()) {
                                    case "shape" -> List.of(1L);
                                    case "data" -> ByteBuffer.allocate(4);
                                    default -> 0L;
                                }));
        try {
            ByteBuffer bytes = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(record);
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] changed(Consumer<ActivationTensor> change) {
        ByteBuffer data = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1)
                .putFloat(2);
        ActivationTensor wire =
                new ActivationTensor(0L, List.of(2L), "float32", null, "activation", "test", 0L, data.flip());
        change.accept(wire);
        try {
            ByteBuffer bytes = wire.toByteBuffer();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return name;
    }
}
