// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.config.ProcessorConfig;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.jspecify.annotations.Nullable;

/** The line for the operator of a client that the broker does not let in, or not let do something. */
final class AccessRefused {
    private static final String WHERE = "; see docs/security.md";

    private AccessRefused() {}

    /** Says what is missing, if that is the failure or at its root. */
    static Optional<String> line(Throwable failure, ProcessorConfig config) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            String line = lineOf(t, config);
            if (line != null) {
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }

    private static @Nullable String lineOf(Throwable failure, ProcessorConfig config) {
        if (failure instanceof AuthenticationException) {
            return "the broker at " + config.bootstrapServers() + " does not let this client in: "
                    + failure.getMessage();
        }
        if (failure instanceof TransactionalIdAuthorizationException) {
            return "not authorized: needs WRITE and DESCRIBE on transactional ids " + config.transactionalId() + " and "
                    + config.secondTransactionalId() + WHERE;
        }
        if (failure instanceof GroupAuthorizationException) {
            return "not authorized: needs READ on group " + config.groupId() + WHERE;
        }
        if (failure instanceof TopicAuthorizationException topics) {
            return "not authorized: may not use topics " + new TreeSet<>(topics.unauthorizedTopics()) + WHERE;
        }
        return failure instanceof AuthorizationException ? "not authorized: " + failure.getMessage() + WHERE : null;
    }

    /** For rights on topics, as {@code READ on topic a, WRITE on topic b}. */
    static StartupException missing(Set<String> rights) {
        return new StartupException("not authorized: needs " + String.join(", ", rights) + WHERE);
    }

    static String right(AclOperation operation, String topic) {
        return operation + " on topic " + topic;
    }
}
