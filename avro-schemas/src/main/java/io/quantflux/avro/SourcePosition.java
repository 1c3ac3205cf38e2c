// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

/**
 * Where the record that caused another was read, within the topic it came from.
 *
 * @param offset −1 where no record was involved
 */
public record SourcePosition(int partition, long offset) {}
