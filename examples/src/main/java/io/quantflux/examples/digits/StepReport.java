// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

/**
 * What one training step measured on its batch, before the weights moved.
 *
 * @param step counts from 1
 * @param loss mean cross entropy in nats
 * @param accuracy share of the batch classified right, 0 to 1
 */
public record StepReport(long step, double loss, double accuracy) {}
