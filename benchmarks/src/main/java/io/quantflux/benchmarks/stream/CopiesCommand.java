// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quantflux bench copies}: where the stream allocates memory as large as a tensor, by a flight recording. */
@Command(
        name = "copies",
        mixinStandardHelpOptions = true,
        description =
                "Counts the arrays of at least half a tensor's size that the processor allocates, by place: each is a"
                        + " copy of its bytes, or what is made of them.")
public final class CopiesCommand implements Callable<Integer> {
    private static final int MAX_RECORD_BYTES = 16 << 20;
    private static final String[] EVENTS = {"jdk.ObjectAllocationOutsideTLAB", "jdk.ObjectAllocationInNewTLAB"};

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--bytes", defaultValue = "1048576", description = "Tensor size; default ${DEFAULT-VALUE}.")
    private int bytes;

    @Option(names = "--tensors", defaultValue = "400", description = "Default ${DEFAULT-VALUE}.")
    private int tensors;

    /** What was allocated at one place. */
    private record Site(long arrays, long bytes) {
        Site plus(Site other) {
            return new Site(arrays + other.arrays, bytes + other.bytes);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Site> sites = new ConcurrentSkipListMap<>();
        Workload workload = new Workload(bytes);
        workload.warmUp();
        try (Bed bed = new Bed();
                RecordingStream recording = new RecordingStream()) {
            Lane lane = new Lane(
                    bed.bootstrapServers(), "copies", Guarantee.EXACTLY_ONCE, MAX_RECORD_BYTES, bed.directory());
            bed.createTopics(lane);
            workload.load(bed.loader(), lane.topics().activations(), tensors);
            for (String event : EVENTS) {
                recording.enable(event).withStackTrace();
                recording.onEvent(event, allocation -> note(allocation, sites));
            }
            recording.startAsync();
            try (Pipeline pipeline = new ProcessorPipeline(lane)) {
                long end = bed.end(lane.topics().activations());
                while (bed.committed(lane) < end) {
                    Thread.sleep(20);
                }
            }
            Thread.sleep(Duration.ofSeconds(2).toMillis()); // the recording hands events on once a second
        }
        print(sites);
        return 0;
    }

    private void note(RecordedEvent allocation, Map<String, Site> sites) {
        long size = allocation.getLong("allocationSize");
        if (size >= bytes / 2 && allocation.getStackTrace() != null) {
            sites.merge(place(allocation), new Site(1, size), Site::plus);
        }
    }

    /** The first two methods that are not Java's own. */
    private static String place(RecordedEvent allocation) {
        StringBuilder place = new StringBuilder();
        int named = 0;
        for (RecordedFrame frame : allocation.getStackTrace().getFrames()) {
            RecordedMethod method = frame.getMethod();
            String type = method.getType().getName();
            if (!type.startsWith("java.") && !type.startsWith("jdk.") && !type.startsWith("sun.") && named++ < 2) {
                place.append(named == 1 ? "" : " < ")
                        .append(type.substring(type.lastIndexOf('.') + 1))
                        .append('.')
                        .append(method.getName());
            }
        }
        return place.toString();
    }

    private void print(Map<String, Site> sites) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%d tensors of %d bytes; arrays of half of that and more%n", tensors, bytes);
        out.println("arrays a tensor   bytes / tensor's   allocated by");
        Site all = new Site(0, 0);
        for (Map.Entry<String, Site> site : sites.entrySet()) {
            line(out, site.getValue(), site.getKey());
            all = all.plus(site.getValue());
        }
        line(out, all, "all");
        out.flush();
    }

    private void line(PrintWriter out, Site site, String place) {
        out.printf(
                Locale.ROOT,
                "%15.2f %18.2f   %s%n",
                site.arrays() / (double) tensors,
                site.bytes() / ((double) tensors * bytes),
                place);
    }
}
