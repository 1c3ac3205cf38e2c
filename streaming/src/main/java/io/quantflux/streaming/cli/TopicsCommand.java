// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quantflux topics}: the seven topics. */
@Command(name = "topics", mixinStandardHelpOptions = true, description = "Creates or checks the topics.")
final class TopicsCommand {
    private static final Duration LEADERS = Duration.ofSeconds(30);

    @Command(name = "create", mixinStandardHelpOptions = true, description = "Creates the topics that are missing.")
    int create(
            @Mixin ClusterOptions options,
            @Option(names = "--partitions", defaultValue = "6", description = "Default ${DEFAULT-VALUE}.")
                    int partitions,
            @Option(names = "--replication-factor", description = "Default: the broker's.") @Nullable
                    Short replication) {
        if (partitions < 1) {
            throw new InvalidSpecException("--partitions", partitions, "must be at least 1");
        }
        ProcessorConfig config = options.config(Map.of());
        try (Topics topics = Topics.of(config)) {
            Set<String> created = topics.create(partitions, Optional.ofNullable(replication), LEADERS);
            for (String name : new TreeSet<>(config.topics().all())) {
                System.out.println((created.contains(name) ? "created  " : "existed  ") + name);
            }
            topics.verifyLayout();
        }
        return 0;
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Checks that the topics are as they must be.")
    int check(@Mixin ClusterOptions options) {
        ProcessorConfig config = options.config(Map.of());
        try (Topics topics = Topics.of(config)) {
            int partitions = topics.verifyLayout();
            System.out.println("ok: " + config.topics().all().size() + " topics, " + partitions + " partitions");
        }
        return 0;
    }
}
