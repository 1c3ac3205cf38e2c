// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.spec.InvalidSpecException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A window of the list of tensors.
 *
 * @param search what an id must contain, in any case; empty for all
 * @param offset of the first row wanted, at least 0
 * @param limit rows wanted, 0 to {@value #MAX_ROWS}
 */
public record ListQuery(String search, Sort sort, int offset, int limit) {
    static final int MAX_ROWS = 200;
    private static final int MAX_SEARCH = 256;

    /** What comes first. */
    enum Sort {
        /** Lowest signal to noise ratio. */
        SQNR,
        /** Greatest share beyond the representable range. */
        CLIPPED,
        /** Greatest share that became zero. */
        UNDERFLOWED,
        /** Most NaN and infinities. */
        NON_FINITE,
        /** Scale that moved most. */
        DRIFT,
        /** Seen last. */
        UPDATED,
        /** By id. */
        NAME;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws InvalidSpecException if a number is out of its range or the search is too long */
    public ListQuery {
        if (search.length() > MAX_SEARCH) {
            throw new InvalidSpecException(
                    "search", search.length() + " characters", "must have at most " + MAX_SEARCH);
        }
        if (offset < 0) {
            throw new InvalidSpecException("offset", offset, "must be at least 0");
        }
        if (limit < 0 || limit > MAX_ROWS) {
            throw new InvalidSpecException("limit", limit, "must be 0 to " + MAX_ROWS);
        }
        search = search.toLowerCase(Locale.ROOT);
    }

    /**
     * From a request's parameters: {@code search}, {@code sort}, {@code offset}, {@code limit}, all optional.
     *
     * @throws InvalidSpecException if one of them cannot be understood
     */
    public static ListQuery of(Map<String, String> parameters) {
        return new ListQuery(
                parameters.getOrDefault("search", ""),
                sort(parameters.getOrDefault("sort", Sort.SQNR.key())),
                number("offset", parameters.getOrDefault("offset", "0")),
                number("limit", parameters.getOrDefault("limit", "50")));
    }

    private static Sort sort(String key) {
        for (Sort sort : Sort.values()) {
            if (sort.key().equals(key)) {
                return sort;
            }
        }
        throw new InvalidSpecException(
                "sort",
                key,
                "must be one of " + Arrays.stream(Sort.values()).map(Sort::key).collect(Collectors.joining(", ")));
    }

    private static int number(String field, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new InvalidSpecException(field, text, "must be a whole number");
        }
    }
}
