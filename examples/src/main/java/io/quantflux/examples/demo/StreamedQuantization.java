// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.client.QParamsSubscriber;
import io.quantflux.engine.nd4j.FakeQuantizer;
import io.quantflux.examples.digits.ActivationHook;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.NumericArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.Switches;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Quantization-aware training with what the stream has calibrated: activations are fake-quantized with the newest qparams
 * of their topic, gradients pass straight through within the range.
 */
final class StreamedQuantization implements ActivationHook {
    private static final Switches APPLY_ONLY = new Switches(false, true, false, false);

    private final DemoPlan plan;
    private final QParamsSubscriber subscriber;
    private final Map<String, Layer> layers = new HashMap<>();

    StreamedQuantization(DemoPlan plan, QParamsSubscriber subscriber) {
        this.plan = plan;
        this.subscriber = subscriber;
    }

    private record Layer(FakeQuantizer quantizer, long version) {}

    @Override
    public INDArray onActivation(String layer, INDArray activation) {
        FakeQuantizer quantizer = current(layer);
        return quantizer == null ? activation : quantizer.forward(activation);
    }

    @Override
    public INDArray onGradient(String layer, INDArray gradient) {
        Layer known = layers.get(layer);
        return known == null ? gradient : known.quantizer().backward(gradient);
    }

    private @Nullable FakeQuantizer current(String layer) {
        QParamsUpdate update = subscriber.latest(plan.id(layer)).orElse(null);
        QParams qparams = update == null ? null : update.qparams();
        if (update == null || qparams == null) {
            return null;
        }
        Layer known = layers.get(layer);
        if (known == null || known.version() != update.version()) {
            known = new Layer(quantizer(update, qparams), update.version());
            layers.put(layer, known);
        }
        return known.quantizer();
    }

    private static FakeQuantizer quantizer(QParamsUpdate update, QParams qparams) {
        Map<String, NumericArray> arrays = new HashMap<>();
        arrays.put(CalibrationState.SCALE, qparams.scale());
        if (qparams.zeroPoint() != null && qparams.minval() != null) {
            arrays.put(CalibrationState.ZERO_POINT, qparams.zeroPoint());
            arrays.put(CalibrationState.MINVAL, qparams.minval());
        }
        FakeQuantizer quantizer = new FakeQuantizer(update.spec(), update.target());
        quantizer.restore(new CalibrationState(update.spec(), update.target(), APPLY_ONLY, 1, arrays));
        return quantizer;
    }
}
