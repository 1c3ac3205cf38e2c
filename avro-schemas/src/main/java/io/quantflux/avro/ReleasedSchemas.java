// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/** Every schema a record has ever been written with, kept as resources {@code released/<record>/<version>.avsc}. */
final class ReleasedSchemas {
    private ReleasedSchemas() {}

    /** Oldest first, from version 1. */
    static List<Schema> of(String record) {
        List<Schema> schemas = new ArrayList<>();
        for (int version = 1; ; version++) {
            String resource = "released/" + record + "/" + version + ".avsc";
            try (InputStream in = ReleasedSchemas.class.getResourceAsStream(resource)) {
                if (in == null) {
                    return List.copyOf(schemas);
                }
                schemas.add(new Schema.Parser().parse(in));
            } catch (IOException e) {
                throw new UncheckedIOException(resource, e);
            }
        }
    }
}
