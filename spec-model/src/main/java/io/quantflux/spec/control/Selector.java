// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.control;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.TensorId;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which tensors a command is for.
 *
 * <p>Written as a tensor id ({@code run/conv1}); as a glob where it has {@code *} (any characters) or {@code ?} (one
 * character): {@code run/*}; or as a regular expression that must match the whole id: {@code regex:run/(conv|fc)\d}.
 */
public final class Selector {
    /** Every tensor. */
    public static final Selector ALL = of("*");

    private static final String REGEX = "regex:";
    private static final int MAX_LENGTH = 512;

    private final String text;
    private final Pattern pattern;

    private Selector(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /** @throws InvalidSpecException if the text is empty, too long, no valid regular expression, or no valid tensor id */
    public static Selector of(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new InvalidSpecException(
                    "selector", text.length() + " characters", "must have 1 to " + MAX_LENGTH + " characters");
        }
        if (text.startsWith(REGEX)) {
            try {
                return new Selector(text, Pattern.compile(text.substring(REGEX.length())));
            } catch (PatternSyntaxException e) {
                throw new InvalidSpecException("selector", text, "is no regular expression: " + e.getDescription());
            }
        }
        StringBuilder glob = new StringBuilder();
        StringBuilder literal = new StringBuilder();
        text.chars().forEach(c -> {
            if (c == '*' || c == '?') {
                glob.append(c == '*' ? ".*" : ".");
            } else {
                glob.append(Pattern.quote(Character.toString(c)));
                literal.appendCodePoint(c);
            }
        });
        if (!literal.isEmpty()) {
            new TensorId(literal.toString());
        }
        return new Selector(text, Pattern.compile(glob.toString()));
    }

    /** Whether a command with this selector is for that tensor. */
    public boolean matches(TensorId id) {
        return pattern.matcher(id.value()).matches();
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
