// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.view;

/**
 * How long a record was in each stage, in nanoseconds of a monotonic clock.
 *
 * @param queued from the poll that brought it until its lane took it up
 * @param calibrate decoding it and folding it into its tensor
 * @param encode making the records it led to
 */
public record StageTimes(long queued, long calibrate, long encode) {}
