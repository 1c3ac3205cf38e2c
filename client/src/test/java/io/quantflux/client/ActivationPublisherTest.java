// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.client.ActivationPublisher.Counters;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("Without a broker a publisher holds nobody up")
class ActivationPublisherTest {
    private static final int MEBI = 1 << 20;
    private static final Shape SHAPE = Shape.of(MEBI / 4);

    @Test
    @Timeout(60)
    void aFullQueueDropsAndCounts() {
        ActivationPublisher publisher = toNowhere().maxQueuedBytes(8 * MEBI).build();
        float[] values = new float[MEBI / 4];
        int accepted = 0;
        for (int step = 0; step < 100; step++) {
            accepted += publisher.publish("fc", step, SHAPE, values) ? 1 : 0;
            assertThat(publisher.counters().bytesQueued()).isLessThanOrEqualTo(8 * MEBI);
        }

        assertThat(accepted).isEqualTo(7); // seven tensors of 1 MiB and what goes with them
        assertThat(publisher.counters().dropped()).isEqualTo(93);
        publisher.close();
        Counters end = publisher.counters();
        assertThat(end.published()).isEqualTo(100);
        assertThat(end.acknowledged()).isZero();
        assertThat(end.dropped() + end.failed()).isEqualTo(100);
        assertThat(end.bytesQueued()).isZero();
    }

    @Test
    @Timeout(60)
    void everyTensorIsAccountedForWhenThreadsPublishWhileItCloses() throws InterruptedException {
        ActivationPublisher publisher = toNowhere().maxQueuedBytes(MEBI).build();
        List<Thread> trainers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String name = "layer" + i;
            trainers.add(new Thread(() -> {
                for (int step = 0; step < 5_000; step++) {
                    publisher.publish(name, step, Shape.of(64), new float[64]);
                }
            }));
        }
        trainers.forEach(Thread::start);
        publisher.close();
        for (Thread trainer : trainers) {
            trainer.join();
        }

        Counters end = publisher.counters();
        assertThat(end.published()).isEqualTo(20_000);
        assertThat(end.dropped() + end.failed()).isEqualTo(20_000);
        assertThat(end.bytesQueued()).isZero();
    }

    @Test
    void aTensorThatNeverFitsTheQueueFails() {
        ActivationPublisher publisher = toNowhere().maxQueuedBytes(MEBI).build();

        assertThat(publisher.publish("fc", 1, SHAPE, new float[MEBI / 4])).isFalse();
        publisher.close();
        assertThat(publisher.counters()).isEqualTo(new Counters(1, 0, 0, 1, 0));
    }

    @Test
    void afterCloseTensorsAreDropped() {
        ActivationPublisher publisher = toNowhere().build();
        publisher.close();
        publisher.close();

        assertThat(publisher.publish("fc", 1, Shape.of(1), new float[1])).isFalse();
        assertThat(publisher.counters()).isEqualTo(new Counters(1, 0, 1, 0, 0));
    }

    @Test
    void whatIsWrongInItselfIsRefusedAndNotCounted() {
        try (ActivationPublisher publisher = toNowhere().build()) {
            assertThatThrownBy(() -> publisher.publish("fc one", 1, Shape.of(1), new float[1]))
                    .isInstanceOf(InvalidSpecException.class)
                    .hasMessageStartingWith("tensor id was \"run/fc one\" but must be");
            assertThatThrownBy(() -> publisher.publish("fc", -1, Shape.of(1), new float[1]))
                    .hasMessage("step was -1 but must be at least 0");
            assertThatThrownBy(() -> publisher.publish("fc", 1, Shape.of(2, 2), new float[3]))
                    .hasMessage("values was 3 values but shape 2x2 needs 4");
            assertThat(publisher.counters().published()).isZero();
        }
    }

    @Test
    void aBuilderThatLacksSomethingSaysWhat() {
        ActivationPublisher.Builder noRun = ActivationPublisher.builder("127.0.0.1:1");
        assertThatThrownBy(noRun::build).hasMessage("run was null but is the first part of every tensor's id");
        ActivationPublisher.Builder badRun =
                ActivationPublisher.builder("127.0.0.1:1").run("my run");
        assertThatThrownBy(badRun::build).hasMessageStartingWith("tensor id was \"my run\" but must be");
        ActivationPublisher.Builder noQueue = toNowhere().maxQueuedBytes(0);
        assertThatThrownBy(noQueue::build).hasMessage("max_queued_bytes was 0 but must be at least 1");
    }

    private static ActivationPublisher.Builder toNowhere() {
        return ActivationPublisher.builder("127.0.0.1:" + Broker.freePort())
                .run("run")
                .closeTimeout(Duration.ofMillis(100));
    }
}
