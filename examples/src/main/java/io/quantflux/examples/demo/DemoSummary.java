// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import io.quantflux.client.ActivationPublisher;
import io.quantflux.client.QParamsSubscriber;
import io.quantflux.examples.digits.DigitsTrainer;
import io.quantflux.streaming.kafka.StreamStatus;
import java.io.PrintWriter;
import java.util.Locale;

/** What came out, as a table, and whether what was promised held. */
final class DemoSummary {
    private final DemoPlan plan;
    private final LiveTraining training;
    private final QParamsSubscriber subscriber;
    private final FreezeCheck freeze;
    private final ActivationPublisher.Counters sent;
    private final boolean caughtUp;

    DemoSummary(
            DemoPlan plan,
            LiveTraining training,
            QParamsSubscriber subscriber,
            FreezeCheck freeze,
            ActivationPublisher.Counters sent,
            boolean caughtUp) {
        this.plan = plan;
        this.training = training;
        this.subscriber = subscriber;
        this.freeze = freeze;
        this.sent = sent;
        this.caughtUp = caughtUp;
    }

    /** Every layer was frozen at its step and no bit has changed since. */
    boolean passed() {
        return freeze.tensors() == DigitsTrainer.LAYERS.size() && freeze.changed() == 0;
    }

    void print(PrintWriter out, StreamStatus stream, FirstUpdate first) {
        out.println();
        out.println(LayerLine.HEADER);
        for (String layer : DigitsTrainer.LAYERS) {
            out.println(LayerLine.of(layer, subscriber.latest(plan.id(layer)).orElse(null)));
        }
        out.println();
        row(out, "test accuracy, float32", "%.2f %%", training.floatAccuracy() * 100);
        row(out, "test accuracy, int8 fake-quantized", "%.2f %%", training.quantizedAccuracy() * 100);
        row(
                out,
                "qparams frozen at step " + plan.freezeAt(),
                freeze.changed() == 0
                        ? "same bits in all of %d later updates of %d tensors"
                        : "BITS CHANGED: %d compared, %d tensors, " + freeze.changed() + " differ",
                freeze.compared(),
                freeze.tensors());
        first.sinceLaunch()
                .ifPresent(time -> row(out, "first tensor calibrated", "%.1f s after launch", time.toMillis() / 1e3));
        row(
                out,
                "tensors published",
                "%d acknowledged, %d dropped, %d failed",
                sent.acknowledged(),
                sent.dropped(),
                sent.failed());
        row(
                out,
                "tensors calibrated",
                "%d in %d transactions, %.1f MB, %s",
                stream.records(),
                stream.commits(),
                stream.bytes() / 1e6,
                stream.deadLetters().isEmpty() ? "no dead letters" : "dead letters " + stream.deadLetters());
        if (!caughtUp) {
            out.println("  the stream had not caught up with the last step when this was printed");
        }
        if (freeze.tensors() != DigitsTrainer.LAYERS.size()) {
            out.printf("  only %d of %d tensors were seen frozen%n", freeze.tensors(), DigitsTrainer.LAYERS.size());
        }
    }

    private static void row(PrintWriter out, String name, String format, Object... values) {
        out.printf("  %-36s %s%n", name, String.format(Locale.ROOT, format, values));
    }
}
