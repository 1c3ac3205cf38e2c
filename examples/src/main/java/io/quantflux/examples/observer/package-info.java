/** An observer of one's own: one class, found by its key in a spec. */
@NullMarked
package io.quantflux.examples.observer;

import org.jspecify.annotations.NullMarked;
