// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import java.util.Locale;

/** Trains without any stream: how well and how fast the network learns. Arguments: steps (1000), seed (7). */
final class TrainDigits {

    private static final int EVERY = 100;

    private TrainDigits() {}

    public static void main(String[] args) {
        int steps = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 7;
        long start = System.nanoTime();
        try (DigitsTrainer trainer = new DigitsTrainer(seed)) {
            print("ready after %.2f s%n", secondsSince(start));
            long mark = System.nanoTime();
            for (int i = 1; i <= steps; i++) {
                StepReport report = trainer.step(ActivationHook.NONE);
                if (i % EVERY == 0) {
                    double rate = EVERY / secondsSince(mark);
                    double accuracy = trainer.accuracy(ActivationHook.NONE);
                    print("step %5d  loss %.4f  test accuracy %.4f  %6.0f steps/s%n", i, report.loss(), accuracy, rate);
                    mark = System.nanoTime();
                }
            }
        }
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
