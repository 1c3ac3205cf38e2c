// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.SpecFields;
import java.util.Collection;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The registries a spec's keys are looked up in: range calculators, qparams calculators, fake quantizers.
 *
 * <p>{@link #standard()} holds what {@link ServiceLoader} finds, the built-in ones included; further ones may be added by
 * call. Immutable.
 */
public final class Components {
    private final Registry<RangeCalculator.Factory> ranges;
    private final Registry<QParamsCalculator.Factory> calculators;
    private final Registry<FakeQuantize.Factory> fakeQuantizers;

    private Components(
            Registry<RangeCalculator.Factory> ranges,
            Registry<QParamsCalculator.Factory> calculators,
            Registry<FakeQuantize.Factory> fakeQuantizers) {
        this.ranges = ranges;
        this.calculators = calculators;
        this.fakeQuantizers = fakeQuantizers;
    }

    /** Everything on the class path of this library. */
    public static Components standard() {
        return load(Components.class.getClassLoader());
    }

    /**
     * Everything that {@code loader} sees.
     *
     * @throws IllegalArgumentException if two factories of a kind have the same key
     */
    public static Components load(ClassLoader loader) {
        return new Components(
                Registry.of("range_calculator_cls", ServiceLoader.load(RangeCalculator.Factory.class, loader)),
                Registry.of("qparam_calculator_cls", ServiceLoader.load(QParamsCalculator.Factory.class, loader)),
                Registry.of("fake_quantize_cls", ServiceLoader.load(FakeQuantize.Factory.class, loader)));
    }

    /** By the keys of {@code range_calculator_cls}. */
    public Registry<RangeCalculator.Factory> rangeCalculators() {
        return ranges;
    }

    /** By the keys of {@code qparam_calculator_cls}. */
    public Registry<QParamsCalculator.Factory> qparamsCalculators() {
        return calculators;
    }

    /** By the keys of {@code fake_quantize_cls}. */
    public Registry<FakeQuantize.Factory> fakeQuantizers() {
        return fakeQuantizers;
    }

    /**
     * These, and one more for specs to name.
     *
     * @throws IllegalArgumentException if the key is taken
     */
    public Components register(RangeCalculator.Factory factory) {
        return new Components(ranges.register(factory), calculators, fakeQuantizers);
    }

    /**
     * These, and one more for specs to name.
     *
     * @throws IllegalArgumentException if the key is taken
     */
    public Components register(QParamsCalculator.Factory factory) {
        return new Components(ranges, calculators.register(factory), fakeQuantizers);
    }

    /**
     * These, and one more for specs to name.
     *
     * @throws IllegalArgumentException if the key is taken
     */
    public Components register(FakeQuantize.Factory factory) {
        return new Components(ranges, calculators, fakeQuantizers.register(factory));
    }

    /**
     * The three components of a spec.
     *
     * <p>An extra field reaches all three. One that only a component of another key declares is ignored, as in the
     * reference, so that a spec may be switched between calculators.
     *
     * @throws InvalidSpecException for an unknown key, an extra field that no registered component declares, or a value
     *     that one of the three refuses
     */
    public Chosen choose(QuantizationSpec spec, QuantizationTarget target) {
        for (String extra : spec.extras().keySet()) {
            if (!extras().contains(extra)) {
                throw new InvalidSpecException(
                        extra,
                        spec.extras().get(extra),
                        "no registered component has such a field; fields known are " + SpecFields.keys()
                                + ", preset, op_hint, and those of components " + extras());
            }
        }
        return new Chosen(
                ranges.get(spec.rangeCalculatorCls()).create(spec, target),
                calculators.get(spec.qparamCalculatorCls()).create(spec, target),
                fakeQuantizers.get(spec.fakeQuantizeCls()).create(spec, target));
    }

    /** Every extra spec field that a registered component declares, sorted. */
    public Set<String> extras() {
        Set<String> extras = new TreeSet<>();
        Stream.of(ranges.values(), calculators.values(), fakeQuantizers.values())
                .flatMap(Collection::stream)
                .forEach(factory -> extras.addAll(factory.extras()));
        return extras;
    }

    /** What a spec has asked for. */
    public record Chosen(RangeCalculator range, QParamsCalculator calculator, FakeQuantize fakeQuantize) {}
}
