// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Collection;
import java.util.Locale;
import java.util.TreeSet;

/** What was probably meant by a name that is not known. */
public final class Suggestion {
    private Suggestion() {}

    /**
     * The known name that is closest to the one given.
     *
     * @param given the name that is not known
     * @param known names that are; of two as close, the first in alphabetical order is taken
     * @return {@code "did you mean NAME? "}, to be followed by the list of known names; empty if none is close: more than a third
     *     of the letters would have to change
     */
    public static String of(String given, Collection<String> known) {
        String closest = "";
        int least = Integer.MAX_VALUE;
        for (String name : new TreeSet<>(known)) {
            int edits = edits(given.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (edits < least && edits <= Math.max(1, Math.min(given.length(), name.length()) / 3)) {
                closest = name;
                least = edits;
            }
        }
        return closest.isEmpty() ? "" : "did you mean " + closest + "? ";
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn one into the other (optimal string alignment). */
    private static int edits(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int differs = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(d[i - 1][j - 1] + differs, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
