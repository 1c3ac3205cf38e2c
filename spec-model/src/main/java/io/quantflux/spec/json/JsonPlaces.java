// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.quantflux.spec.Places;
import java.io.IOException;

/** Walks a JSON text for the places of its fields. */
final class JsonPlaces {
    private final Places places = new Places();
    private final JsonParser parser;

    private JsonPlaces(JsonParser parser) {
        this.parser = parser;
    }

    /** @return none beyond the first error, if the text is no JSON */
    static Places of(String json) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            JsonPlaces walk = new JsonPlaces(parser);
            try {
                parser.nextToken();
                walk.value("");
            } catch (IOException e) {
                // said by whoever reads the text
            }
            return walk.places;
        } catch (IOException e) {
            throw new IllegalStateException("text in memory can be read", e);
        }
    }

    private void value(String path) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = (path.isEmpty() ? "" : path + ".") + parser.currentName();
                add(field);
                parser.nextToken();
                value(field);
            }
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null; i++) {
                add(path + "[" + i + "]");
                value(path + "[" + i + "]");
            }
        }
    }

    private void add(String path) {
        JsonLocation at = parser.currentTokenLocation();
        places.add(path, at.getLineNr(), at.getColumnNr());
    }
}
