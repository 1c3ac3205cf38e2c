// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A schema that was once released can be read for ever, and reads what is written today")
class ReleasedSchemasTest {
    private static final Path SOURCES = Path.of("src/main/avro");
    private static List<Schema> current = List.of();

    @BeforeAll
    static void parse() throws IOException {
        SchemaParser parser = new SchemaParser();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.sorted().toList()) {
                parser.parse(file);
            }
        }
        current = parser.getParsedNamedSchemas();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ActivationTensor",
                "FakeQuantizedTensor",
                "QParams",
                "Event",
                "ControlCommand",
                "TensorState",
                "ShardState",
                "OpenMessages"
            })
    void todaysSchemaIsTheNewestReleasedOneAndFullyCompatibleWithAll(String record) throws IOException {
        Schema today = today(record);
        List<Schema> released = ReleasedFiles.of(record);

        assertThat(released).as("released/%s/1.avsc", record).isNotEmpty();
        assertThat(released.get(released.size() - 1))
                .as("a changed schema is released as released/%s/%d.avsc, and counted", record, released.size() + 1)
                .isEqualTo(today);
        assertThat(ReleasedSchemas.older(record)).isEqualTo(released.subList(0, released.size() - 1));
        for (Schema one : released) {
            for (Schema other : released) {
                assertThat(SchemaCompatibility.checkReaderWriterCompatibility(one, other)
                                .getType())
                        .as("%s reads %s", released.indexOf(one) + 1, released.indexOf(other) + 1)
                        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ActivationTensor", "FakeQuantizedTensor"})
    void thePayloadIsTheLastFieldOfEveryRelease(String record) throws IOException {
        for (Schema released : ReleasedFiles.of(record)) {
            List<Schema.Field> fields = released.getFields();
            Schema.Field last = fields.get(fields.size() - 1);
            assertThat(last.name()).isEqualTo("data");
            assertThat(last.schema().getType()).isEqualTo(Schema.Type.BYTES);
        }
    }

    @Test
    void everyRecordAndFieldIsDocumented() {
        for (Schema schema : current) {
            assertThat(schema.getDoc()).as(schema.getFullName()).isNotBlank();
            if (schema.getType() == Schema.Type.RECORD) {
                schema.getFields().forEach(field -> assertThat(field.doc())
                        .as(schema.getName() + "." + field.name())
                        .isNotBlank());
            }
        }
    }

    @Test
    void noRecordContainsItself() {
        // so that a record's depth, and the stack it takes, is bounded by its schema
        for (Schema schema : current) {
            assertNotWithin(schema, List.of());
        }
    }

    private static void assertNotWithin(Schema schema, List<String> outer) {
        if (schema.getType() == Schema.Type.RECORD) {
            assertThat(outer).doesNotContain(schema.getFullName());
            List<String> path = Stream.concat(outer.stream(), Stream.of(schema.getFullName()))
                    .collect(Collectors.toList());
            schema.getFields().forEach(field -> assertNotWithin(field.schema(), path));
        } else if (schema.getType() == Schema.Type.ARRAY) {
            assertNotWithin(schema.getElementType(), outer);
        } else if (schema.getType() == Schema.Type.UNION) {
            schema.getTypes().forEach(member -> assertNotWithin(member, outer));
        }
    }

    private static Schema today(String record) {
        return current.stream()
                .filter(schema -> schema.getName().equals(record))
                .findFirst()
                .orElseThrow();
    }
}
