// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The shipped file of 1,797 labelled 8x8 images, checked line by line; {@code DIGITS.md} beside it names the source. */
final class DigitsFile {

    static final int SIDE = 8;
    static final int PIXELS = SIDE * SIDE;
    static final int CLASSES = 10;
    static final int COUNT = 1797;

    private static final String RESOURCE = "digits.csv.gz";
    private static final int INK_LEVELS = 16;

    /** Each row: 64 pixels in 0..16, then the label. */
    private final List<byte[]> rows;

    private DigitsFile(List<byte[]> rows) {
        this.rows = rows;
    }

    /** Reads the shipped resource. */
    static DigitsFile load() {
        try (InputStream resource = DigitsFile.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException(
                        "resource " + RESOURCE + " is missing beside " + DigitsFile.class.getName());
            }
            return parse(new GZIPInputStream(resource), COUNT);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }

    /**
     * Reads comma-separated lines of 64 pixels and a label.
     *
     * @throws IllegalArgumentException naming the line, what it holds and what was expected
     */
    static DigitsFile parse(InputStream csv, int expectedRows) throws IOException {
        List<byte[]> rows = new ArrayList<>(expectedRows);
        BufferedReader lines = new BufferedReader(new InputStreamReader(csv, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            rows.add(row(line, rows.size() + 1));
        }
        if (rows.size() != expectedRows) {
            throw new IllegalArgumentException("digits: " + rows.size() + " lines, expected " + expectedRows);
        }
        return new DigitsFile(rows);
    }

    int count() {
        return rows.size();
    }

    int label(int row) {
        return rows.get(row)[PIXELS];
    }

    /** Writes the 64 pixels of a row, scaled to [0, 1], into {@code target} from {@code offset} on. */
    void copyPixels(int row, float[] target, int offset) {
        byte[] source = rows.get(row);
        for (int p = 0; p < PIXELS; p++) {
            target[offset + p] = source[p] / (float) INK_LEVELS;
        }
    }

    private static byte[] row(String line, int number) {
        String[] fields = line.split(",", -1);
        if (fields.length != PIXELS + 1) {
            throw new IllegalArgumentException(
                    "digits line " + number + ": " + fields.length + " fields, expected " + (PIXELS + 1));
        }
        byte[] row = new byte[PIXELS + 1];
        for (int i = 0; i < fields.length; i++) {
            row[i] = value(fields[i], number, i);
        }
        return row;
    }

    private static byte value(String field, int line, int column) {
        String name = column == PIXELS ? "label" : "pixel " + column;
        int max = column == PIXELS ? CLASSES - 1 : INK_LEVELS;
        int value;
        try {
            value = Integer.parseInt(field);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "digits line " + line + ": " + name + " is '" + field + "', expected an integer", e);
        }
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(
                    "digits line " + line + ": " + name + " is " + value + ", expected 0.." + max);
        }
        return (byte) value;
    }
}
