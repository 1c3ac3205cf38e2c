// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.ChunkHeader;
import io.quantflux.avro.LargeMessage;
import io.quantflux.spec.TensorId;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerRecord;

/** An activation that travels in chunks, sent one by one as the test wants it. */
record ChunkedTensor(TestCluster cluster, TensorId id, String producer, String message, LargeMessage bytes, int size) {

    static ChunkedTensor of(
            TestCluster cluster, TensorId id, String producer, String message, Activation activation, int size) {
        return new ChunkedTensor(cluster, id, producer, message, ActivationCodec.large(activation), size);
    }

    int count() {
        return header(0).count();
    }

    void send(int index) {
        send(index, UnaryOperator.identity());
    }

    void send(int index, UnaryOperator<byte[]> change) {
        ChunkHeader header = header(index);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                cluster.topics.activations(),
                id.value().getBytes(StandardCharsets.UTF_8),
                change.apply(bytes.copy(header.at(), header.length())));
        header.write((name, value) -> record.headers().add(name, value));
        cluster.send(record);
    }

    void sendAll() {
        for (int index = 0; index < count(); index++) {
            send(index);
        }
    }

    private ChunkHeader header(int index) {
        return ChunkHeader.of(producer, message, index, bytes.bytes(), bytes.crc32(), size);
    }
}
