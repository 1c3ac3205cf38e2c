// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.avro.ControlCodec;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A control client sends commands in order and tells where they are")
class ControlClientIT {

    @Test
    void commandsGetTheirOffsetsInTheOrderTheyWereSent(@TempDir Path directory) throws Exception {
        try (Broker broker = new Broker(directory)) {
            broker.createTopic(TopicNames.DEFAULT.control(), 1, Map.of());
            List<ControlCommand> commands = new ArrayList<>();
            List<CompletableFuture<Long>> offsets = new ArrayList<>();
            try (ControlClient client = ControlClient.create(broker.bootstrapServers())) {
                for (int i = 0; i < 10; i++) {
                    commands.add(command(new Action.SetExportMode(i % 2 == 0)));
                    offsets.add(client.send(commands.get(i)));
                }
            }
            for (int i = 0; i < 10; i++) {
                assertThat(offsets.get(i).get()).isEqualTo(i);
            }
            List<ConsumerRecord<byte[], byte[]>> records = broker.records(TopicNames.DEFAULT.control());
            assertThat(records)
                    .extracting(record -> ControlCodec.decode(ByteBuffer.wrap(record.value())))
                    .isEqualTo(commands);
            assertThat(records)
                    .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
                    .containsOnly("digits/*");
        }
    }

    @Test
    void withoutABrokerTheFutureSaysSo() {
        Map<String, Object> impatient =
                Map.of("max.block.ms", 200, "request.timeout.ms", 200, "delivery.timeout.ms", 400);
        try (ControlClient client =
                ControlClient.create("127.0.0.1:" + Broker.freePort(), TopicNames.DEFAULT, impatient)) {
            CompletableFuture<Long> sent = client.send(command(new Action.Reset()));
            assertThatThrownBy(() -> sent.get(1, TimeUnit.MINUTES))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("quantflux.control");
        }
    }

    @Test
    void afterCloseTheFutureSaysSo() {
        ControlClient client = ControlClient.create("127.0.0.1:" + Broker.freePort());
        client.close();
        ControlCommand late = command(new Action.Reset());

        assertThatThrownBy(() -> client.send(late).get(1, TimeUnit.MINUTES))
                .hasMessageContaining("quantflux.control: closed before " + late.id() + " was sent");
    }

    private static ControlCommand command(Action action) {
        return new ControlCommand(ControlClient.newId(), "ada", Selector.of("digits/*"), action, null);
    }
}
