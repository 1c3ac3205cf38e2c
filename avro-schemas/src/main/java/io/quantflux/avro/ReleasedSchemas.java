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
    /** The newest version of records that have more than one; trying which there are would look into every jar. */
    private static final Map<String, Integer> NEWEST = Map.of("ControlCommand", 2, "TensorState", 2);

    private ReleasedSchemas() {}

    /** All but the newest, which the generated class carries; oldest first, from version 1. */
    static List<Schema> older(String record) {
        return upTo(newest(record) - 1, record);
    }

    /** Oldest first, from version 1. */
    static List<Schema> of(String record) {
        return upTo(newest(record), record);
    }

    private static int newest(String record) {
        return NEWEST.getOrDefault(record, 1);
    }

    private static List<Schema> upTo(int last, String record) {
        List<Schema> schemas = new ArrayList<>();
        for (int version = 1; version <= last; version++) {
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
