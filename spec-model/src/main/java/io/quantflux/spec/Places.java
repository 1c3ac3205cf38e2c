// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.HashMap;
import java.util.Map;

/** Where in a text each field of a document stands, to tell where a refused one is. */
public final class Places {
    private final Map<String, String> byPath = new HashMap<>();

    /** Knows no places yet. */
    public Places() {}

    /**
     * Adds a place; a path that is known already keeps its first one.
     *
     * @param path as errors spell it: keys separated by dots, positions in lists in brackets
     * @param line from 1
     * @param column from 1
     */
    public void add(String path, int line, int column) {
        byPath.putIfAbsent(path, " (line " + line + ", column " + column + ")");
    }

    /**
     * The same refusal with the place of its field or, where that is not in the text, of what encloses it.
     *
     * @param refusal of something in the document
     * @return the refusal as it is, if nothing of its path is in the text
     */
    public InvalidSpecException locate(InvalidSpecException refusal) {
        String path = refusal.field();
        while (!path.isEmpty()) {
            String place = byPath.get(path);
            if (place != null) {
                return refusal.with(place);
            }
            path = path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
        }
        return refusal;
    }
}
