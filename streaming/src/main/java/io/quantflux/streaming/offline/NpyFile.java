// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.offline;

import io.quantflux.spec.ElementType;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.streaming.config.FileTrouble;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NumPy's {@code .npy} format, versions 1 to 3 (NEP 1): float16 and float32 of either byte order, C and Fortran order, in;
 * float32 little-endian C order out.
 */
public final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\sL]*)\\)");
    private static final int ALIGNMENT = 64;
    private static final int MAX_SHOWN = 100;

    private NpyFile() {}

    /** @throws InvalidSpecException naming the file and what in it is not as expected */
    public static Tensor read(Path file) {
        ByteBuffer bytes;
        try {
            if (Files.size(file) > Integer.MAX_VALUE - 8) {
                throw new InvalidSpecException(
                        file.toString(), Files.size(file) + " bytes", "must have less than 2 GiB");
            }
            bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new InvalidSpecException(
                    file.toString(), "unreadable", "must be a readable .npy file: " + FileTrouble.why(e));
        }
        try {
            return read(bytes, file);
        } catch (BufferUnderflowException e) {
            throw new InvalidSpecException(file.toString(), "truncated", "must be a whole .npy file");
        }
    }

    private static Tensor read(ByteBuffer bytes, Path file) {
        byte[] magic = new byte[MAGIC.length];
        bytes.get(magic);
        int major = bytes.get();
        bytes.get(); // the minor version changes nothing
        if (!Arrays.equals(magic, MAGIC) || major < 1 || major > 3) {
            throw new InvalidSpecException(
                    file.toString(), "no .npy file", "must begin with the NumPy magic and a version from 1 to 3");
        }
        int length = major == 1 ? Short.toUnsignedInt(bytes.getShort()) : bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new InvalidSpecException(
                    file.toString(), "header of " + length + " bytes", "must lie within the file");
        }
        byte[] text = new byte[length];
        bytes.get(text);
        String header = new String(text, StandardCharsets.UTF_8);

        String descr = field(DESCR, header, file, "descr");
        ElementType type =
                switch (descr) {
                    case "<f4", ">f4" -> ElementType.FLOAT32;
                    case "<f2", ">f2" -> ElementType.FLOAT16;
                    default ->
                        throw new InvalidSpecException(
                                file + ": dtype", descr, "must be float32 (<f4) or float16 (<f2)");
                };
        Shape shape = shape(field(SHAPE, header, file, "shape"), file);
        ByteBuffer data = littleEndian(bytes.slice(), type, descr.charAt(0) == '>');
        Tensor stored;
        try {
            stored = new Tensor(shape, type, data);
        } catch (InvalidSpecException e) {
            throw new InvalidSpecException(
                    file.toString(), data.remaining() + " bytes of data", String.valueOf(e.getMessage()));
        }
        boolean fortran = field(ORDER, header, file, "fortran_order").equals("True");
        return fortran ? rowMajor(stored) : stored;
    }

    private static String field(Pattern pattern, String header, Path file, String name) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            String shown = header.replaceAll("[^ -~]+", " ").strip();
            shown = shown.length() <= MAX_SHOWN ? shown : shown.substring(0, MAX_SHOWN) + "…";
            throw new InvalidSpecException(file + ": header", shown, "must have a valid '" + name + "'");
        }
        return matcher.group(1);
    }

    private static Shape shape(String tuple, Path file) {
        List<Long> dims = new ArrayList<>();
        try {
            for (String part : tuple.split(",", -1)) {
                String digits = part.strip().replace("L", ""); // as Python 2 wrote them
                if (!digits.isEmpty()) {
                    dims.add(Long.parseLong(digits));
                }
            }
            return Shape.of(dims);
        } catch (NumberFormatException e) {
            throw new InvalidSpecException(file + ": shape", "(" + tuple + ")", "must be a tuple of extents");
        } catch (InvalidSpecException e) {
            throw new InvalidSpecException(file + ": shape", "(" + tuple + ")", String.valueOf(e.getMessage()));
        }
    }

    private static ByteBuffer littleEndian(ByteBuffer data, ElementType type, boolean swap) {
        if (!swap) {
            return data;
        }
        ByteBuffer source = data.order(ByteOrder.BIG_ENDIAN);
        ByteBuffer swapped = ByteBuffer.allocate(data.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        while (source.remaining() >= type.bytes()) {
            if (type.bytes() == 4) {
                swapped.putInt(source.getInt());
            } else {
                swapped.putShort(source.getShort());
            }
        }
        return swapped.flip();
    }

    /** The same tensor with the last axis contiguous; {@code columnMajor} has the first one so. */
    private static Tensor rowMajor(Tensor columnMajor) {
        Shape shape = columnMajor.shape();
        int size = columnMajor.elementType().bytes();
        ByteBuffer from = columnMajor.data();
        ByteBuffer to = ByteBuffer.allocate(from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        int[] index = new int[shape.rank()];
        for (int element = 0; element < columnMajor.elements(); element++) {
            long source = 0;
            long stride = 1;
            for (int axis = 0; axis < index.length; axis++) {
                source += index[axis] * stride;
                stride *= shape.dim(axis);
            }
            for (int b = 0; b < size; b++) {
                to.put(from.get((int) source * size + b));
            }
            for (int axis = index.length - 1; axis >= 0 && ++index[axis] == shape.dim(axis); axis--) {
                index[axis] = 0;
            }
        }
        return new Tensor(shape, columnMajor.elementType(), to.flip());
    }

    /** Writes {@code values} as float32, replacing the file only once it is whole. */
    public static void write(Path file, Shape shape, float[] values) throws IOException {
        StringBuilder dims = new StringBuilder();
        shape.toList().forEach(dim -> dims.append(dim).append(", "));
        String tuple =
                shape.rank() == 1 ? dims.toString().strip() : dims.toString().replaceAll(", $", "");
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + tuple + "), }";
        int preamble = MAGIC.length + 4;
        int padded = (preamble + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer bytes =
                ByteBuffer.allocate(padded + values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (padded - preamble));
        bytes.put(header.getBytes(StandardCharsets.US_ASCII));
        while (bytes.position() < padded - 1) {
            bytes.put((byte) ' ');
        }
        bytes.put((byte) '\n');
        bytes.asFloatBuffer().put(values);
        WholeFile.write(file, bytes.array());
    }
}
