// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import io.quantflux.spec.InvalidSpecException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The secret that commands over HTTP must bring; only its hash is kept. */
public final class ControlToken {
    private static final int FEWEST = 16;
    private static final String SCHEME = "Bearer ";

    private final byte[] hash;

    private ControlToken(String secret) {
        hash = sha256(secret);
    }

    /** @throws InvalidSpecException if it is shorter than {@value #FEWEST} characters or has others than visible ASCII */
    public static ControlToken of(String secret) {
        if (secret.length() < FEWEST || !secret.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new InvalidSpecException(
                    "control token",
                    secret.length() + " characters",
                    "must have at least " + FEWEST + ", letters, digits and signs only");
        }
        return new ControlToken(secret);
    }

    /** A secret nobody can guess. */
    public static String random() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Whether an {@code Authorization} header carries the secret; takes the same time wherever it differs. */
    boolean isIn(@Nullable String authorization) {
        return authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        hash, sha256(authorization.substring(SCHEME.length()).strip()));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
