// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.scale;

import io.quantflux.benchmarks.Scratch;
import io.quantflux.benchmarks.scale.Curve.Growth;
import io.quantflux.benchmarks.start.Service;
import io.quantflux.benchmarks.stream.Bed;
import io.quantflux.streaming.Processor;
import io.quantflux.streaming.config.ProcessorConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The processor over a broker, exactly once: backlogs of different kinds, timed from the first commit to the last. */
final class StreamCost {
    private static final int TOUCHED = 10;
    private static final int SMALL = 4 << 10;
    private static final int MEDIUM = 256 << 10;
    private static final int MIB = 1 << 20;
    private static final int BACKLOGS = 3;
    private static final int WARM_UP_BYTES = 1 << 30;

    private final Bed bed;
    private final boolean brief;
    private final BiConsumer<Curve, Curve.Point> said;

    /** @param said called with each point as it is measured */
    StreamCost(Bed bed, boolean brief, BiConsumer<Curve, Curve.Point> said) {
        this.bed = bed;
        this.brief = brief;
        this.said = said;
    }

    /** Lets the compiler do its work: a service that runs for hours has that behind it. */
    void warmUp() throws InterruptedException {
        Stage stage = Stage.create(bed, "warm-up", 1);
        for (int bytes : new int[] {SMALL, MIB}) {
            long target = stage.sent() + WARM_UP_BYTES / 4 / bytes;
            stage.send((int) (target - stage.sent()), TOUCHED, bytes);
            try (Processor processor = Processor.start(new ProcessorConfig(stage.settings("0")))) {
                while (stage.committed() < target && !processor.ended().isDone()) {
                    Thread.sleep(20);
                }
            }
        }
        stage.clear();
    }

    /** Bytes a second, by size; above 16 MiB in chunks. */
    Curve bySize() throws InterruptedException {
        Curve curve = new Curve("stream_size", "through the stream, by tensor size", "bytes", "MB/s", Growth.FLAT);
        int[] sizes = {SMALL, 64 << 10, MIB, 8 * MIB, 32 * MIB, 128 * MIB, 256 * MIB};
        for (int bytes : sizes) {
            Stage stage = Stage.create(bed, "size-" + bytes, 1);
            long volume = (brief ? 128L : 512L) << 20;
            int records = (int) Math.min(brief ? 10_000 : 40_000, Math.max(4, volume / bytes));
            if (bytes <= 8 * MIB) {
                stage.send(records, TOUCHED, bytes);
            } else {
                stage.sendLarge(records, bytes);
            }
            long target = stage.sent();
            try (Processor processor = Processor.start(new ProcessorConfig(stage.settings("0")))) {
                Watch watch = Watch.until(stage, 0, target);
                double share = (double) watch.records() / target;
                said.accept(curve, curve.add(bytes, share * records * bytes / watch.seconds() / 1e6));
            }
            stage.clear();
        }
        return curve;
    }

    /**
     * What a record costs and what a commit writes where 10 tensors of many change: time, and records and bytes of the
     * changelog for each tensor and commit.
     */
    List<Curve> byTensors() throws InterruptedException {
        Curve time = new Curve("stream_tensors", "a 4 KiB record, by tensors held", "tensors", "us", Growth.FLAT);
        Curve written =
                new Curve("changelog_records", "states a commit writes, 10 changed", "tensors", "records", Growth.FLAT);
        int records = brief ? 5_000 : 20_000;
        for (int ids : new int[] {TOUCHED, 1_000, 10_000, 50_000}) {
            Stage stage = Stage.create(bed, "tensors-" + ids, 1);
            stage.send(ids, ids, SMALL / 16);
            try (Processor processor = Processor.start(new ProcessorConfig(stage.settings("0")))) {
                while (stage.committed() < ids) {
                    Thread.sleep(20);
                }
                long before = stage.sent();
                long states = bed.end(stage.topics().state(), 1);
                long commits = processor.status().commits();
                stage.send(records, TOUCHED, SMALL);
                Watch watch = Watch.until(stage, before, before + records);
                said.accept(time, time.add(ids, watch.seconds() * 1e6 / watch.records()));
                Thread.sleep(500);
                double transactions = processor.status().commits() - commits;
                double each = (bed.end(stage.topics().state(), 1) - states) / transactions - 1; // a marker each
                said.accept(written, written.add(ids, each));
            }
            stage.clear();
        }
        return List.of(time, written);
    }

    /** One instance, 256 KiB tensors, over 1 to 16 partitions. */
    Curve byPartitions() throws InterruptedException {
        Curve curve = new Curve("partitions", "one instance, by partitions", "partitions", "MB/s", Growth.UP_TO_CORES);
        int records = brief ? 800 : 3_000;
        for (int partitions : new int[] {1, 2, 4, 8, 16}) {
            Stage stage = Stage.create(bed, "partitions-" + partitions, partitions);
            double[] rates = new double[BACKLOGS];
            for (int turn = 0; turn < rates.length; turn++) {
                long before = stage.sent();
                stage.send(records, 64, MEDIUM);
                try (Processor processor = Processor.start(new ProcessorConfig(stage.settings("0")))) {
                    Watch watch = Watch.until(stage, before, before + records);
                    rates[turn] = watch.records() * (double) MEDIUM / watch.seconds() / 1e6;
                }
                stage.clear();
            }
            said.accept(curve, curve.add(partitions, median(rates)));
        }
        return curve;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /** From the first record that is sent until the last is committed. */
    private double whileSending(Stage stage) throws InterruptedException {
        int records = brief ? 1_200 : 4_000;
        double[] rates = new double[BACKLOGS];
        for (int turn = -1; turn < rates.length; turn++) { // the first is for the compilers
            long target = stage.sent() + records;
            long began = System.nanoTime();
            stage.send(records, 60, MEDIUM);
            while (stage.committed() < target) {
                Thread.sleep(5);
            }
            if (turn >= 0) {
                rates[turn] = records * (double) MEDIUM / (System.nanoTime() - began) * 1e3;
            }
            stage.clear();
        }
        return median(rates);
    }

    /** 1, 2 and 3 processes of one group on 6 partitions: all are ready before the records are sent. */
    Curve byInstances(Path launcher) throws IOException, InterruptedException {
        Curve curve = new Curve("instances", "6 partitions, by processes", "processes", "MB/s", Growth.UP_TO_CORES);
        for (int instances = 1; instances <= 3; instances++) {
            Stage stage = Stage.create(bed, "instances-" + instances, 6);
            List<Service> group = new ArrayList<>();
            try {
                for (int instance = 0; instance < instances; instance++) {
                    group.add(launch(stage, launcher, instance));
                }
                for (Service service : group) {
                    var unused = service.secondsToReady();
                }
                Thread.sleep(brief ? 5_000 : 8_000); // the group shares its partitions out
                said.accept(curve, curve.add(instances, whileSending(stage)));
            } finally {
                for (Service service : group) {
                    service.close();
                }
            }
            stage.clear();
        }
        return curve;
    }

    private Service launch(Stage stage, Path launcher, int instance) throws IOException {
        Map<String, String> settings = stage.settings(Integer.toString(instance));
        settings.remove(ProcessorConfig.HTTP_PORT);
        Path log = bed.directory().resolve(stage.name() + "-" + instance + ".log");
        return Service.launch(launcher, true, Scratch.freePort(), settings, log);
    }
}
