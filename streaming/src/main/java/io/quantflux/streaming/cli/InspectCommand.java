// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.offline.QParamsJson;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quantflux inspect}: the newest qparams of each tensor, from the compacted topic. */
@Command(name = "inspect", mixinStandardHelpOptions = true, description = "Prints the newest qparams of each tensor.")
final class InspectCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--selector",
            defaultValue = "*",
            description = "Which tensors: an id, a glob, or regex:EXPRESSION. Default all.")
    private String selector = "";

    @Option(names = "--json", description = "One line of JSON a tensor, with every block.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        ProcessorConfig config = cluster.config(Map.of());
        NewestQParams.read(config, Selector.of(selector))
                .forEach((id, update) -> System.out.println(json ? jsonLine(id, update) : line(id, update)));
        return 0;
    }

    private static String line(TensorId id, QParamsUpdate update) {
        QParams qparams = update.qparams();
        String numbers = qparams == null
                ? "not ready"
                : "scale " + span(qparams.scale())
                        + (qparams.zeroPoint() == null || qparams.zeroPoint().size() != 1
                                ? ""
                                : "  zero point " + qparams.zeroPoint().get(0));
        return String.format(
                "%-40s step %-8d v%-6d %-8s %-24s %s%s",
                id,
                update.step(),
                update.version(),
                update.spec().dtype().key(),
                update.spec().qscheme().key(),
                numbers,
                update.switches().exportMode() ? "  [export mode]" : "");
    }

    private static String span(FloatArray values) {
        return values.size() == 1
                ? Float.toString(values.get(0))
                : values.min() + " to " + values.max() + " over " + values.shape();
    }

    private static String jsonLine(TensorId id, QParamsUpdate update) {
        return "{\"tensor\":\"" + id + "\",\"step\":" + update.step() + ",\"version\":" + update.version()
                + ",\"qparams\":" + QParamsJson.write(update.qparams()).strip() + "}";
    }
}
