// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import io.quantflux.client.ActivationPublisher;
import io.quantflux.client.ControlClient;
import io.quantflux.client.QParamsSubscriber;
import io.quantflux.examples.digits.DigitsTrainer;
import io.quantflux.streaming.cli.OrderlyEnd;
import io.quantflux.streaming.cli.Subcommand;
import io.quantflux.streaming.kafka.StartupException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quantflux demo}: broker, processor and a live training job, from nothing. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Starts a real Kafka broker and the processor, trains a small network on handwritten digits,"
                + " calibrates its activations while it learns, and ends with a summary.")
public final class DemoCommand implements Subcommand {
    private static final DateTimeFormatter RUN = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    private static final Duration CATCH_UP = Duration.ofSeconds(30);

    @Option(
            names = "--steps",
            defaultValue = "2000",
            description = "Training steps; default ${DEFAULT-VALUE}, about a minute.")
    private long steps;

    @Option(
            names = "--steps-per-second",
            defaultValue = "40",
            description = "At most so many steps a second, so that one can watch; default ${DEFAULT-VALUE}.")
    private int stepsPerSecond;

    @Option(
            names = "--port",
            defaultValue = "8642",
            description = "HTTP port, 0 for a free one; default ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--keep", description = "Stay up after training, until interrupted.")
    private boolean keep;

    @Option(names = "--seed", defaultValue = "7", description = "Of weights and batches; default ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws IOException, InterruptedException {
        DemoPlan plan = DemoPlan.of(
                "digits-" + ZonedDateTime.now(ZoneId.systemDefault()).format(RUN), steps);
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        Path directory = Files.createTempDirectory("quantflux-demo");
        DemoLogging.toFile(directory.resolve("demo.log"));
        OrderlyEnd end = OrderlyEnd.install();
        try {
            out.println("starting a Kafka broker, the processor and the training job …");
            // ND4J unpacks and loads its native library meanwhile
            CompletableFuture<DigitsTrainer> trainer = CompletableFuture.supplyAsync(() -> new DigitsTrainer(seed));
            int exitCode;
            try (DemoCluster cluster = DemoCluster.start(directory, port);
                    DigitsTrainer ready = trainer.join()) {
                exitCode = train(plan, cluster, ready, end, out);
            }
            delete(directory);
            end.done(exitCode);
            return exitCode;
        } catch (StartupException | ConfigException e) {
            delete(directory); // the message says all there is
            throw e;
        } finally {
            end.failed(); // says nothing after done
        }
    }

    /** The broker's files and the log; they stay where a demo has failed. */
    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            // left to the system's own cleaning of temporary files
        }
    }

    private int train(DemoPlan plan, DemoCluster cluster, DigitsTrainer trainer, OrderlyEnd end, PrintWriter out)
            throws InterruptedException {
        FreezeCheck freeze = new FreezeCheck(plan.freezeAt());
        FirstUpdate first = new FirstUpdate();
        ActivationPublisher.Builder publishing =
                ActivationPublisher.builder(cluster.bootstrapServers()).run(plan.run());
        plan.specs().forEach(publishing::spec);
        try (QParamsSubscriber subscriber = QParamsSubscriber.builder(cluster.bootstrapServers())
                        .onUpdate((id, update) -> {
                            first.seen();
                            freeze.accept(id, update);
                        })
                        .build();
                ControlClient control = ControlClient.create(cluster.bootstrapServers());
                ActivationPublisher publisher = publishing.build()) {
            out.printf("run %s   broker %s%n", plan.run(), cluster.bootstrapServers());
            out.printf("dashboard %s%n%n", dashboard(cluster));
            LiveTraining training = new LiveTraining(plan, trainer, publisher, control, subscriber);
            DemoView view = new DemoView(
                    out,
                    Integer.getInteger("quantflux.terminal.columns", 0),
                    plan,
                    cluster.processor()::status,
                    publisher,
                    subscriber);
            Duration pace = Duration.ofNanos(1_000_000_000L / Math.max(1, stepsPerSecond));
            long made = training.run(pace, end::isAsked, view);
            if (made < plan.steps()) {
                out.printf("%ninterrupted after %d of %d steps%n", made, plan.steps());
                return 0;
            }
            boolean caughtUp = awaitLast(plan, publisher, subscriber, end);
            DemoSummary summary = new DemoSummary(plan, training, subscriber, freeze, publisher.counters(), caughtUp);
            summary.print(out, cluster.processor().status(), first);
            if (keep && !end.isAsked()) {
                out.printf(
                        "%nstaying up: broker %s, dashboard %s; Ctrl-C ends%n",
                        cluster.bootstrapServers(), dashboard(cluster));
                end.asked().join();
            }
            return summary.passed() ? 0 : 1;
        }
    }

    private static String dashboard(DemoCluster cluster) {
        return cluster.dashboard().orElse("none: no HTTP port");
    }

    /** Until everything is sent and the qparams of the last step are there for every layer. */
    private static boolean awaitLast(
            DemoPlan plan, ActivationPublisher publisher, QParamsSubscriber subscriber, OrderlyEnd end)
            throws InterruptedException {
        long deadline = System.nanoTime() + CATCH_UP.toNanos();
        while (System.nanoTime() < deadline && !end.isAsked()) {
            boolean all = DigitsTrainer.LAYERS.stream().allMatch(layer -> subscriber
                    .latest(plan.id(layer))
                    .filter(update -> update.step() == plan.steps())
                    .isPresent());
            if (all && publisher.counters().bytesQueued() == 0) {
                return true;
            }
            Thread.sleep(20);
        }
        return false;
    }
}
