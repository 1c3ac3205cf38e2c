// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/** All schemas that are released, by the files that are there. */
final class ReleasedFiles {
    private ReleasedFiles() {}

    /** Oldest first, from version 1. */
    static List<Schema> of(String record) throws IOException {
        List<Schema> schemas = new ArrayList<>();
        for (int version = 1; ; version++) {
            try (InputStream in =
                    ReleasedFiles.class.getResourceAsStream("released/" + record + "/" + version + ".avsc")) {
                if (in == null) {
                    return schemas;
                }
                schemas.add(new Schema.Parser().parse(in));
            }
        }
    }
}
