// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import io.quantflux.client.ActivationPublisher;
import io.quantflux.client.ControlClient;
import io.quantflux.client.QParamsSubscriber;
import io.quantflux.examples.digits.ActivationHook;
import io.quantflux.examples.digits.DigitsTrainer;
import io.quantflux.examples.digits.StepReport;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The training loop: float first, then quantization-aware, always publishing; half-way through it asks for export mode. */
final class LiveTraining {
    private final DemoPlan plan;
    private final DigitsTrainer trainer;
    private final ActivationPublisher publisher;
    private final ControlClient control;
    private final StreamedQuantization streamed;

    LiveTraining(
            DemoPlan plan,
            DigitsTrainer trainer,
            ActivationPublisher publisher,
            ControlClient control,
            QParamsSubscriber subscriber) {
        this.plan = plan;
        this.trainer = trainer;
        this.publisher = publisher;
        this.control = control;
        this.streamed = new StreamedQuantization(plan, subscriber);
    }

    /** Sees each step as it ends. */
    interface Progress {
        void after(StepReport report);
    }

    /** Trains to the plan's last step, at most one step each {@code pace}; returns the steps made before a stop. */
    long run(Duration pace, BooleanSupplier stop, Progress progress) {
        long next = System.nanoTime();
        for (long step = 1; step <= plan.steps(); step++) {
            if (stop.getAsBoolean()) {
                return step - 1;
            }
            ActivationHook quantize = step >= plan.quantizeFrom() ? streamed : ActivationHook.NONE;
            StepReport report = trainer.step(new PublishingHook(publisher, step, quantize));
            if (step == plan.commandAt()) {
                askForExportMode();
            }
            progress.after(report);
            next = Math.max(next + pace.toNanos(), System.nanoTime() - pace.toNanos());
            long wait = next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
        }
        return plan.steps();
    }

    private void askForExportMode() {
        var unused = control.send(new ControlCommand(
                ControlClient.newId(),
                "demo",
                Selector.of(plan.run() + "/*"),
                new Action.SetExportMode(true),
                plan.freezeAt()));
    }

    /** Share of the test images classified right in float32. */
    double floatAccuracy() {
        return trainer.accuracy(ActivationHook.NONE);
    }

    /** The same with every activation fake-quantized by the newest streamed qparams. */
    double quantizedAccuracy() {
        return trainer.accuracy(streamed);
    }
}
