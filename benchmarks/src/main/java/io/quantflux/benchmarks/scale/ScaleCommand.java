// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.scale;

import io.quantflux.benchmarks.stream.Bed;
import io.quantflux.streaming.kafka.StartupException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quantflux bench scale}. */
@Command(
        name = "scale",
        mixinStandardHelpOptions = true,
        description =
                "Cost against tensor size, number of tensors, channels, partitions and processes, as figures and a"
                        + " plot. Exit code 1 if the work of a commit grows with the number of tensors.")
public final class ScaleCommand implements Callable<Integer> {
    /** A changelog that wrote all of 50,000 tensors would be 5,000 times that of ten. */
    private static final double FLAT = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--short", description = "Fewer records and repeats: at most 9 minutes.")
    private boolean brief;

    @Option(names = "--json", description = "A line of JSON a point.")
    private boolean json;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            defaultValue = "quantflux-scale.png",
            description = "Where the plot goes, a PNG; default ${DEFAULT-VALUE}.")
    private Path plot = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        String launcher = System.getProperty("quantflux.launcher");
        if (launcher == null) {
            throw new StartupException("run it as bin/quantflux bench scale: it starts others");
        }
        PrintWriter out = spec.commandLine().getOut();
        BiConsumer<Curve, Curve.Point> said = (curve, point) -> {
            out.println(json ? curve.json(point) : curve.text(point));
            out.flush();
        };
        List<Curve> curves = new ArrayList<>();
        OperatorCost operator = new OperatorCost(brief ? 5 : 11, said);
        curves.add(operator.bySize());
        curves.addAll(operator.byChannels());
        boolean flat;
        try (Bed bed = new Bed()) {
            StreamCost stream = new StreamCost(bed, brief, said);
            stream.warmUp();
            List<Curve> tensors = stream.byTensors();
            flat = tensors.get(1).spread() < FLAT;
            curves.addAll(tensors);
            curves.add(stream.bySize());
            curves.add(stream.byPartitions());
            curves.add(stream.byInstances(Path.of(launcher)));
        }
        Plot.write(curves, plot);
        out.printf(
                Locale.ROOT,
                json
                        ? "{\"plot\":\"%s\",\"commit_is_flat\":%s}%n"
                        : "plot: %s; a commit writes only what changed: %s%n",
                plot,
                flat);
        out.flush();
        return flat ? 0 : 1;
    }
}
