// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quantflux.client.TopicNames;
import io.quantflux.embedded.EmbeddedKafka;
import io.quantflux.streaming.shard.Shard;
import io.quantflux.streaming.shard.ShardInput;
import io.quantflux.streaming.shard.TestShards;
import io.quantflux.streaming.view.StageTimes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that others wait for, against a broker. */
class TransactionIT {
    private static final TopicPartition IN = new TopicPartition("in", 0);
    private static final TopicPartition OUT = new TopicPartition("out", 0);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private static Path directory;

    @SuppressWarnings("NullAway.Init") // before all
    private static EmbeddedKafka kafka;

    private final ExecutorService aside = Executors.newCachedThreadPool();

    @BeforeAll
    static void startBroker() throws Exception {
        kafka = EmbeddedKafka.start(directory);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("in", 1, (short) 1), new NewTopic("out", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @Test
    void whatComesWhileItsRecordsAreOnTheirWayOrItIsDecidedIsDeferredInOrder() {
        try (KafkaProducer<byte[], byte[]> producer = producer("deferring");
                KafkaConsumer<byte[], byte[]> consumer = consumer("deferring")) {
            Transaction transaction = begun(producer);
            Lane lane = lane(transaction);
            long begin = end();
            Mailbox.Letter first = folded(lane, 0);
            Mailbox.Letter second = folded(lane, 1);
            Mailbox.Letter third = folded(lane, 2);
            assertThat(transaction.defers(first)).isFalse();
            take(first);
            assertThat(transaction.isDue(Duration.ZERO)).isTrue();

            transaction.flush().join();

            assertThat(transaction.isFlushed()).isTrue();
            assertThat(transaction.isDue(Duration.ZERO)).as("it is on its way").isFalse();
            assertThat(transaction.defers(second)).isTrue();
            assertThat(committed(consumer, begin)).isEmpty();

            transaction.commit(consumer).join();

            assertThat(transaction.isDecided()).isTrue();
            assertThat(transaction.defers(third)).as("nobody has settled it").isTrue();
            assertThat(transaction.settle()).isPositive();
            assertThat(transaction.isOpen()).isFalse();
            shows(consumer, begin, "0");
            assertThat(offset(consumer)).isEqualTo(1);

            assertThat(transaction.deferred()).containsExactly(second, third);
            assertThat(transaction.deferred()).isEmpty();
            assertThat(transaction.defers(second)).isFalse();
            take(second);
            take(third);
            transaction.commitNow(consumer);
            assertThat(transaction.isDecided()).isTrue();
            transaction.settle();
            shows(consumer, begin, "0", "1", "2");
            assertThat(offset(consumer)).isEqualTo(3);
        }
    }

    @Test
    void aCommitThatFailsWhileOthersWaitForItShowsNothing() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        ExecutorService slow = Executors.newSingleThreadExecutor();
        try (KafkaProducer<byte[], byte[]> producer = producer("failing");
                KafkaConsumer<byte[], byte[]> consumer = consumer("failing");
                KafkaProducer<byte[], byte[]> successor = producer("failing")) {
            producer.initTransactions();
            Transaction transaction = transaction(producer, slow);
            Lane lane = lane(transaction);
            long begin = end();
            take(folded(lane, 0));
            var unused = slow.submit(() -> blocked.await(1, TimeUnit.MINUTES));
            var decided = transaction.commit(consumer);
            assertThat(decided).isNotDone();
            assertThat(transaction.isDecided()).isFalse();

            successor.initTransactions();
            blocked.countDown();

            assertThatThrownBy(transaction::settle).isInstanceOf(ProducerFencedException.class);
            transaction.abort();
            assertThat(committed(consumer, begin)).isEmpty();
            assertThat(offset(consumer)).isZero();
        } finally {
            slow.shutdownNow();
        }
    }

    private Transaction begun(KafkaProducer<byte[], byte[]> producer) {
        producer.initTransactions();
        return transaction(producer, aside);
    }

    private static Transaction transaction(KafkaProducer<byte[], byte[]> producer, ExecutorService aside) {
        return new Transaction(
                new ExactlyOnce(producer), encoder(), new CommitPace(1 << 20, Duration.ofSeconds(15)), aside);
    }

    private static RecordEncoder encoder() {
        return new RecordEncoder(TopicNames.DEFAULT, 1 << 20);
    }

    private static Lane lane(Transaction transaction) {
        Shard shard = new Shard(0, TestShards.settings(1), Map.of(), List.of());
        ChunkEncoder chunks = new ChunkEncoder(encoder(), OUT.topic(), "group", 1 << 20, 1 << 18);
        return new Lane(IN, shard, encoder(), chunks, transaction, 0);
    }

    /** A record at {@code offset}, which led to one that says so. */
    private static Mailbox.Folded folded(Lane lane, long offset) {
        byte[] value = Long.toString(offset).getBytes(StandardCharsets.UTF_8);
        ConsumerRecord<ByteBuffer, ByteBuffer> source = new ConsumerRecord<>(IN.topic(), 0, offset, null, null);
        Lane.Input input = new Lane.Input(source, new ShardInput.TensorArrived(offset, null, null), 0);
        return new Mailbox.Folded(
                lane,
                new Lane.Result(
                        input,
                        List.of(new ProducerRecord<>(OUT.topic(), value)),
                        List.of(),
                        List.of(),
                        List.of(),
                        0,
                        new StageTimes(0, 0, 0)));
    }

    private static void take(Mailbox.Letter letter) {
        Mailbox.Folded folded = (Mailbox.Folded) letter;
        folded.lane().folded(folded.result());
        folded.lane().transaction().add(folded.lane(), folded.result());
    }

    private static KafkaProducer<byte[], byte[]> producer(String transactionalId) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", transactionalId),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String group) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "group.id",
                        group,
                        "isolation.level",
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(List.of(OUT));
        return consumer;
    }

    /** Of all that was written, committed or not. */
    private static long end() {
        try (KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return reader.endOffsets(List.of(OUT)).getOrDefault(OUT, 0L);
        }
    }

    /** Soon: a transaction is decided before its markers are written. */
    private static void shows(KafkaConsumer<byte[], byte[]> consumer, long begin, String... values) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(committed(consumer, begin)).containsExactly(values));
    }

    /** What a committed reader has from {@code begin} to the end it sees. */
    private static List<String> committed(KafkaConsumer<byte[], byte[]> consumer, long begin) {
        consumer.seek(OUT, begin);
        long end = consumer.endOffsets(List.of(OUT)).getOrDefault(OUT, 0L);
        List<String> values = new ArrayList<>();
        while (consumer.position(OUT) < end) {
            consumer.poll(Duration.ofMillis(50))
                    .forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
        }
        return values;
    }

    private static long offset(KafkaConsumer<byte[], byte[]> consumer) {
        var committed = consumer.committed(Set.of(IN)).get(IN);
        return committed == null ? 0 : committed.offset();
    }
}
