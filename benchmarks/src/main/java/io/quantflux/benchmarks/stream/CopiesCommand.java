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
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quantflux bench copies}: where the stream allocates memory, by a flight recording, in units of the tensors' own. */
@Command(
        name = "copies",
        mixinStandardHelpOptions = true,
        description =
                "Counts the arrays of at least half a tensor's size that the processor allocates, by place: each is a"
                        + " copy of its bytes, or what is made of them.")
public final class CopiesCommand implements Callable<Integer> {
    private static final int MAX_RECORD_BYTES = 16 << 20;
    private static final String EVENT = "jdk.ObjectAllocationSample";
    /** Below that a place is not worth a line. */
    private static final double SMALL = 0.005;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--bytes", defaultValue = "1048576", description = "Tensor size; default ${DEFAULT-VALUE}.")
    private int bytes;

    @Option(names = "--tensors", defaultValue = "400", description = "Default ${DEFAULT-VALUE}.")
    private int tensors;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Long> sites = new ConcurrentSkipListMap<>();
        Workload workload = new Workload(bytes);
        workload.warmUp();
        try (Bed bed = new Bed();
                RecordingStream recording = new RecordingStream()) {
            Lane lane = new Lane(
                    bed.bootstrapServers(), "copies", Guarantee.EXACTLY_ONCE, MAX_RECORD_BYTES, bed.directory());
            bed.createTopics(lane);
            workload.load(bed.loader(), lane.topics().activations(), tensors);
            recording.enable(EVENT).withStackTrace().with("throttle", "100000/s");
            recording.onEvent(EVENT, allocation -> note(allocation, sites));
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

    /** A sample's weight is what its thread has allocated since the one before. */
    private static void note(RecordedEvent allocation, Map<String, Long> sites) {
        RecordedThread thread = allocation.getThread();
        if (thread != null && !isWatching(thread.getJavaName()) && allocation.getStackTrace() != null) {
            sites.merge(place(allocation), allocation.getLong("weight"), Long::sum);
        }
    }

    /** Those that ask how far the processor is, and that read the recording. */
    private static boolean isWatching(@Nullable String thread) {
        return thread == null
                || thread.equals("main")
                || thread.startsWith("kafka-admin-client-thread")
                || thread.startsWith("JFR");
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

    private void print(Map<String, Long> sites) {
        PrintWriter out = spec.commandLine().getOut();
        double payload = (double) tensors * bytes;
        out.printf(Locale.ROOT, "%d tensors of %d bytes%nallocated / tensor's bytes   by%n", tensors, bytes);
        sites.forEach((place, allocated) -> {
            if (allocated / payload >= SMALL) {
                out.printf(Locale.ROOT, "%26.3f   %s%n", allocated / payload, place);
            }
        });
        double all = sites.values().stream().mapToLong(Long::longValue).sum();
        out.printf(Locale.ROOT, "%26.3f   all%n", all / payload);
        out.flush();
    }
}
