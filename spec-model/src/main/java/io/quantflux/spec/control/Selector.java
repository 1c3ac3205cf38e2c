// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.control;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.LinearPattern;
import io.quantflux.spec.TensorId;
import org.jspecify.annotations.Nullable;

/**
 * Which tensors a command is for.
 *
 * <p>Written as a tensor id ({@code run/conv1}); as a glob where it has {@code *} (any characters) or {@code ?} (one
 * character): {@code run/*}; or as a regular expression that must match the whole id: {@code regex:run/(conv|fc)\d}. None
 * backtracks without bound.
 */
public final class Selector {
    /** Every tensor. */
    public static final Selector ALL = of("*");

    private static final String REGEX = "regex:";
    private static final int MAX_LENGTH = 512;

    private final String text;
    private final @Nullable LinearPattern pattern;
    private final @Nullable TensorId exact;

    private Selector(String text, @Nullable LinearPattern pattern, @Nullable TensorId exact) {
        this.text = text;
        this.pattern = pattern;
        this.exact = exact;
    }

    /**
     * {@return the selector that a text stands for}
     *
     * @param text an id, a glob, or {@code regex:} and an expression; 1 to 512 characters
     * @throws InvalidSpecException if the text is empty, too long, no valid tensor id, or no regular expression that
     *     {@link LinearPattern} takes
     */
    public static Selector of(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new InvalidSpecException(
                    "selector", text.length() + " characters", "must have 1 to " + MAX_LENGTH + " characters");
        }
        if (text.startsWith(REGEX)) {
            return new Selector(text, LinearPattern.of("selector", text, text.substring(REGEX.length())), null);
        }
        String literal = text.replace("*", "").replace("?", "");
        TensorId id = literal.isEmpty() ? null : new TensorId(literal);
        return new Selector(text, null, literal.equals(text) ? id : null);
    }

    /**
     * {@return whether a command with this selector is for that tensor}
     *
     * @param id of the tensor
     */
    public boolean matches(TensorId id) {
        if (exact != null) {
            return exact.equals(id);
        }
        return pattern == null ? globMatches(id.value()) : pattern.matches(id.value());
    }

    /** {@return the one tensor it names, or {@code null} if it is a glob or a regular expression} */
    public @Nullable TensorId exactly() {
        return exact;
    }

    /** {@return what every id it selects begins with; empty where nothing is known} */
    public String prefix() {
        if (pattern != null) {
            return "";
        }
        int end = 0;
        while (end < text.length() && text.charAt(end) != '*' && text.charAt(end) != '?') {
            end++;
        }
        return text.substring(0, end);
    }

    /** On a mismatch only the latest {@code *} has to take one character more: an earlier one cannot help. */
    private boolean globMatches(String id) {
        int at = 0;
        int star = -1;
        int resume = 0;
        int i = 0;
        while (i < id.length()) {
            char wanted = at < text.length() ? text.charAt(at) : 0;
            if (wanted == '*') {
                star = at++;
                resume = i;
            } else if (wanted == '?' || wanted == id.charAt(i)) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++resume;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return at == text.length();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Selector other && text.equals(other.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The text it was made from. */
    @Override
    public String toString() {
        return text;
    }
}
