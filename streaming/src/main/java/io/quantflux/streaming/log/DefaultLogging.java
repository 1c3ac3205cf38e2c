// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.DefaultJoranConfigurator;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;

/**
 * What is logged where nobody says otherwise by a {@code logback.xml}, a {@code logback-test.xml} or {@code
 * -Dlogback.configurationFile}. Not a file of our own, as reading XML takes a tenth of a start.
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK)
public final class DefaultLogging extends ContextAwareBase implements Configurator {
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{0} %msg %kvp%n%ex{3}";

    /** The loop says in one line when a client is in trouble; the clients themselves repeat it many times a second. */
    private static final Map<String, Level> LEVELS = Map.of(
            Logger.ROOT_LOGGER_NAME,
            Level.WARN,
            "io.quantflux",
            Level.INFO,
            "org.apache.kafka",
            Level.ERROR,
            "org.apache.kafka.clients.Metadata",
            Level.OFF,
            "org.apache.kafka.clients.NetworkClient",
            Level.OFF,
            "org.apache.kafka.clients.producer.internals.Sender",
            Level.OFF,
            "org.apache.kafka.clients.consumer.internals.ConsumerMembershipManager",
            Level.OFF);

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        if (byFile(loggers) == ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY) {
            return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
        }
        LEVELS.forEach((name, level) -> loggers.getLogger(name).setLevel(level));
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(loggers);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(loggers);
        appender.setName("STDERR");
        appender.setTarget(ConsoleTarget.SystemErr.getName());
        appender.setEncoder(encoder);
        appender.start();
        loggers.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** logback itself looks for files only after services like this one. */
    private static ExecutionStatus byFile(LoggerContext loggers) {
        DefaultJoranConfigurator files = new DefaultJoranConfigurator();
        files.setContext(loggers);
        return files.configure(loggers);
    }
}
