// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.config.Secrets;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster, and how to get in; Kafka's own spelling. Later sources win: file, environment, flags. */
final class ClusterOptions {
    private static final String ENVIRONMENT = "QUANTFLUX_";

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to begin with. Also bootstrap.servers in --config.")
    private @Nullable String bootstrapServer;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file of the processor; see docs/configuration.md.")
    private @Nullable Path configFile;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Properties for the Kafka clients, such as security.protocol and sasl.jaas.config.")
    private @Nullable Path clientFile;

    @Option(
            names = {"-D", "--property"},
            paramLabel = "KEY=VALUE",
            description = "A configuration property, for example -D commit.interval.ms=50. Repeatable.")
    private final Map<String, String> properties = new HashMap<>();

    private @Nullable Secrets secrets;

    /** All sources together, with {@code flags} on top. */
    ProcessorConfig config(Map<String, String> flags) {
        Map<String, String> all = new HashMap<>();
        if (configFile != null) {
            all.putAll(load(configFile));
        }
        if (clientFile != null) {
            load(clientFile).forEach((key, value) -> all.put("kafka." + key, value));
        }
        for (String key : ProcessorConfig.DEFINITION.names()) {
            String value = System.getenv(ENVIRONMENT + key.replace('.', '_').toUpperCase(Locale.ROOT));
            if (value != null) {
                all.put(key, value);
            }
        }
        properties.forEach(ClusterOptions::refuseSecret);
        all.putAll(properties);
        all.putAll(flags);
        if (bootstrapServer != null) {
            all.put(ProcessorConfig.BOOTSTRAP_SERVERS, bootstrapServer);
        }
        if (!all.containsKey(ProcessorConfig.BOOTSTRAP_SERVERS)) {
            throw new InvalidInputException(
                    "no broker named: give --bootstrap-server HOST:PORT, or bootstrap.servers in --config");
        }
        secrets = Secrets.resolve(all);
        return new ProcessorConfig(secrets);
    }

    /** Everybody on the machine can read a command line. */
    private static void refuseSecret(String key, String value) {
        if (Secrets.isSecret(key) && !Secrets.isVariable(value)) {
            throw new InvalidInputException(key + " is a secret and must not be on the command line, where ps shows it:"
                    + " put it in the --command-config file, or give a variable such as ${file:PATH:KEY}");
        }
    }

    /** A text without the secrets of this configuration. */
    String mask(String text) {
        return secrets == null ? text : secrets.mask(text);
    }

    private static Map<String, String> load(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidInputException("cannot read properties file " + file + ": " + e);
        }
        Map<String, String> loaded = new HashMap<>();
        properties.forEach((key, value) -> loaded.put(String.valueOf(key), String.valueOf(value)));
        return loaded;
    }
}
