// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quantflux.spec.InvalidSpecException;

/** What a JSON parser complains about, in words for whoever wrote the text. */
final class JsonTrouble {
    private JsonTrouble() {}

    static InvalidSpecException refusal(String text, JsonProcessingException e) {
        String where = text.isBlank() || e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return new InvalidSpecException("json", "not readable", "expected one object: " + problem(text, e) + where);
    }

    private static String problem(String text, JsonProcessingException e) {
        if (text.isBlank()) {
            return "the text is empty";
        }
        if (e instanceof JsonEOFException) {
            return "the text ends too early";
        }
        if (e instanceof MismatchedInputException) {
            return text.strip().startsWith("{") ? "more text follows it" : "found " + kind(text.strip());
        }
        return e.getOriginalMessage()
                .replaceAll("\\s*\\((start marker at|for \\w+ starting at) \\[[^\\]]*\\]\\)", "")
                .replaceAll("\\s*\\[Source:[^\\]]*\\]", "")
                .replaceAll(" \\(code \\d+[^)]*\\)", "")
                .replaceAll(": enable `[^`]*` to allow", " is no JSON")
                .replace("Duplicate field", "found duplicate key");
    }

    private static String kind(String text) {
        return switch (text.charAt(0)) {
            case '[' -> "a list";
            case '"' -> "text";
            case 't', 'f' -> "a boolean";
            default -> "a number";
        };
    }
}
