// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

/**
 * What one partition's shard has seen of the control topic; one record a partition, under {@link #KEY}.
 *
 * @param controlOffset next offset of the control topic that the shard has not yet seen
 */
public record ShardState(long controlOffset) {
    /** The Kafka key: no tensor id, as those have no {@code #}. */
    public static final String KEY = "#control";
}
