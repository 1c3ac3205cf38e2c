// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import io.quantflux.engine.QParamsCalculator;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code moving_average}: an exponential moving average of the range, {@code c·x + (1−c)·running}.
 *
 * <p>The extra {@value #AVERAGING_CONSTANT} is c, above 0 and at most 1, 0.01 unless given. Each product and the sum are
 * rounded to float32; 1−c is taken in float64 first, as the reference's Python does.
 */
public final class MovingAverageQParams implements QParamsCalculator.Factory {
    static final String AVERAGING_CONSTANT = "averaging_constant";
    private static final double DEFAULT = 0.01;
    private static final Set<String> EXTRAS = Stream.concat(
                    Stream.of(AVERAGING_CONSTANT), QParamsFormula.EXTRAS.stream())
            .collect(Collectors.toUnmodifiableSet());

    /** For {@link java.util.ServiceLoader}. */
    public MovingAverageQParams() {}

    @Override
    public String key() {
        return "moving_average";
    }

    @Override
    public Set<String> extras() {
        return EXTRAS;
    }

    @Override
    public QParamsCalculator create(QuantizationSpec spec, QuantizationTarget target) {
        double constant = constant(spec);
        float fresh = (float) constant;
        float kept = (float) (1 - constant);
        RunningRange.Rule average = (before, shown) -> {
            float a = fresh * shown;
            float b = kept * before;
            return a + b;
        };
        return new RunningRange(QParamsFormula.of(spec), average, average);
    }

    private static double constant(QuantizationSpec spec) {
        Object value = spec.extras().getOrDefault(AVERAGING_CONSTANT, DEFAULT);
        if (value instanceof Number number) {
            // A float32 stands for the decimal it was written as: 0.01f means 0.01.
            double constant = number instanceof Float ? Double.parseDouble(number.toString()) : number.doubleValue();
            if (constant > 0 && constant <= 1) {
                return constant;
            }
        }
        throw new InvalidSpecException(AVERAGING_CONSTANT, value, "must be a number above 0 and at most 1");
    }
}
