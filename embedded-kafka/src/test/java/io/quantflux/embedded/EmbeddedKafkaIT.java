// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {

    @TempDir
    Path dir;

    @Test
    void aProducedRecordIsConsumed() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir)) {
            Kafka.createTopic(kafka.bootstrapServers(), "tensors");
            Kafka.produce(kafka.bootstrapServers(), "tensors", "step 1");

            assertThat(Kafka.committed(kafka.bootstrapServers(), "tensors")).containsExactly("step 1");
            assertThat(kafka.directory()).isEqualTo(dir.toRealPath());
        }
    }

    @Test
    void aRecordOfSixteenMebibytesIsAccepted() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir);
                KafkaProducer<String, String> producer =
                        Kafka.producer(kafka.bootstrapServers(), Map.of("max.request.size", 17 << 20))) {
            Kafka.createTopic(kafka.bootstrapServers(), "tensors");
            long offset = producer.send(new ProducerRecord<>("tensors", "x".repeat(16 << 20)))
                    .get()
                    .offset();

            assertThat(offset).isZero();
        }
    }

    @Test
    void aCommittedTransactionIsReadAndAnAbortedOneIsInvisible() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir);
                KafkaProducer<String, String> producer =
                        Kafka.producer(kafka.bootstrapServers(), Map.of("transactional.id", "processor-0"))) {
            Kafka.createTopic(kafka.bootstrapServers(), "qparams");
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("qparams", "aborted")).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("qparams", "committed")).get();
            producer.commitTransaction();

            assertThat(Kafka.committed(kafka.bootstrapServers(), "qparams")).containsExactly("committed");
        }
    }

    @Test
    void aRestartOnTheSameDirectoryWithAnotherPortKeepsTheData() throws Exception {
        String before;
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir)) {
            before = kafka.bootstrapServers();
            Kafka.createTopic(before, "tensors");
            Kafka.produce(before, "tensors", "kept");
        }
        String other = freePortOtherThan(before);
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir, Map.of("port", other))) {
            assertThat(kafka.bootstrapServers()).isEqualTo("127.0.0.1:" + other).isNotEqualTo(before);
            assertThat(Kafka.committed(kafka.bootstrapServers(), "tensors")).containsExactly("kept");
        }
    }

    @Test
    void aSecondCloseDoesNothing() {
        EmbeddedKafka kafka = EmbeddedKafka.start(dir);
        kafka.close();
        kafka.close();

        EmbeddedKafka.start(dir).close();
    }

    @Test
    void twoBrokersOfOneJvmServeSideBySide() throws Exception {
        try (EmbeddedKafka one = EmbeddedKafka.start(dir.resolve("one"));
                EmbeddedKafka two = EmbeddedKafka.start(dir.resolve("two"))) {
            Kafka.createTopic(one.bootstrapServers(), "tensors");
            Kafka.createTopic(two.bootstrapServers(), "tensors");
            Kafka.produce(one.bootstrapServers(), "tensors", "one");

            assertThat(Kafka.committed(one.bootstrapServers(), "tensors")).containsExactly("one");
            assertThat(Kafka.committed(two.bootstrapServers(), "tensors")).isEmpty();
        }
    }

    @Test
    void aPortInUseIsRefusedInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThatExceptionOfType(EmbeddedKafkaException.class)
                    .isThrownBy(() -> EmbeddedKafka.start(dir, Map.of("port", port)))
                    .withMessageStartingWith("cannot listen on port " + port + " of 127.0.0.1: ")
                    .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsRefusedInOneLine() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "not a directory");

        assertThatExceptionOfType(EmbeddedKafkaException.class)
                .isThrownBy(() -> EmbeddedKafka.start(file.resolve("data")))
                .withMessageStartingWith("broker directory " + file.resolve("data") + " cannot be written: ")
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    @Test
    void aDirectoryInUseIsRefusedAndItsBrokerServesOn() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir)) {
            assertThatExceptionOfType(EmbeddedKafkaException.class)
                    .isThrownBy(() -> EmbeddedKafka.start(dir))
                    .withMessage("broker directory " + dir + " is in use by another broker of this JVM");
            Kafka.createTopic(kafka.bootstrapServers(), "tensors");
        }
    }

    @Test
    void aPropertyKafkaRefusesIsNamed() {
        assertThatExceptionOfType(EmbeddedKafkaException.class)
                .isThrownBy(() -> EmbeddedKafka.start(dir, Map.of("num.io.threads", "many")))
                .withMessageContaining("num.io.threads")
                .withMessageContaining("many");

        EmbeddedKafka.start(dir).close();
    }

    private static String freePortOtherThan(String endpoint) throws Exception {
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket two = new ServerSocket(0)) {
            int port = endpoint.endsWith(":" + one.getLocalPort()) ? two.getLocalPort() : one.getLocalPort();
            return Integer.toString(port);
        }
    }
}
