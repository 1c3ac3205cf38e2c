// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quantflux.avro.TensorEvent;
import io.quantflux.engine.StepResult.Outcome;
import io.quantflux.spec.TensorStatistics;
import io.quantflux.streaming.shard.Emission.Reason;
import io.quantflux.streaming.view.CalibrationListener;
import io.quantflux.streaming.view.FoldedTensor;
import io.quantflux.streaming.view.RefusedInput;
import io.quantflux.streaming.view.StageTimes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Counts and times what the stream does, over all tensors; every series exists from the start, at 0. */
final class StreamMetrics implements CalibrationListener {
    private static final String REFUSED = "refused";
    private static final Duration SHORTEST = Duration.ofNanos(100_000);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final Map<String, Counter> records = new HashMap<>();
    private final Map<Reason, Counter> deadLetters = new EnumMap<>(Reason.class);
    private final Map<TensorEvent.Kind, Counter> events = new EnumMap<>(TensorEvent.Kind.class);
    private final Counter bytes;
    private final Counter elements;
    private final Counter clipped;
    private final Counter underflowed;
    private final Counter nan;
    private final Counter positiveInfinity;
    private final Counter negativeInfinity;
    private final Timer queued;
    private final Timer calibrate;
    private final Timer encode;
    private final Timer commit;

    StreamMetrics(MeterRegistry registry) {
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.REJECTED) { // those are refused
                String name = word(outcome);
                records.put(name, records(registry, name));
            }
        }
        records.put(REFUSED, records(registry, REFUSED));
        for (Reason reason : Reason.values()) {
            deadLetters.put(
                    reason,
                    Counter.builder("quantflux.dead.letters")
                            .description("Inputs that went to the dead-letter topic, by reason")
                            .tag("reason", word(reason))
                            .register(registry));
        }
        for (TensorEvent.Kind kind : TensorEvent.Kind.values()) {
            events.put(kind, event(registry, word(kind)));
        }
        bytes = counter(
                registry, "quantflux.record.bytes", "Keys and values of the activations that were folded or refused");
        elements = counter(registry, "quantflux.elements", "Elements of the activations that were folded");
        clipped = counter(
                registry,
                "quantflux.clipped.elements",
                "Elements beyond the representable range by more than half a step");
        underflowed = counter(registry, "quantflux.underflowed.elements", "Non-zero elements that became zero");
        nan = nonFinite(registry, "nan");
        positiveInfinity = nonFinite(registry, "pos_inf");
        negativeInfinity = nonFinite(registry, "neg_inf");
        queued = stage(registry, "queue");
        calibrate = stage(registry, "calibrate");
        encode = stage(registry, "encode");
        commit = histogram(Timer.builder("quantflux.commit").description("Time a transaction took to commit"))
                .register(registry);
    }

    private static Counter records(MeterRegistry registry, String outcome) {
        return Counter.builder("quantflux.records")
                .description("Activations, by what came of them")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter event(MeterRegistry registry, String kind) {
        String command = "command_";
        return kind.startsWith(command)
                ? Counter.builder("quantflux.control.commands")
                        .description("Outcomes of control commands: accepted once, applied or rejected for each tensor")
                        .tag("outcome", kind.substring(command.length()))
                        .register(registry)
                : Counter.builder("quantflux.tensor.events")
                        .description("Events of tensors, by kind")
                        .tag("kind", kind)
                        .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private static Counter nonFinite(MeterRegistry registry, String kind) {
        return Counter.builder("quantflux.nonfinite.elements")
                .description("Elements that were no finite number, by kind")
                .tag("kind", kind)
                .register(registry);
    }

    private static Timer stage(MeterRegistry registry, String stage) {
        return histogram(Timer.builder("quantflux.stage")
                        .description("Time an activation spent in a stage")
                        .tag("stage", stage))
                .register(registry);
    }

    private static Timer.Builder histogram(Timer.Builder timer) {
        return timer.serviceLevelObjectives(Buckets.between(SHORTEST, LONGEST));
    }

    private static void add(Counter counter, long amount) {
        counter.increment((double) amount);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void folded(FoldedTensor tensor) {
        Counter outcome = records.get(tensor.output().outcome());
        if (outcome != null) {
            outcome.increment();
        }
        add(bytes, tensor.bytes());
        TensorStatistics statistics = tensor.update().statistics();
        if (statistics != null) {
            measured(statistics);
        }
        StageTimes times = tensor.times();
        queued.record(times.queued(), TimeUnit.NANOSECONDS);
        calibrate.record(times.calibrate(), TimeUnit.NANOSECONDS);
        encode.record(times.encode(), TimeUnit.NANOSECONDS);
    }

    private void measured(TensorStatistics statistics) {
        add(elements, statistics.elements());
        add(clipped, statistics.clipped());
        add(underflowed, statistics.underflowed());
        if (statistics.nonFinite().total() > 0) {
            add(nan, statistics.nonFinite().nan());
            add(positiveInfinity, statistics.nonFinite().positiveInfinity());
            add(negativeInfinity, statistics.nonFinite().negativeInfinity());
        }
    }

    @Override
    public void event(String key, TensorEvent event) {
        Counter counter = events.get(event.kind());
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void refused(RefusedInput input) {
        Counter reason = deadLetters.get(input.why().reason());
        if (reason != null) {
            reason.increment();
        }
        Counter outcome = records.get(REFUSED);
        if (outcome != null && !input.why().stage().equals("control")) {
            outcome.increment();
            add(bytes, input.bytes());
        }
    }

    @Override
    public void committed(long nanos) {
        commit.record(nanos, TimeUnit.NANOSECONDS);
    }
}
