// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** A trace that a trainer begins goes on in what its record led to. */
class TraceContextIT {
    private static final TensorId ID = new TensorId("run/x");

    @Test
    void traceHeadersGoFromAnInputToItsOutputsAndNoOthersDo() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of("commit.interval.ms", 10_000))) {
            send(cluster, 1, "00-aa-01-01", "small");
            send(cluster, 2, "00-bb-02-01", "x".repeat(9000));
            send(cluster, 3, "00-cc-03-01", "small");
            List<ConsumerRecord<ByteBuffer, ByteBuffer>> outputs = cluster.read(cluster.topics.fakeQuantized(), 3);
            assertThat(outputs.stream().map(TraceContextIT::headers))
                    .containsExactly(
                            Map.of("traceparent", "00-aa-01-01", "tracestate", "v=1", "baggage", "small"),
                            Map.of("traceparent", "00-bb-02-01", "tracestate", "v=1"), // too long to pass on
                            Map.of("traceparent", "00-cc-03-01", "tracestate", "v=1", "baggage", "small"));
            assertThat(cluster.read(cluster.topics.events(), 3).stream()
                            .map(event -> headers(event).get("traceparent")))
                    .containsExactly("00-aa-01-01", "00-bb-02-01", "00-cc-03-01");
            // coalesced: the newest of a transaction has the newest's trace
            List<ConsumerRecord<ByteBuffer, ByteBuffer>> qparams =
                    cluster.readUntil(cluster.topics.qparams(), read -> read.stream()
                            .anyMatch(r -> "00-cc-03-01".equals(headers(r).get("traceparent"))));
            assertThat(headers(qparams.get(qparams.size() - 1)))
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of("traceparent", "00-cc-03-01", "tracestate", "v=1", "baggage", "small"));
            assertThat(processor.status().restarts()).isZero();
        }
    }

    private static void send(TestCluster cluster, long step, String trace, String baggage) {
        Tensor tensor = Tensor.of(Shape.of(3), -1, Float.NaN, 1); // not finite: an event, too
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                cluster.topics.activations(),
                ID.value().getBytes(StandardCharsets.UTF_8),
                ActivationCodec.encode(TestCluster.activation(step, tensor)));
        Map.of("traceparent", trace, "tracestate", "v=1", "baggage", baggage, "other", "stays")
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        cluster.send(record);
    }

    private static Map<String, String> headers(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        Map<String, String> headers = new TreeMap<>();
        record.headers().forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
        return headers;
    }
}
