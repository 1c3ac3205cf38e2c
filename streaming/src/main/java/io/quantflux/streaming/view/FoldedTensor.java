// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.view;

import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.TensorId;
import java.nio.ByteBuffer;

/**
 * What one activation led to.
 *
 * @param activation the record's value, to be read by absolute position or through a duplicate; keep no reference to it
 * @param bytes of the record, key and value
 * @param update qparams, switches, training step and source position after it, and the statistics measured on it
 * @param output the fake-quantized tensor and the outcome's name; keep no reference to it
 * @param state the tensor's state after it
 * @param times how long each stage took
 */
public record FoldedTensor(
        TensorId id,
        ByteBuffer activation,
        long bytes,
        QParamsUpdate update,
        FakeQuantized output,
        TensorState state,
        StageTimes times) {}
