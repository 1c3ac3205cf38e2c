// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.client.ActivationPublisher;
import io.quantflux.client.QParamsSubscriber;
import io.quantflux.examples.digits.DigitsTrainer;
import io.quantflux.examples.digits.StepReport;
import io.quantflux.streaming.kafka.StreamStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the demo shows while it runs: drawn in place on a terminal, cut to its width; a block now and then elsewhere.
 *
 * <p>For the training thread; {@link #after} draws at most as often as a reader can follow.
 */
final class DemoView implements LiveTraining.Progress {
    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final Duration REPRINT = Duration.ofSeconds(5);
    private static final int BAR = 40;

    private final PrintWriter out;
    private final int columns;
    private final DemoPlan plan;
    private final Supplier<StreamStatus> stream;
    private final ActivationPublisher publisher;
    private final QParamsSubscriber subscriber;
    private int drawnLines;
    private long lastDrawn;
    private long lastRecords;
    private long lastBytes;

    DemoView(
            PrintWriter out,
            int columns,
            DemoPlan plan,
            Supplier<StreamStatus> stream,
            ActivationPublisher publisher,
            QParamsSubscriber subscriber) {
        this.out = out;
        this.columns = columns;
        this.plan = plan;
        this.stream = stream;
        this.publisher = publisher;
        this.subscriber = subscriber;
        this.lastDrawn = System.nanoTime();
    }

    @Override
    public void after(StepReport report) {
        long now = System.nanoTime();
        Duration since = Duration.ofNanos(now - lastDrawn);
        if (since.compareTo(isTerminal() ? REDRAW : REPRINT) >= 0 || report.step() == plan.steps()) {
            draw(report, since);
            lastDrawn = now;
        }
    }

    private boolean isTerminal() {
        return columns > 1;
    }

    private void draw(StepReport report, Duration since) {
        List<String> lines = new ArrayList<>();
        lines.add(bar(report));
        lines.add(rates(stream.get(), since));
        lines.add(LayerLine.HEADER);
        for (String layer : DigitsTrainer.LAYERS) {
            lines.add(LayerLine.of(layer, latest(layer)));
        }
        if (isTerminal() && drawnLines > 0) {
            out.print("\033[" + drawnLines + "A");
        }
        for (String line : lines) {
            out.println(isTerminal() ? "\033[2K" + line.substring(0, Math.min(line.length(), columns - 1)) : line);
        }
        out.flush();
        drawnLines = lines.size();
    }

    private @Nullable QParamsUpdate latest(String layer) {
        return subscriber.latest(plan.id(layer)).orElse(null);
    }

    private String bar(StepReport report) {
        int width = isTerminal() ? Math.max(10, Math.min(BAR, columns - 75)) : BAR;
        int done = (int) (width * report.step() / plan.steps());
        String phase = report.step() < plan.quantizeFrom()
                ? "float training"
                : report.step() < plan.freezeAt() ? "QAT with streamed qparams" : "QAT, qparams frozen";
        return String.format(
                Locale.ROOT,
                "[%s%s] step %d/%d  loss %.4f  batch accuracy %.0f %%  %s",
                "█".repeat(done),
                "─".repeat(width - done),
                report.step(),
                plan.steps(),
                report.loss(),
                report.accuracy() * 100,
                phase);
    }

    private String rates(StreamStatus status, Duration since) {
        double seconds = Math.max(1e-3, since.toNanos() / 1e9);
        double tensors = (status.records() - lastRecords) / seconds;
        double megabytes = (status.bytes() - lastBytes) / seconds / 1e6;
        lastRecords = status.records();
        lastBytes = status.bytes();
        ActivationPublisher.Counters sent = publisher.counters();
        return String.format(
                Locale.ROOT,
                "  %.0f tensors/s  %.1f MB/s  %d calibrated  %d commits  in flight %.1f MB  dropped %d  dead letters %d",
                tensors,
                megabytes,
                status.records(),
                status.commits(),
                status.inflightBytes() / 1e6,
                sent.dropped() + sent.failed(),
                status.deadLetters().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
    }
}
