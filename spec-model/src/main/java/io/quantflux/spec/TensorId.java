// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names one tensor of one training run, {@code run/name}: {@code resnet-42/layer3.relu}. It is the Kafka key of all that
 * concerns the tensor.
 *
 * <p>1 to {@value #MAX_LENGTH} characters out of {@code A-Z a-z 0-9 _ . / : -}: short enough to be a label, safe in paths,
 * patterns and terminals.
 *
 * @param value {@code run/name}, checked
 */
public record TensorId(String value) implements Comparable<TensorId> {
    /** Most characters of an id. */
    public static final int MAX_LENGTH = 249;

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_./:-]+");

    /**
     * Checks the fields against each other.
     *
     * @param value UTF-8 {@code run/name}
     * @throws InvalidSpecException if it is empty, too long, or has another character
     */
    public TensorId {
        if (value.length() > MAX_LENGTH) {
            throw new InvalidSpecException(
                    "tensor id", value.length() + " characters", "must have at most " + MAX_LENGTH);
        }
        if (!ALLOWED.matcher(value).matches()) {
            throw new InvalidSpecException(
                    "tensor id", '"' + printable(value) + '"', "must be one or more of A-Z a-z 0-9 _ . / : -");
        }
    }

    private static String printable(String value) {
        return value.replaceAll("[^ -~]", "?");
    }

    @Override
    public int compareTo(TensorId other) {
        return value.compareTo(other.value);
    }

    // the same as a record has by itself, whose first hash code links a method, a hundredth of a service's start

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TensorId id && value.equals(id.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
