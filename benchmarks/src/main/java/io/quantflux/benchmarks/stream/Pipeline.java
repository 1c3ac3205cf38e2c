// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

/** A running contender; consumes from where its group has committed. */
interface Pipeline extends AutoCloseable {
    /** Ends it in order: what it has consumed is committed. */
    @Override
    void close();
}
