// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.regex.MatchResult;

/**
 * A regular expression that matches in time linear in the text, whatever the pattern: it may come from a record, and a
 * backtracking engine could be held by one for ever.
 *
 * <p>Syntax of RE2. Python's and Java's look-around, back-references, atomic groups, possessive repeats and conditionals
 * are refused, and so are patterns that would compile to a very large program.
 */
public final class LinearPattern {
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_REPEATS = 100;
    private static final int MAX_PROGRAM = 600;
    private static final java.util.regex.Pattern COUNTED = java.util.regex.Pattern.compile("\\{(\\d*)(?:,(\\d*))?}");

    private final Pattern pattern;

    private LinearPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * {@return the pattern, compiled}
     *
     * @param field where it stands, for the message
     * @param text the pattern
     * @throws InvalidSpecException if it is no regular expression, uses what is not supported, or is too large
     */
    public static LinearPattern of(String field, String text) {
        return of(field, text, text);
    }

    /**
     * {@return the pattern, compiled}
     *
     * @param field where it stands, for the message
     * @param shown what the message shows, of which the pattern is a part
     * @param text the pattern
     * @throws InvalidSpecException if it is no regular expression, uses what is not supported, or is too large
     */
    public static LinearPattern of(String field, String shown, String text) {
        if (text.length() > MAX_LENGTH) {
            throw new InvalidSpecException(field, text.length() + " characters", "must have at most " + MAX_LENGTH);
        }
        requireFewRepeats(field, shown, text);
        Pattern compiled;
        try {
            compiled = Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new InvalidSpecException(
                    field,
                    shown,
                    "is no regular expression that is supported: " + e.getDescription() + " " + e.getPattern()
                            + " (RE2 syntax: no look-around, back-references, atomic groups, possessive repeats or"
                            + " conditionals)");
        }
        if (compiled.programSize() > MAX_PROGRAM) {
            throw new InvalidSpecException(
                    field, shown, "compiles to " + compiled.programSize() + " instructions, more than " + MAX_PROGRAM);
        }
        return new LinearPattern(compiled);
    }

    /** Counted repeats multiply when they nest, and the engine would unroll them: refused before it does. */
    private static void requireFewRepeats(String field, String shown, String text) {
        long product = 1;
        for (MatchResult repeat : COUNTED.matcher(text).results().toList()) {
            for (int group = 1; group <= 2; group++) {
                String count = repeat.group(group);
                if (count != null && count.length() > 4) {
                    product = Long.MAX_VALUE;
                } else if (count != null && !count.isEmpty() && product <= MAX_REPEATS) {
                    product *= Math.max(1, Integer.parseInt(count));
                }
            }
        }
        if (product > MAX_REPEATS) {
            throw new InvalidSpecException(
                    field, shown, "has counted repeats that multiply to more than " + MAX_REPEATS);
        }
    }

    /**
     * {@return whether it matches the whole text}
     *
     * @param text any
     */
    public boolean matches(String text) {
        return pattern.matches(text);
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }
}
