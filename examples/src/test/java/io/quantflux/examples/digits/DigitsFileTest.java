// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DigitsFileTest {

    private static final String BLANK = "0,".repeat(64);

    @Test
    void theShippedFileIsTheOneThatDigitsMdNames() throws Exception {
        try (InputStream file = DigitsFile.class.getResourceAsStream("digits.csv.gz");
                InputStream notes = DigitsFile.class.getResourceAsStream("DIGITS.md")) {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(file.readAllBytes());
            assertThat(new String(notes.readAllBytes(), StandardCharsets.UTF_8))
                    .contains(HexFormat.of().formatHex(hash));
        }
    }

    @Test
    void theShippedFileHasTheKnownClassDistribution() {
        DigitsFile file = DigitsFile.load();
        int[] counts = new int[10];
        for (int row = 0; row < file.count(); row++) {
            counts[file.label(row)]++;
        }
        assertThat(file.count()).isEqualTo(1797);
        assertThat(counts).containsExactly(178, 182, 177, 183, 181, 182, 181, 179, 174, 180);
    }

    @Test
    void pixelsAreScaledFromSixteenLevelsToTheUnitInterval() throws IOException {
        float[] pixels = new float[66];
        parse("16,4," + "0,".repeat(62) + "7\n", 1).copyPixels(0, pixels, 1);
        assertThat(pixels).startsWith(0f, 1f, 0.25f, 0f).endsWith(0f, 0f);
    }

    @Test
    void aTruncatedFileIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(BLANK + "3\n", 2))
                .withMessage("digits: 1 lines, expected 2");
    }

    @Test
    void aLineWithTooFewFieldsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(BLANK + "3\n" + BLANK.substring(2) + "3\n", 2))
                .withMessage("digits line 2: 64 fields, expected 65");
    }

    @Test
    void aPixelOutOfRangeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("0,17," + "0,".repeat(62) + "3\n", 1))
                .withMessage("digits line 1: pixel 1 is 17, expected 0..16");
    }

    @Test
    void aLabelOutOfRangeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(BLANK + "10\n", 1))
                .withMessage("digits line 1: label is 10, expected 0..9");
    }

    @Test
    void aFieldThatIsNoNumberIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(BLANK + "x\n", 1))
                .withMessage("digits line 1: label is 'x', expected an integer");
    }

    private static DigitsFile parse(String csv, int rows) throws IOException {
        return DigitsFile.parse(new ByteArrayInputStream(csv.getBytes(StandardCharsets.US_ASCII)), rows);
    }
}
