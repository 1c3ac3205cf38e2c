// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quantflux.spec.ElementType;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {
    @TempDir
    private Path directory;

    /* ---- what NumPy wrote ---- */

    @ParameterizedTest
    @ValueSource(
            strings = {"c_f4", "fortran_f4", "big_endian_f4", "f2", "fortran_big_endian_f2", "version2", "version3"})
    void whatNumpyWroteIsReadInRowMajorOrder(String name) throws Exception {
        float[] expected = new float[24];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (i - 11.5f) / 8;
        }
        Tensor tensor = NpyFile.read(resource(name));
        assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3, 4));
        assertThat(tensor.elementType()).isEqualTo(name.contains("f2") ? ElementType.FLOAT16 : ElementType.FLOAT32);
        assertThat(FloatValues.of(tensor)).containsExactly(expected);
    }

    @Test
    void aScalarHasRankZero() throws Exception {
        Tensor tensor = NpyFile.read(resource("scalar"));
        assertThat(tensor.shape()).isEqualTo(Shape.SCALAR);
        assertThat(FloatValues.of(tensor)).containsExactly(-3.5f);
    }

    @Test
    void anotherDtypeIsRefusedByName() throws Exception {
        Path file = resource("f8");
        refused(file, file + ": dtype was <f8 but must be float32 (<f4) or float16 (<f2)");
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(NpyFileTest.class.getResource("/npy/" + name + ".npy"))
                .toURI());
    }

    /* ---- round trips ---- */

    static List<Shape> shapes() {
        return List.of(
                Shape.SCALAR,
                Shape.of(5),
                Shape.of(2, 3),
                Shape.of(2, 1, 3),
                Shape.of(1, 2, 3, 4),
                Shape.of(2, 3, 1, 2, 2),
                Shape.of(0, 3));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void whatIsWrittenIsReadBackBitByBit(Shape shape) throws IOException {
        float[] values = new float[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(0x7fbf_0000 + i * 0x9e37_79b9); // any bits: NaNs, subnormals, signs
        }
        Path file = directory.resolve("x.npy");
        NpyFile.write(file, shape, values);

        Tensor read = NpyFile.read(file);
        assertThat(read).isEqualTo(Tensor.of(shape, values));
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void whatIsWrittenIsWhatNumpyWrites() throws Exception {
        Path numpy = resource("c_f4");
        Path ours = directory.resolve("x.npy");
        NpyFile.write(ours, Shape.of(2, 3, 4), FloatValues.of(NpyFile.read(numpy)));
        assertThat(Files.readAllBytes(ours)).isEqualTo(Files.readAllBytes(numpy));
    }

    @Test
    void fortranOrderIsTransposedAtAnyRank() throws IOException {
        float[] stored = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
        Path file = npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 1, 3, 2), }", stored);
        // element (i, 0, j, k) is stored at i + 2·j + 6·k
        assertThat(FloatValues.of(NpyFile.read(file))).containsExactly(0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11);
    }

    /* ---- wrong files ---- */

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'descr': '<i4', 'fortran_order': False, 'shape': (1,), }        | : dtype was <i4 but must be float32 (<f4) or float16 (<f2)
            {'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)} | : header was {'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)} but must have a valid 'descr'
            {'descr': '<f4', 'fortran_order': False, }                       | : header was {'descr': '<f4', 'fortran_order': False, } but must have a valid 'shape'
            {'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }       | must have a valid 'shape'
            {'descr': '<f4', 'fortran_order': False, 'shape': (1 1), }       | : shape was (1 1) but must be a tuple of extents
            {'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), } | : shape was (99999999999999999999,) but must be a tuple of extents
            {'descr': '<f4', 'fortran_order': False, 'shape': (3000000000,), } | : shape was (3000000000,) but shape was [3000000000] but every extent must be between
            {'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }            | must have a valid 'fortran_order'
            {'descr': '<f4', 'fortran_order': False, 'shape': (2,), }        | was 4 bytes of data but data was 4 bytes but a 2 tensor of float32 needs 4 bytes
            {'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}    | OK
            """)
    void aWrongHeaderIsNamed(String header, String message) throws IOException {
        Path file = npy(header, 1);
        if (message.equals("OK")) {
            assertThat(NpyFile.read(file).elements()).isEqualTo(1);
        } else {
            refused(file, message);
        }
    }

    @Test
    void aFileThatEndsAnywhereIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 1, 2));
        Path file = directory.resolve("cut.npy");
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            refused(file, file.toString());
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        refused(file, "was 9 bytes of data but");
    }

    @Test
    void garbageIsRefusedInOneShortLine() throws IOException {
        Path file = directory.resolve("garbage.npy");
        Files.writeString(file, "PK\u0003\u0004 this is a zip archive, or so it says");
        refused(file, "was no .npy file but must begin with the NumPy magic and a version from 1 to 3");
        refused(npy("x\n\u001b[31m".repeat(5000), 1), "must have a valid 'descr'");
    }

    @Test
    void aHeaderLongerThanTheFileIsRefused() throws IOException {
        Path file = directory.resolve("header.npy");
        ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 2)
                .put((byte) 0);
        Files.write(file, bytes.putInt(-1).array());
        refused(file, "must lie within the file");
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        Path file = directory.resolve("absent.npy");
        refused(file, file + " was unreadable but must be a readable .npy file: no such file");
        refused(directory, directory + " was unreadable but");
    }

    private static void refused(Path file, String message) {
        assertThatExceptionOfType(InvalidSpecException.class)
                .isThrownBy(() -> NpyFile.read(file))
                .satisfies(e -> assertThat(e.getMessage())
                        .contains(message)
                        .startsWith(file.toString())
                        .matches("[^\\p{Cntrl}]*")
                        .hasSizeLessThan(file.toString().length() + 350));
    }

    private Path npy(String header, float... values) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + text.length + values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        bytes.putShort((short) text.length).put(text);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return Files.write(directory.resolve("made.npy"), bytes.array());
    }
}
