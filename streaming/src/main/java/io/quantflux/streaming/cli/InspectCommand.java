// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.client.QParamsSubscriber;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.StartupException;
import io.quantflux.streaming.kafka.Topics;
import io.quantflux.streaming.offline.QParamsJson;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quantflux inspect}: the newest qparams of each tensor, from the compacted topic. */
@Command(name = "inspect", mixinStandardHelpOptions = true, description = "Prints the newest qparams of each tensor.")
final class InspectCommand implements Callable<Integer> {
    private static final Duration CAUGHT_UP = Duration.ofSeconds(60);

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
        Selector wanted = Selector.of(selector);
        ProcessorConfig config = cluster.config(Map.of());
        try (Topics topics = Topics.of(config)) {
            topics.requireReadable(config.topics().qparams());
        }
        try (QParamsSubscriber subscriber = QParamsSubscriber.builder(config.bootstrapServers())
                .topics(config.topics())
                .kafka(config.kafka("consumer"))
                .build()) {
            if (!subscriber.awaitCaughtUp(CAUGHT_UP)) {
                throw new StartupException("cannot read " + config.topics().qparams() + " from "
                        + config.bootstrapServers() + ": " + subscriber.status().detail());
            }
            new TreeMap<>(subscriber.snapshot()).forEach((id, update) -> {
                if (wanted.matches(id)) {
                    System.out.println(json ? jsonLine(id, update) : line(id, update));
                }
            });
        }
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
