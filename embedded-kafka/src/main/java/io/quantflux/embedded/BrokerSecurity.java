// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a broker demands of its clients: TLS alone, or TLS with SCRAM-SHA-512 and ACLs.
 *
 * <p>The key is made on the spot with the JDK's {@code keytool}, for this one broker; the users are created when its
 * directory is formatted, so the directory has to be new.
 *
 * @param keyStore PKCS #12, with the broker's key; clients trust its certificate
 * @param keyStorePassword of the store and the key
 * @param users name to password; without any, TLS alone is asked for and everybody may do everything
 * @param superUser the user that ACLs do not bind, and the broker itself; one of {@code users}
 */
public record BrokerSecurity(Path keyStore, String keyStorePassword, Map<String, String> users, String superUser) {
    private static final String MECHANISM = "SCRAM-SHA-512";
    private static final String KEY_STORE_PASSWORD = "changeit";

    public BrokerSecurity {
        users = Map.copyOf(users);
        if (!users.isEmpty() && !users.containsKey(superUser)) {
            throw new EmbeddedKafkaException("super user was '" + superUser + "' but must be one of " + users.keySet());
        }
    }

    /** TLS without users, with a key that is made in {@code dir}. */
    public static BrokerSecurity tls(Path dir) {
        return new BrokerSecurity(makeKeyStore(dir), KEY_STORE_PASSWORD, Map.of(), "");
    }

    /** TLS, and these users with SCRAM-SHA-512; all but {@code superUser} may only do what ACLs allow them. */
    public static BrokerSecurity scram(Path dir, Map<String, String> users, String superUser) {
        return new BrokerSecurity(makeKeyStore(dir), KEY_STORE_PASSWORD, users, superUser);
    }

    /** {@code security.protocol} of the clients. */
    String protocol() {
        return users.isEmpty() ? "SSL" : "SASL_SSL";
    }

    /** What a client needs to get in as that user, or as nobody with TLS alone. */
    public Map<String, String> client(String user) {
        return client(user, users.getOrDefault(user, ""));
    }

    /** As {@link #client(String)}, with whatever password is given. */
    public Map<String, String> client(String user, String password) {
        Map<String, String> settings = new TreeMap<>(trust());
        settings.put("security.protocol", protocol());
        if (!users.isEmpty()) {
            settings.put("sasl.mechanism", MECHANISM);
            settings.put("sasl.jaas.config", jaas(user, password));
        }
        return settings;
    }

    private Map<String, String> trust() {
        return Map.of(
                "ssl.truststore.location",
                keyStore.toString(),
                "ssl.truststore.password",
                keyStorePassword,
                "ssl.truststore.type",
                "PKCS12");
    }

    private static String jaas(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + password + "\";";
    }

    /** The broker's side of it; also a client's, since a broker talks to itself like to any other. */
    Map<String, String> broker() {
        Map<String, String> settings = new HashMap<>(trust());
        settings.put("ssl.keystore.location", keyStore.toString());
        settings.put("ssl.keystore.password", keyStorePassword);
        settings.put("ssl.key.password", keyStorePassword);
        settings.put("ssl.keystore.type", "PKCS12");
        if (!users.isEmpty()) {
            settings.put("sasl.enabled.mechanisms", MECHANISM);
            settings.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
            settings.put(
                    "listener.name.clients.scram-sha-512.sasl.jaas.config",
                    jaas(superUser, users.getOrDefault(superUser, "")));
            settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
            // nobody but the node itself reaches its controller, and that without a name
            settings.put("super.users", "User:" + superUser + ";User:ANONYMOUS");
        }
        return settings;
    }

    /** As {@code kafka-storage.sh --add-scram} takes them. */
    List<String> scramArguments() {
        List<String> arguments = new ArrayList<>();
        new TreeMap<>(users)
                .forEach((name, password) ->
                        arguments.add(MECHANISM + "=[name=" + name + ",password=" + password + "]"));
        return arguments;
    }

    private static Path makeKeyStore(Path dir) {
        Path store = BrokerDirectory.create(dir).resolve("broker.p12");
        try {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "broker",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=embedded broker",
                            "-ext",
                            "SAN=IP:" + Listeners.HOST + ",DNS:localhost",
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            KEY_STORE_PASSWORD)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new EmbeddedKafkaException("keytool made no key: " + said.strip());
            }
            return store;
        } catch (IOException e) {
            throw new EmbeddedKafkaException("keytool cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedKafkaException("interrupted while keytool made a key", e);
        }
    }
}
