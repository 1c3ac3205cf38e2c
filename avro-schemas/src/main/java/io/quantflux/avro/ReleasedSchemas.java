// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** Every schema a record has ever been written with, kept as resources {@code released/<record>/<version>.avsc}. */
final class ReleasedSchemas {
    /** How many are older than today's; trying which there are would look into every jar. */
    private static final Map<String, Integer> OLDER = Map.of("ControlCommand", 1, "TensorState", 1);

    private ReleasedSchemas() {}

    /** All but the newest, which the generated class carries; oldest first, from version 1. */
    static List<Schema> older(String record) {
        List<Schema> schemas = new ArrayList<>();
        for (int version = 1; version <= OLDER.getOrDefault(record, 0); version++) {
            String resource = "released/" + record + "/" + version + ".avsc";
            try (InputStream in = ReleasedSchemas.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalStateException("not on the class path: " + resource);
                }
                schemas.add(new Schema.Parser().parse(in));
            } catch (IOException e) {
                throw new UncheckedIOException(resource, e);
            }
        }
        return List.copyOf(schemas);
    }
}
