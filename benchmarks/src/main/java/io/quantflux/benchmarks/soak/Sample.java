// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.soak;

/**
 * The processor at one moment.
 *
 * @param seconds since the broker became slow
 * @param heapBytes used after a full collection
 * @param rssBytes of the process
 * @param inflightBytes as {@code /api/status} tells
 * @param lagRecords on the activations topic, not yet committed by the group
 * @param records folded since the start
 * @param restarts of its clients since the start
 */
record Sample(
        double seconds,
        long heapBytes,
        long rssBytes,
        long inflightBytes,
        long lagRecords,
        long records,
        long restarts) {}
