// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.Suggestion;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Factories of one kind of component by the key that specs use.
 *
 * <p>Counterpart of the reference's class registries: {@link #register}, {@link #get} ({@code get_class}), {@link #keys}
 * ({@code list_registry_keys}) and {@link #values} ({@code list_registry_values}). A second factory with the same key is
 * an error here, not a replacement. Immutable; registering gives a new registry.
 *
 * @param <F> the kind of factory
 */
public final class Registry<F extends ComponentFactory<?>> {
    private final String field;
    private final Map<String, F> byKey;

    private Registry(String field, Map<String, F> byKey) {
        this.field = field;
        this.byKey = byKey;
    }

    static <F extends ComponentFactory<?>> Registry<F> of(String field, Iterable<F> factories) {
        Registry<F> registry = new Registry<>(field, Map.of());
        for (F factory : factories) {
            registry = registry.register(factory);
        }
        return registry;
    }

    /**
     * {@return this registry and one more factory}
     *
     * @param factory makes the component; its key must not be taken
     * @throws IllegalArgumentException if its key is empty or taken
     */
    public Registry<F> register(F factory) {
        String key = factory.key();
        if (key.isBlank()) {
            throw new IllegalArgumentException(factory.getClass().getName() + " has an empty key for " + field);
        }
        F taken = byKey.get(key);
        if (taken != null) {
            throw new IllegalArgumentException("key '" + key + "' of " + field + " is claimed by both "
                    + taken.getClass().getName() + " and " + factory.getClass().getName());
        }
        Map<String, F> more = new TreeMap<>(byKey);
        more.put(key, factory);
        return new Registry<>(field, more);
    }

    /**
     * {@return the factory of a key ({@code get_class})}
     *
     * @param key as specs spell it
     * @throws InvalidSpecException for an unknown key, listing the known ones
     */
    public F get(String key) {
        F factory = byKey.get(key);
        if (factory == null) {
            throw new InvalidSpecException(
                    field,
                    key,
                    "No class is registered with key '" + key + "'; " + Suggestion.of(key, keys()) + "Available keys: "
                            + keys());
        }
        return factory;
    }

    /** {@return known keys, sorted} */
    public Set<String> keys() {
        return Collections.unmodifiableSet(new TreeSet<>(byKey.keySet()));
    }

    /** {@return known factories, by key} */
    public Collection<F> values() {
        return List.copyOf(byKey.values());
    }
}
