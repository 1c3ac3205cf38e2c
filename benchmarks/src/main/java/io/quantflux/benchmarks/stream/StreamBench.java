// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quantflux bench stream}. */
@Command(
        name = "stream",
        mixinStandardHelpOptions = true,
        description =
                "Throughput and latency of the processor beside a raw copy with plain kafka-clients and beside Kafka"
                        + " Streams, on a broker it starts; contenders take turns.")
public final class StreamBench implements Callable<Integer> {
    private static final int MAX_RECORD_BYTES = 16 << 20;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--short", description = "Fewer rounds and records: at most 9 minutes.")
    private boolean brief;

    @Option(names = "--json", description = "A line of JSON a row, and nothing else.")
    private boolean json;

    @Option(
            names = "--bytes",
            split = ",",
            defaultValue = "65536,1048576,8388608",
            description = "Tensor sizes; default ${DEFAULT-VALUE}.")
    private List<Integer> sizes = List.of();

    @Option(
            names = "--guarantee",
            split = ",",
            defaultValue = "EXACTLY_ONCE,AT_LEAST_ONCE",
            description = "Default ${DEFAULT-VALUE}.")
    private List<Guarantee> guarantees = List.of();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            out.println(Row.HEAD);
            out.flush();
        }
        try (Bed bed = new Bed()) {
            for (int size : sizes) {
                for (Guarantee guarantee : guarantees) {
                    Row row = measure(bed, size, guarantee);
                    out.println(json ? row.json() : row.text());
                    out.flush();
                }
            }
        }
        return 0;
    }

    private Row measure(Bed bed, int size, Guarantee guarantee) {
        Workload workload = new Workload(size);
        workload.warmUp();
        Row row = new Row(
                size,
                guarantee,
                entrant(bed, Contender.RAW, size, guarantee),
                entrant(bed, Contender.QUANTFLUX, size, guarantee),
                entrant(bed, Contender.STREAMS, size, guarantee));
        List<Entrant> order = new ArrayList<>(List.of(row.raw(), row.quantflux(), row.streams()));
        int records = (int) Math.max(24, (brief ? 192L << 20 : 512L << 20) / size);
        int rounds = brief ? 3 : 7;
        for (int round = 0; round <= rounds; round++) {
            for (Entrant entrant : order) {
                entrant.run(bed, workload, records, round == 0);
            }
            Collections.rotate(order, 1);
        }
        Duration period = Duration.ofMillis(size <= 64 << 10 ? 50 : size <= 1 << 20 ? 100 : 250);
        int samples = (int) ((brief ? 20_000 : 120_000) / 2 / period.toMillis());
        Entrant.runSlowly(bed, workload, List.of(row.raw(), row.quantflux()), samples, period);
        return row;
    }

    private static Entrant entrant(Bed bed, Contender contender, int size, Guarantee guarantee) {
        String name = contender.key() + "-" + guarantee.key() + "-" + size;
        Lane lane = new Lane(bed.bootstrapServers(), name, guarantee, MAX_RECORD_BYTES, bed.directory());
        bed.createTopics(lane);
        return new Entrant(contender, lane);
    }
}
