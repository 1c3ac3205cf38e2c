// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.engine.kernel.InstalledKernels;
import io.quantflux.streaming.Processor;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.StartupException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quantflux run}: the service on a cluster, until SIGTERM or Ctrl-C. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs the processor against a Kafka cluster until it is told to stop.")
final class RunCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--port", paramLabel = "PORT", description = "HTTP port; 0 for a free one, -1 for none.")
    private @Nullable Integer port;

    @Option(names = "--instance-id", paramLabel = "ID", description = "Names this instance within its group.")
    private @Nullable String instanceId;

    @Override
    public Integer call() {
        Map<String, String> flags = new HashMap<>();
        if (port != null) {
            flags.put(ProcessorConfig.HTTP_PORT, port.toString());
        }
        if (instanceId != null) {
            flags.put(ProcessorConfig.INSTANCE_ID, instanceId);
        }
        ProcessorConfig config = cluster.config(flags);
        config.logFormat().apply();
        OrderlyEnd end = OrderlyEnd.install();
        try (Processor processor = Processor.start(config)) {
            log.info(
                    "running as {} on {} with kernels {}, http at {}",
                    config.transactionalId(),
                    config.bootstrapServers(),
                    InstalledKernels.get().name(),
                    processor.httpAddress().orElse("none"));
            CompletableFuture.anyOf(processor.ended(), end.asked()).join();
            log.info("stopping: finishing what is in flight");
            processor.close();
            log.info(
                    "stopped: {} records, {} commits",
                    processor.status().records(),
                    processor.status().commits());
            end.done(0);
            return 0;
        } catch (CompletionException e) {
            throw new StartupException(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
        } finally {
            end.failed(); // says nothing after done
        }
    }
}
