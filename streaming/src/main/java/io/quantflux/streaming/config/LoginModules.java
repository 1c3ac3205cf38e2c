// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SaslConfigs;

/**
 * Which classes {@code sasl.jaas.config} may name: Kafka's own, and the JDK's for Kerberos. Others could make whoever may
 * write the configuration run code of theirs; Kafka itself refuses but two of them.
 */
final class LoginModules {
    private static final Set<String> ALLOWED = new TreeSet<>(Set.of(
            "org.apache.kafka.common.security.plain.PlainLoginModule",
            "org.apache.kafka.common.security.scram.ScramLoginModule",
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
            "com.sun.security.auth.module.Krb5LoginModule"));

    private LoginModules() {}

    /** @throws ConfigException naming the key, the module and those that are allowed; never an option's value */
    static void check(Map<String, ?> properties) {
        properties.forEach((key, value) -> {
            if (key.endsWith(SaslConfigs.SASL_JAAS_CONFIG)) {
                String module = String.valueOf(value).strip().split("\\s+", 2)[0];
                if (!ALLOWED.contains(module)) {
                    String named = module.matches("[\\w.$]+") ? module : "not a class name";
                    throw new ConfigException("Invalid value for configuration " + key + ": login module was " + named
                            + " but must be one of " + String.join(", ", ALLOWED));
                }
            }
        });
    }
}
