// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * How Avro turns our records into their generated classes: by a table made from our own schemas, never by looking up a
 * name that stands in a schema. Avro's own way asks a JVM-wide list of trusted classes, which is the host's to set.
 */
final class WireData extends SpecificData {
    /** One for all: to make one, Avro looks for conversions in every jar. */
    private static final WireData SHARED = new WireData();

    private final Map<String, Class<?>> classes = new ConcurrentHashMap<>();

    private WireData() {
        super(WireData.class.getClassLoader());
        // fixed here, so that no system property of the host changes how records are read
        setFastReaderEnabled(false);
        setCustomCoders(false);
    }

    /** @param schema of a generated class; the classes of all it refers to are found by what is returned */
    static WireData of(Schema schema) {
        SHARED.collect(schema);
        return SHARED;
    }

    private void collect(Schema schema) {
        switch (schema.getType()) {
            case RECORD -> {
                classes.put(schema.getFullName(), generated(schema));
                schema.getFields().forEach(field -> collect(field.schema()));
            }
            case ENUM -> classes.put(schema.getFullName(), generated(schema));
            case ARRAY -> collect(schema.getElementType());
            case UNION -> List.copyOf(schema.getTypes()).forEach(this::collect);
            default -> {}
        }
    }

    private Class<?> generated(Schema schema) {
        try {
            return Class.forName(schema.getFullName(), true, getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("generated from the same schema as its user", e);
        }
    }

    @Override
    public @Nullable Class<?> getClass(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, ENUM -> classes.get(schema.getFullName());
            default -> super.getClass(schema);
        };
    }
}
