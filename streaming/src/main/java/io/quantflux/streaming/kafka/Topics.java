// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.client.TopicNames;
import io.quantflux.streaming.config.ProcessorConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The seven topics: creates them as the design wants them, and checks that a cluster has them so. */
public final class Topics implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Clients clients;
    private final Admin admin;
    private final ProcessorConfig config;
    private final TopicNames names;
    private final String brokers;
    private final MessageLimits limits;

    private Topics(Clients clients, ProcessorConfig config) {
        this.clients = clients;
        this.admin = clients.admin();
        this.config = config;
        names = config.topics();
        brokers = config.bootstrapServers();
        limits = new MessageLimits(config);
    }

    /** @throws ConfigException if Kafka refuses a setting; a broker that is away shows with the first call */
    public static Topics of(ProcessorConfig config) {
        return of(config, new Clients(config));
    }

    /** As {@link #of(ProcessorConfig)}, with clients that somebody else needs too and closes. */
    static Topics of(ProcessorConfig config, Clients clients) {
        try {
            return new Topics(clients, config);
        } catch (ConfigException e) {
            throw e;
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartupException("cannot connect to " + config.bootstrapServers() + ": " + cause.getMessage());
        }
    }

    /**
     * Creates those that are missing and waits until each partition has a leader that answers: producing earlier can lose
     * the first batches (KAFKA-15591).
     *
     * @return the names it created
     * @throws StartupException if the cluster refuses or does not answer
     */
    public Set<String> create(int partitions, Optional<Short> replication, Duration timeout) {
        Set<String> created = new TreeSet<>();
        List<NewTopic> topics = layout(partitions, replication);
        admin.createTopics(topics).values().forEach((name, done) -> {
            try {
                done.get();
                created.add(name);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw failure("create topic " + name, e);
                }
            } catch (InterruptedException e) {
                throw interrupted();
            }
        });
        awaitLeaders(timeout);
        return created;
    }

    private List<NewTopic> layout(int partitions, Optional<Short> replication) {
        Map<String, String> kept = Map.of("retention.ms", "-1", "retention.bytes", "-1");
        Optional<Integer> many = Optional.of(partitions);
        return List.of(
                new NewTopic(names.activations(), many, replication).configs(limits.input()),
                new NewTopic(names.control(), Optional.of(1), replication).configs(kept),
                new NewTopic(names.fakeQuantized(), many, replication).configs(limits.output()),
                new NewTopic(names.qparams(), many, replication).configs(limits.compacted()),
                new NewTopic(names.events(), many, replication),
                new NewTopic(names.state(), many, replication).configs(limits.compacted()),
                new NewTopic(names.deadLetters(), many, replication).configs(limits.output()),
                new NewTopic(parked(names), Optional.of(1), replication).configs(limits.output()));
    }

    /** Where {@code quantflux dlq replay} puts dead letters that have had their attempts; the processor has no use for it. */
    public static String parked(TopicNames names) {
        return names.deadLetters() + ".parked";
    }

    private void awaitLeaders(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                Map<TopicPartition, OffsetSpec> all = new HashMap<>();
                admin.describeTopics(names.all()).allTopicNames().get().forEach((name, description) -> description
                        .partitions()
                        .forEach(partition ->
                                all.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
                admin.listOffsets(all).all().get();
                return;
            } catch (ExecutionException e) {
                if (System.nanoTime() > deadline) {
                    throw failure("find a leader for every partition", e);
                }
                pause();
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /**
     * Checks that all topics exist and fit together, and that a processor may do with them what it has to.
     *
     * @return number of partitions of the activations topic
     * @throws StartupException saying what is wrong and what to run
     */
    public int verify() {
        return verify(processorRights());
    }

    /** As {@link #verify()}, for one who is no processor: rights are not checked. */
    public int verifyLayout() {
        return verify(withoutRights(names.all()));
    }

    private int verify(Map<String, Set<AclOperation>> rights) {
        Map<String, TopicDescription> found = describe(rights);
        int partitions = partitions(found, names.activations());
        requirePartitions(found, names.control(), 1, "its single partition is the order of commands");
        requirePartitions(found, names.state(), partitions, "a shard's changelog is the partition of its own number");
        try {
            limits.verify(admin);
        } catch (ExecutionException e) {
            throw failure("read the settings of topics", e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
        return partitions;
    }

    /** @throws StartupException if that topic is missing or no broker answers */
    public void require(String name) {
        describe(withoutRights(List.of(name)));
    }

    /** @throws StartupException as {@link #require}, and if this client may not read it */
    public void requireReadable(String name) {
        describe(Map.of(name, Set.of(AclOperation.READ)));
    }

    /** @throws StartupException as {@link #require}, and if this client may not write to it */
    public void requireWritable(String name) {
        describe(Map.of(name, Set.of(AclOperation.WRITE)));
    }

    private Map<String, Set<AclOperation>> processorRights() {
        Set<AclOperation> read = Set.of(AclOperation.READ);
        Set<AclOperation> write = Set.of(AclOperation.WRITE);
        return Map.of(
                names.activations(), read,
                names.control(), read,
                names.fakeQuantized(), write,
                names.qparams(), write,
                names.events(), write,
                names.state(), Set.of(AclOperation.READ, AclOperation.WRITE),
                names.deadLetters(), write);
    }

    private static Map<String, Set<AclOperation>> withoutRights(Collection<String> topics) {
        Map<String, Set<AclOperation>> none = new HashMap<>();
        topics.forEach(topic -> none.put(topic, Set.of()));
        return none;
    }

    /** @param rights the topics, and what this client has to be allowed to do with them */
    private Map<String, TopicDescription> describe(Map<String, Set<AclOperation>> rights) {
        Map<String, TopicDescription> found = new HashMap<>();
        Set<String> missing = new TreeSet<>();
        Set<String> refused = new TreeSet<>();
        DescribeTopicsOptions options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
        admin.describeTopics(rights.keySet(), options).topicNameValues().forEach((name, description) -> {
            Set<AclOperation> needed = rights.getOrDefault(name, Set.of());
            try {
                TopicDescription topic = description.get();
                found.put(name, topic);
                Set<AclOperation> allowed = topic.authorizedOperations();
                if (allowed != null) { // a broker need not tell
                    needed.stream()
                            .filter(operation -> !allowed.contains(operation))
                            .forEach(operation -> refused.add(AccessRefused.right(operation, name)));
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof TopicAuthorizationException) {
                    (needed.isEmpty() ? Set.of(AclOperation.DESCRIBE) : needed)
                            .forEach(operation -> refused.add(AccessRefused.right(operation, name)));
                } else if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    missing.add(name);
                } else {
                    throw failure("describe topic " + name, e);
                }
            } catch (InterruptedException e) {
                throw interrupted();
            }
        });
        if (!refused.isEmpty()) {
            throw AccessRefused.missing(refused);
        }
        if (!missing.isEmpty()) {
            throw new StartupException(
                    "missing topics: " + String.join(", ", missing) + "; run: quantflux topics create");
        }
        return found;
    }

    @Override
    public void close() {
        clients.close();
    }

    private static int partitions(Map<String, TopicDescription> found, String name) {
        TopicDescription description = found.get(name);
        return description == null ? 0 : description.partitions().size();
    }

    private static void requirePartitions(Map<String, TopicDescription> found, String name, int wanted, String why) {
        int actual = partitions(found, name);
        if (actual != wanted) {
            throw new StartupException(
                    "topic " + name + " has " + actual + " partitions but needs " + wanted + ": " + why);
        }
    }

    private StartupException failure(String what, ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (cause instanceof AuthenticationException) {
            return new StartupException(AccessRefused.line(cause, config).orElse("not authenticated"));
        }
        String why = cause instanceof TimeoutException
                ? "no broker answered at " + brokers
                : String.valueOf(cause.getMessage());
        return new StartupException("cannot " + what + ": " + why);
    }

    private static StartupException interrupted() {
        Thread.currentThread().interrupt();
        return new StartupException("interrupted while waiting for the cluster");
    }
}
