// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.quantflux.benchmarks.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quantflux bench soak}. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description =
                "Memory over time: a processor with little heap, 1 MiB tensors, and a broker that takes a tenth of"
                        + " what it makes. Exit 0 only if heap and resident memory stay flat and bytes in flight under their"
                        + " limit while the lag grows.")
public final class SoakCommand implements Callable<Integer> {
    private static final long MIB = 1 << 20;
    private static final double FAST = 200.0 * MIB;
    private static final double SLOWNESS = 10;
    private static final double SURPLUS = 1.25;
    private static final double SHORT_MINUTES = 3;

    @Option(
            names = "--minutes",
            defaultValue = "30",
            description = "How long the broker is slow. Default ${DEFAULT-VALUE}.")
    private double minutes;

    @Option(names = "--short", description = "3 minutes instead: a look, no proof of the slopes.")
    private boolean quick;

    @Option(names = "--json", description = "Only the JSON line.")
    private boolean json;

    @Option(names = "--heap", defaultValue = "256m", description = "-Xmx of the processor. Default ${DEFAULT-VALUE}.")
    private String heap = "";

    @Option(
            names = "--inflight-mib",
            defaultValue = "64",
            description = "max.inflight.bytes of the processor. Default ${DEFAULT-VALUE}.")
    private long inflightMiB;

    @Option(
            names = "--max-rate-mib",
            defaultValue = "4",
            description =
                    "The slow broker takes at most this a second, where a tenth is more. Default ${DEFAULT-VALUE}.")
    private double maxRateMiB;

    @Option(
            names = "--rate-mib",
            description = "The slow broker takes this a second, whatever full speed is: for a machine with other work.")
    private @Nullable Double rateMiB;

    @Override
    public Integer call() throws Exception {
        Path dir = Files.createTempDirectory("quantflux-soak");
        try {
            return run(dir);
        } finally {
            Scratch.delete(dir);
        }
    }

    private int run(Path dir) throws IOException, InterruptedException, ExecutionException {
        Map<String, String> properties = Map.of(
                "group.id",
                SlowCluster.GROUP,
                "instance.id",
                "0",
                "max.inflight.bytes",
                Long.toString(inflightMiB * MIB),
                "kafka.producer.client.id",
                SlowCluster.PRODUCER);
        try (SlowCluster cluster = SlowCluster.start(dir.resolve("broker"));
                ProcessorChild processor = ProcessorChild.start(
                        dir.resolve("processor.log"), heap, cluster.bootstrapServers(), properties);
                Feeder feeder = new Feeder(cluster.bootstrapServers(), FAST)) {
            double fast = measure(processor);
            double slow = Math.rint(rateMiB == null ? Math.min(fast / SLOWNESS, maxRateMiB * MIB) : rateMiB * MIB);
            say("at full speed %.1f MiB/s; from now on the broker takes %.1f", fast / MIB, slow / MIB);
            cluster.slowDownTo(slow);
            feeder.rate(slow * SURPLUS);
            List<Sample> samples = sample(cluster, processor);
            SoakResult result = SoakResult.of(samples, inflightMiB * MIB);
            result.complaints().forEach(complaint -> System.err.println("quantflux: soak: " + complaint));
            if (!processor.isAlive() || result.restarts() > 0) {
                System.err.println(processor.logTail());
            }
            say(
                    "heap %+.2f %% from the middle third to the last, resident memory %+.3f MiB a minute",
                    result.heapChangePercent(), result.rssSlope());
            System.out.println(result.json());
            return result.complaints().isEmpty() ? 0 : 1;
        }
    }

    /** Bytes a second the processor folds when nobody is slow, once it is warm. */
    private static double measure(ProcessorChild processor) throws IOException, InterruptedException {
        Thread.sleep(5_000);
        long before = processor.status().path("bytes").asLong();
        long started = System.nanoTime();
        Thread.sleep(10_000);
        long bytes = processor.status().path("bytes").asLong() - before;
        if (bytes == 0) {
            throw new IOException("the processor processed nothing in ten seconds:\n" + processor.logTail());
        }
        return bytes / ((System.nanoTime() - started) / 1e9);
    }

    private List<Sample> sample(SlowCluster cluster, ProcessorChild processor)
            throws IOException, InterruptedException, ExecutionException {
        double length = (quick ? SHORT_MINUTES : minutes) * 60;
        long interval = (long) (Math.min(10, length / 30) * 1000);
        long started = System.nanoTime();
        List<Sample> samples = new ArrayList<>();
        say("   s  heap MiB   rss MiB  in flight MiB     lag  records  restarts");
        for (double now = 0; now < length && processor.isAlive(); now = (System.nanoTime() - started) / 1e9) {
            JsonNode status = processor.status();
            Sample sample = new Sample(
                    now,
                    processor.heapAfterCollection(),
                    processor.residentBytes(),
                    status.path("inflightBytes").asLong(),
                    cluster.lag(),
                    status.path("records").asLong(),
                    status.path("restarts").asLong());
            samples.add(sample);
            say(
                    "%4.0f %9.1f %9.1f %14.1f %7d %8d %9d",
                    now,
                    (double) sample.heapBytes() / MIB,
                    (double) sample.rssBytes() / MIB,
                    (double) sample.inflightBytes() / MIB,
                    sample.lagRecords(),
                    sample.records(),
                    sample.restarts());
            Thread.sleep(interval);
        }
        if (!processor.isAlive()) {
            throw new IOException("the processor ended:\n" + processor.logTail());
        }
        return samples;
    }

    private void say(String format, Object... values) {
        if (!json) {
            System.out.println(String.format(Locale.ROOT, format, values));
        }
    }
}
