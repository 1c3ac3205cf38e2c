// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("docs/topics.md tells what the schemas say")
class TopicsPageTest {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    @ParameterizedTest
    @MethodSource("io.quantflux.avro.Examples#wires")
    void everyFieldAndTheFingerprintAreThere(Examples.Wire wire) throws Exception {
        String page = Files.readString(Path.of("..", "docs", "topics.md"));
        List<Schema> released = ReleasedFiles.of(wire.record());

        assertThat(page).contains("\n### " + wire.record() + "\n");
        assertDescribed(released.get(released.size() - 1), page);
        for (Schema schema : released) {
            byte[] fingerprint = SchemaNormalization.parsingFingerprint("CRC-64-AVRO", schema);
            assertThat(page)
                    .contains("| " + wire.record() + " | `"
                            + HEX.formatHex(fingerprint).toLowerCase(Locale.ROOT));
        }
    }

    private static void assertDescribed(Schema schema, String page) {
        switch (schema.getType()) {
            case RECORD -> {
                for (Schema.Field field : schema.getFields()) {
                    assertThat(page).contains("| `" + field.name() + "` |").contains(field.doc());
                    assertDescribed(field.schema(), page);
                }
            }
            case ARRAY -> assertDescribed(schema.getElementType(), page);
            case UNION -> schema.getTypes().forEach(member -> assertDescribed(member, page));
            case ENUM ->
                schema.getEnumSymbols().forEach(symbol -> assertThat(page).contains('`' + symbol + '`'));
            default -> {}
        }
    }
}
