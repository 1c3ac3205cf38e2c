// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A function's newest answers; all are forgotten when there are too many. */
final class Memo<K, V> {
    private static final int MAX = 256;

    private final Map<K, V> known = new ConcurrentHashMap<>();
    private final Function<K, V> function;

    Memo(Function<K, V> function) {
        this.function = function;
    }

    V of(K key) {
        V value = known.get(key);
        if (value != null) {
            return value;
        }
        V fresh = function.apply(key);
        if (known.size() >= MAX) {
            known.clear();
        }
        known.put(key, fresh);
        return fresh;
    }
}
