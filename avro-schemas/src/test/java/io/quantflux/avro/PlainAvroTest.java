// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.Examples.Wire;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Any Avro library reads what we write, and we read what it writes")
class PlainAvroTest {

    @ParameterizedTest
    @MethodSource("io.quantflux.avro.Examples#wires")
    void theLibrarysSingleObjectDecoderAndEncoderReproduceTheBytes(Wire wire) throws IOException {
        Schema schema = newest(wire.record());
        GenericRecord generic = new BinaryMessageDecoder<GenericRecord>(GenericData.get(), schema).decode(wire.bytes());
        ByteBuffer again = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(generic);

        assertThat(again).isEqualTo(ByteBuffer.wrap(wire.bytes()));
        assertThat(wire.decode().apply(again)).isEqualTo(wire.message());
    }

    @ParameterizedTest
    @MethodSource("io.quantflux.avro.Examples#wires")
    void arraysInSizedBlocksAreReadAsWell(Wire wire) throws IOException {
        Schema schema = newest(wire.record());
        GenericRecord generic = new BinaryMessageDecoder<GenericRecord>(GenericData.get(), schema).decode(wire.bytes());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(wire.bytes(), 0, RecordFormat.HEADER);
        // with a small block size this one writes negative counts, each with the block's length in bytes
        BinaryEncoder blocks = new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(schema).write(generic, blocks);
        blocks.flush();

        assertThat(wire.decode().apply(ByteBuffer.wrap(out.toByteArray()))).isEqualTo(wire.message());
    }

    @Test
    void thePayloadIsTheBytesThatTheLibraryReads() throws IOException {
        float[] values = new float[10_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.37f - 1000;
        }
        byte[] record =
                ActivationCodec.encode(3, Shape.of(100, 100), values, null, QuantizationTarget.ACTIVATION, "", -1);
        BinaryDecoder decoder = DecoderFactory.get()
                .binaryDecoder(record, RecordFormat.HEADER, record.length - RecordFormat.HEADER, null);
        GenericRecord read = new GenericDatumReader<GenericRecord>(newest("ActivationTensor")).read(null, decoder);

        assertThat(decoder.isEnd()).isTrue();
        assertThat(read.get("data"))
                .isEqualTo(
                        ActivationCodec.decode(ByteBuffer.wrap(record)).tensor().data());
    }

    @Test
    void aProducerMayLeaveTheDefaultsToTheLibrary() throws IOException {
        Schema schema = newest("ActivationTensor");
        GenericRecord minimal = new GenericRecordBuilder(schema)
                .set("step", 5L)
                .set("shape", List.of(2L))
                .set("data", Tensor.of(Shape.of(2), 1.5f, -2f).data())
                .build();
        ByteBuffer bytes = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(minimal);

        assertThat(ActivationCodec.decode(bytes))
                .isEqualTo(new Activation(
                        5, Tensor.of(Shape.of(2), 1.5f, -2f), null, QuantizationTarget.ACTIVATION, "", -1));
    }

    private static Schema newest(String record) throws IOException {
        List<Schema> released = ReleasedFiles.of(record);
        return released.get(released.size() - 1);
    }
}
