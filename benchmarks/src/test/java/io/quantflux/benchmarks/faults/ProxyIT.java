// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quantflux.benchmarks.Scratch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network of the fault suite, with a real broker behind it. */
class ProxyIT {
    private static final String TOPIC = "numbers";
    private static final Duration LATE = Duration.ofSeconds(10);

    @TempDir
    private Path dir;

    @Test
    void itForwardsCutsHealsAndDeliversLate() throws Exception {
        int front = Scratch.freePort();
        int port = Scratch.freePort();
        try (Proxy proxy = new Proxy(front, port);
                Brokers broker = new Brokers(dir.resolve("broker"), Brokers.behind(front, port));
                Admin admin = Admin.create(settings(front, "fault-a"))) {
            assertThat(broker.isAlive()).isTrue();
            assertThat(admin.describeCluster().controller().get().port()).isEqualTo(front);

            proxy.cut("fault-");
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> admin.listTopics(new ListTopicsOptions().timeoutMs(1500))
                            .names()
                            .get());
            proxy.heal();
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();

            lateCommit(proxy, front);
            List<Integer> read = new ArrayList<>();
            new TopicReader("127.0.0.1:" + front)
                    .read(TOPIC, record -> read.add((int) record.value().get()));
            assertThat(read).as("neither lost, nor doubled, nor torn").containsExactly(1, 3);
        }
    }

    /** The request to commit 1 is late; meanwhile the producer asks again, commits, and is in the transaction of 2. */
    private static void lateCommit(Proxy proxy, int front) throws Exception {
        Map<String, Object> settings = settings(front, "fault-p");
        settings.put("transactional.id", "p");
        settings.put("delivery.timeout.ms", 30_000);
        settings.put("max.block.ms", 30_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            proxy.late.holdNext("fault-p", LateRequests.END_TXN, LATE);
            transaction(producer, 1);
            producer.commitTransaction();
            assertThat(proxy.late.held()).isEqualTo(1);
            assertThat(proxy.late.delivered()).as("it asked again").isZero();

            transaction(producer, 2);
            while (proxy.late.delivered() == 0) {
                Thread.sleep(20);
            }
            Thread.sleep(500); // for the broker to make of it what it will
            producer.abortTransaction();
            transaction(producer, 3);
            producer.commitTransaction();
        }
    }

    private static void transaction(KafkaProducer<byte[], byte[]> producer, int number) throws Exception {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, new byte[] {(byte) number})).get();
    }

    private static Map<String, Object> settings(int port, String clientId) {
        return new HashMap<>(Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + port,
                "client.id",
                clientId,
                "request.timeout.ms",
                1500,
                "default.api.timeout.ms",
                30_000));
    }
}
