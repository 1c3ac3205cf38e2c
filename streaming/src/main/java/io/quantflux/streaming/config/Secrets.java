// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * A configuration whose variables have been looked up, and what of it must not be shown.
 *
 * <p>A value may name another place: <code>${file:PATH:KEY}</code> in a properties file, <code>${directory:PATH:FILE}</code>
 * the content of a file, <code>${env:NAME}</code> an environment variable. These are Kafka's own providers; no other is loaded.
 */
public final class Secrets {
    private static final String HIDDEN = "[hidden]";
    private static final int SHORTEST = 4; // shorter than this, hiding would garble the text more than it hides
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(?:file|directory|env):[^}]*}");
    private static final Pattern JAAS_OPTION = Pattern.compile(
            "(?i)\\b\\w*(?:password|secret|token)\\w*\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|'([^']*)'|([^\\s;]+))");
    private static final Set<String> KAFKA_PASSWORDS = kafkaPasswords();

    private final Map<String, Object> values;
    private final Set<String> secrets;

    private Secrets(Map<String, Object> values, Set<String> secrets) {
        this.values = values;
        this.secrets = secrets;
    }

    /** @throws ConfigException naming the key whose variable has no value, and the variable */
    public static Secrets resolve(Map<String, ?> properties) {
        Set<String> secrets = new HashSet<>();
        Map<String, String> texts = new HashMap<>();
        properties.forEach((key, value) -> {
            if (value instanceof String text) {
                texts.put(key, text);
            }
        });
        Map<String, Object> values = new HashMap<>(properties);
        try (FileConfigProvider file = new FileConfigProvider();
                DirectoryConfigProvider directory = new DirectoryConfigProvider();
                EnvVarConfigProvider env = new EnvVarConfigProvider()) {
            file.configure(Map.of());
            directory.configure(Map.of());
            env.configure(Map.of());
            values.putAll(new ConfigTransformer(Map.of(
                            "file", new Remembering(file, secrets),
                            "directory", new Remembering(directory, secrets),
                            "env", new Remembering(env, secrets)))
                    .transform(texts)
                    .data());
        } catch (java.io.IOException e) {
            throw new ConfigException("cannot look configuration variables up: " + e);
        }
        texts.forEach((key, text) -> refuseWithoutValue(key, text, String.valueOf(values.get(key)), secrets));
        values.forEach((key, value) -> collect(key, value, secrets));
        return new Secrets(values, secrets);
    }

    private static void refuseWithoutValue(String key, String before, String after, Set<String> secrets) {
        Matcher variable = VARIABLE.matcher(before);
        while (variable.find()) {
            // what a variable stands for is not looked at again, so that one left in place is one without a value
            if (after.contains(variable.group()) && !secrets.contains(variable.group())) {
                throw new ConfigException(
                        "Invalid value for configuration " + key + ": there is no value for " + variable.group());
            }
        }
    }

    private static void collect(String key, Object value, Set<String> secrets) {
        if (!isSecret(key)) {
            return;
        }
        String text = String.valueOf(value);
        secrets.add(text);
        Matcher option = JAAS_OPTION.matcher(text);
        while (option.find()) {
            for (int group = 1; group <= option.groupCount(); group++) {
                if (option.group(group) != null) {
                    secrets.add(option.group(group));
                }
            }
        }
    }

    /** Whether the value of that key, {@code kafka.*} or a client's own, is a secret. */
    public static boolean isSecret(String key) {
        String name = key.replaceFirst("^kafka\\.(consumer\\.|producer\\.|admin\\.)?", "");
        String lower = name.toLowerCase(Locale.ROOT);
        return KAFKA_PASSWORDS.contains(name) || lower.contains("password") || lower.contains("secret");
    }

    /** Whether a value is nothing but a variable, and so no secret in itself. */
    public static boolean isVariable(String value) {
        return VARIABLE.matcher(value.strip()).matches();
    }

    /** All values, variables replaced. */
    Map<String, Object> values() {
        return values;
    }

    /** A text without any of the secrets. */
    public String mask(String text) {
        String masked = text;
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST) {
                masked = masked.replace(secret, HIDDEN);
            }
        }
        return masked;
    }

    private static Set<String> kafkaPasswords() {
        Set<String> names = new HashSet<>();
        for (ConfigDef definition :
                new ConfigDef[] {ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef()
                }) {
            definition.configKeys().forEach((name, key) -> {
                if (key.type == ConfigDef.Type.PASSWORD) {
                    names.add(name);
                }
            });
        }
        return names;
    }

    /** What came from elsewhere is taken for a secret, whatever key it is for. */
    private record Remembering(ConfigProvider provider, Set<String> secrets) implements ConfigProvider {
        @Override
        public ConfigData get(String path) {
            return remember(provider.get(path));
        }

        @Override
        public ConfigData get(String path, Set<String> keys) {
            return remember(provider.get(path, keys));
        }

        private ConfigData remember(ConfigData found) {
            Collection<String> looked = found.data().values();
            secrets.addAll(looked);
            return found;
        }

        @Override
        public void configure(Map<String, ?> settings) {
            provider.configure(settings);
        }

        @Override
        public void close() {
            // whoever made it closes it
        }
    }
}
