// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import java.util.Locale;

/** How often an input may show in the outputs. */
enum Guarantee {
    EXACTLY_ONCE,
    AT_LEAST_ONCE;

    /** As in configuration files. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
