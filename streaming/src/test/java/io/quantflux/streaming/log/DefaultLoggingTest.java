// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DefaultLoggingTest {
    /** Only logback-test.xml says so, which is on the class path of tests. */
    @Test
    void aFileComesFirst() {
        LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();

        assertThat(loggers.getLogger("org.apache.kafka.clients.admin.internals.PartitionLeaderStrategy")
                        .getLevel())
                .isEqualTo(Level.OFF);
    }
}
