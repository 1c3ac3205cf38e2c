// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.spec.Tensor;

/**
 * An activation after quantizing and dequantizing.
 *
 * @param step training step of the activation
 * @param tensor shaped as the activation; after decoding it shares the record's bytes
 * @param qparamsVersion version of the qparams that were used; 0 if there were none
 * @param outcome what was done
 * @param source the activation it was made from
 */
public record FakeQuantized(long step, Tensor tensor, long qparamsVersion, String outcome, SourcePosition source) {}
