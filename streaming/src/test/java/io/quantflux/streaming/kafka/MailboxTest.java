// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Mailbox mailbox = new Mailbox();

    @Test
    void await_endsWithALetter() throws Exception {
        CompletableFuture<Mailbox.Letter> taken = CompletableFuture.supplyAsync(() -> {
            Mailbox.Letter letter = mailbox.take();
            while (letter == null) {
                mailbox.await(LONG);
                letter = mailbox.take();
            }
            return letter;
        });
        Thread.sleep(100); // it waits by now
        Mailbox.Letter letter = new Mailbox.RestoreFailed(new IllegalStateException());

        mailbox.post(letter);

        assertThat(taken.get(30, TimeUnit.SECONDS)).isSameAs(letter);
    }

    @Test
    void await_doesNotWait_whileALetterIsThere() {
        mailbox.post(new Mailbox.RestoreFailed(new IllegalStateException()));
        long began = System.nanoTime();

        mailbox.await(LONG);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONG.dividedBy(2));
    }
}
