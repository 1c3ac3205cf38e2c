// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import io.quantflux.client.TopicNames;
import io.quantflux.embedded.BrokerSecurity;
import io.quantflux.embedded.EmbeddedKafka;
import io.quantflux.streaming.cli.CommandRun;
import io.quantflux.streaming.config.ProcessorConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** A broker that demands TLS and SCRAM, allows what docs/security.md lists, and has the seven topics. */
final class SecuredCluster implements AutoCloseable {
    static final String PASSWORD = "-correct-horse";
    static final List<String> USERS =
            List.of("root", "admin", "processor", "trainer", "reader", "operator", "repairer", "halfway");

    final TopicNames topics = TopicNames.DEFAULT;
    private final Path dir;
    private final BrokerSecurity security;
    private final EmbeddedKafka kafka;

    SecuredCluster(Path dir) throws Exception {
        this.dir = dir;
        Map<String, String> users = new HashMap<>();
        USERS.forEach(user -> users.put(user, user + PASSWORD));
        security = BrokerSecurity.scram(dir.resolve("tls"), users, "root");
        kafka = EmbeddedKafka.start(dir.resolve("kafka"), Map.of("num.partitions", "3"), security);
        CommandRun create = CommandRun.of(command("root", "topics", "create", "--partitions", "3"));
        if (create.exitCode() != 0) {
            throw new AssertionError(create.err());
        }
        List<AclBinding> documented = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "security.md"))) {
            if (line.startsWith("kafka-acls.sh --add ")) {
                documented.addAll(acls(line));
            }
        }
        allow(documented);
    }

    void allow(String line) throws Exception {
        allow(acls(line));
    }

    private void allow(List<AclBinding> acls) throws Exception {
        Map<String, Object> settings = new HashMap<>(client("root"));
        settings.put("bootstrap.servers", bootstrapServers());
        try (Admin admin = Admin.create(settings)) {
            admin.createAcls(acls).all().get();
        }
    }

    /** What a line of kafka-acls.sh asks for. */
    private static List<AclBinding> acls(String line) {
        List<String> words = Arrays.asList(line.split(" "));
        PatternType type = words.contains("prefixed") ? PatternType.PREFIXED : PatternType.LITERAL;
        List<ResourcePattern> resources = new ArrayList<>();
        values(words, "--topic").forEach(name -> resources.add(new ResourcePattern(ResourceType.TOPIC, name, type)));
        values(words, "--group").forEach(name -> resources.add(new ResourcePattern(ResourceType.GROUP, name, type)));
        values(words, "--transactional-id")
                .forEach(name -> resources.add(new ResourcePattern(ResourceType.TRANSACTIONAL_ID, name, type)));
        String principal = values(words, "--allow-principal").get(0);
        List<AclBinding> acls = new ArrayList<>();
        for (String operation : values(words, "--operation")) {
            AccessControlEntry entry = new AccessControlEntry(
                    principal, "*", AclOperation.valueOf(operation.toUpperCase(Locale.ROOT)), AclPermissionType.ALLOW);
            resources.forEach(resource -> acls.add(new AclBinding(resource, entry)));
        }
        return acls;
    }

    private static List<String> values(List<String> words, String option) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i + 1 < words.size(); i++) {
            if (words.get(i).equals(option)) {
                values.add(words.get(i + 1));
            }
        }
        return values;
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** Settings of a Kafka client of that user. */
    Map<String, String> client(String user) {
        return security.client(user);
    }

    ProcessorConfig processor(String user) {
        Map<String, String> settings =
                new HashMap<>(Map.of("bootstrap.servers", bootstrapServers(), "instance.id", "0", "http.port", "-1"));
        client(user).forEach((key, value) -> settings.put("kafka." + key, value));
        return new ProcessorConfig(settings);
    }

    /** A command with the broker and a client file for that user. */
    String[] command(String user, String... words) throws IOException {
        return command(properties(user, client(user)), words);
    }

    String[] command(Path file, String... words) {
        return Stream.concat(
                        Stream.of(words),
                        Stream.of("--bootstrap-server", bootstrapServers(), "--command-config", file.toString()))
                .toArray(String[]::new);
    }

    Path wrongPassword(String user) throws IOException {
        return properties(user + "-wrong", security.client(user, "guessed"));
    }

    /** A client file of that name. */
    Path properties(String name, Map<String, String> settings) throws IOException {
        List<String> lines = new ArrayList<>();
        settings.forEach((key, value) -> lines.add(key + "=" + value));
        return Files.write(dir.resolve(name + ".properties"), lines);
    }

    @Override
    public void close() {
        kafka.close();
    }
}
