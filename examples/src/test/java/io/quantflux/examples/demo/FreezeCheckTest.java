// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.SourcePosition;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Switches;
import io.quantflux.spec.TensorId;
import org.junit.jupiter.api.Test;

class FreezeCheckTest {
    private static final TensorId CONV = new TensorId("run/conv1");
    private final FreezeCheck check = new FreezeCheck(100);

    @Test
    void updatesBeforeTheStepDoNotCount() {
        check.accept(CONV, update(98, 0.5f));
        check.accept(CONV, update(99, 0.25f));
        assertThat(check.tensors()).isZero();
        assertThat(check.changed()).isZero();
    }

    @Test
    void sameBitsFromTheStepOnAreFrozen() {
        check.accept(CONV, update(100, 0.5f));
        check.accept(CONV, update(101, 0.5f));
        check.accept(CONV, update(102, 0.5f));
        assertThat(check.tensors()).isEqualTo(1);
        assertThat(check.compared()).isEqualTo(2);
        assertThat(check.changed()).isZero();
    }

    @Test
    void aSingleBitIsNoticed() {
        check.accept(CONV, update(100, 0.5f));
        check.accept(CONV, update(101, Math.nextUp(0.5f)));
        assertThat(check.changed()).isEqualTo(1);
    }

    private static QParamsUpdate update(long step, float scale) {
        QParams qparams = new QParams(
                FloatArray.of(Shape.of(1), scale), IntArray.of(Shape.of(1), 0), FloatArray.of(Shape.of(1), -1f));
        return new QParamsUpdate(
                QuantizationSpec.DEFAULT,
                QuantizationTarget.ACTIVATION,
                Switches.INITIAL,
                step,
                1,
                1,
                qparams,
                null,
                null,
                null,
                new SourcePosition(0, step));
    }
}
