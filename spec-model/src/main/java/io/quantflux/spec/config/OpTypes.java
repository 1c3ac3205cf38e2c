// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The type of the op that makes a tensor: what is known of its module's class, else what its name says. */
final class OpTypes {
    private OpTypes() {}

    /**
     * {@code MaxPool2d} for a {@code torch.nn.modules.pooling.MaxPool2d}; {@code add} for a tensor {@code block.add_1}
     * whose module type is unknown, for so ops are named.
     */
    static String of(TensorPlace place, @Nullable String moduleType) {
        return moduleType == null
                ? place.op().replaceFirst("_\\d+$", "")
                : moduleType.substring(moduleType.lastIndexOf('.') + 1);
    }

    /** Whether an op type of a config, {@code max_pool2d}, is meant by a type: case and underscores aside. */
    static boolean same(String configured, String type) {
        return plain(configured).equals(plain(type));
    }

    private static String plain(String type) {
        return type.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
