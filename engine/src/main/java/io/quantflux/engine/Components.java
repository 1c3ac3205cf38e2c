// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.SpecFields;
import io.quantflux.spec.Suggestion;
import java.util.Collection;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

    /** {@return everything on the class path of this library} */
    public static Components standard() {
        return load(Components.class.getClassLoader());
    }

    /**
     * {@return everything that {@code loader} sees}
     *
     * @param loader sees the service files and classes of all components
     * @throws IllegalArgumentException if two factories of a kind have the same key
     */
    public static Components load(ClassLoader loader) {
        return new Components(
                Registry.of("range_calculator_cls", ServiceLoader.load(RangeCalculator.Factory.class, loader)),
                Registry.of("qparam_calculator_cls", ServiceLoader.load(QParamsCalculator.Factory.class, loader)),
                Registry.of("fake_quantize_cls", ServiceLoader.load(FakeQuantize.Factory.class, loader)));
    }

    /** {@return range calculators, by the keys of {@code range_calculator_cls}} */
    public Registry<RangeCalculator.Factory> rangeCalculators() {
        return ranges;
    }

    /** {@return qparams calculators, by the keys of {@code qparam_calculator_cls}} */
    public Registry<QParamsCalculator.Factory> qparamsCalculators() {
        return calculators;
    }

    /** {@return fake quantizers, by the keys of {@code fake_quantize_cls}} */
    public Registry<FakeQuantize.Factory> fakeQuantizers() {
        return fakeQuantizers;
    }

    /**
     * {@return these, and one more for specs to name}
     *
     * @param factory makes the component; its key must not be taken
     * @throws IllegalArgumentException if the key is taken
     */
    public Components register(RangeCalculator.Factory factory) {
        return new Components(ranges.register(factory), calculators, fakeQuantizers);
    }

    /**
     * {@return these, and one more for specs to name}
     *
     * @param factory makes the component; its key must not be taken
     * @throws IllegalArgumentException if the key is taken
     */
    public Components register(QParamsCalculator.Factory factory) {
        return new Components(ranges, calculators.register(factory), fakeQuantizers);
    }

    /**
     * {@return these, and one more for specs to name}
     *
     * @param factory makes the component; its key must not be taken
     * @throws IllegalArgumentException if the key is taken
     */
    public Components register(FakeQuantize.Factory factory) {
        return new Components(ranges, calculators, fakeQuantizers.register(factory));
    }

    /**
     * {@return the three components of a spec}
     *
     * <p>An extra field reaches all three. One that only a component of another key declares is ignored, as in the
     * reference, so that a spec may be switched between calculators.
     *
     * @param spec how the tensor is quantized
     * @param target what the tensor is: activation, weight or look-up table
     * @throws InvalidSpecException for an unknown key, an extra field that no registered component declares, or a value
     * that one of the three refuses
     */
    public Chosen choose(QuantizationSpec spec, QuantizationTarget target) {
        for (String extra : spec.extras().keySet()) {
            if (!extra.equals(NonFinitePolicy.FIELD) && !extras().contains(extra)) {
                throw unknown(extra, spec.extras().get(extra));
            }
        }
        return new Chosen(
                ranges.get(spec.rangeCalculatorCls()).create(spec, target),
                calculators.get(spec.qparamCalculatorCls()).create(spec, target),
                fakeQuantizers.get(spec.fakeQuantizeCls()).create(spec, target));
    }

    private InvalidSpecException unknown(String extra, @Nullable Object value) {
        Set<String> known = extras();
        known.addAll(SpecFields.keys());
        known.addAll(List.of("preset", "op_hint"));
        return new InvalidSpecException(
                extra,
                value,
                "no registered component has such a field; " + Suggestion.of(extra, known) + "fields known are "
                        + SpecFields.keys() + ", preset, op_hint, and those of components " + extras());
    }

    /** {@return every extra spec field that a registered component declares, sorted} */
    public Set<String> extras() {
        Set<String> extras = new TreeSet<>();
        Stream.of(ranges.values(), calculators.values(), fakeQuantizers.values())
                .flatMap(Collection::stream)
                .forEach(factory -> extras.addAll(factory.extras()));
        return extras;
    }

    /**
     * What a spec has asked for.
     *
     * @param range finds what a tensor spans
     * @param calculator folds ranges into qparams
     * @param fakeQuantize quantizes and dequantizes with them
     */
    public record Chosen(RangeCalculator range, QParamsCalculator calculator, FakeQuantize fakeQuantize) {}
}
