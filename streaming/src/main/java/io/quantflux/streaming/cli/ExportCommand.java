// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.offline.QParamsJson;
import io.quantflux.streaming.offline.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quantflux export}: what calibration has come to, as a file for whoever quantizes the model. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes the newest qparams of each tensor to a JSON file.")
final class ExportCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Replaced whole if it is there.")
    private Path out = Path.of("");

    @Option(
            names = "--selector",
            defaultValue = "*",
            description = "Which tensors: an id, a glob, or regex:EXPRESSION. Default all.")
    private String selector = "";

    @Spec
    private @Nullable CommandSpec command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Selector wanted = Selector.of(selector);
        ProcessorConfig config = cluster.config(Map.of());
        SortedMap<TensorId, QParamsUpdate> tensors = NewestQParams.read(config, wanted);
        if (tensors.isEmpty()) {
            throw new InvalidInputException(config.topics().qparams() + " has no tensor that matches " + selector);
        }
        long without = tensors.values().stream()
                .filter(update -> update.qparams() == null)
                .count();
        WholeFile.write(out, QParamsJson.document(tensors).getBytes(StandardCharsets.UTF_8));
        if (command != null) {
            command.commandLine()
                    .getErr()
                    .println("wrote " + tensors.size() + " tensors to " + out
                            + (without == 0 ? "" : "; " + without + " of them have no qparams yet"));
        }
        return 0;
    }
}
