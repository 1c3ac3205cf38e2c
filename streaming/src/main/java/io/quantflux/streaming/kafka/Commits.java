// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.view.CalibrationListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * When a session's transactions are flushed and committed.
 *
 * <p>Confined to the loop thread, which goes on while records travel and transactions are decided: each step that ends
 * posts a letter. Where there is nothing else to do, and before a partition goes, all is done at once.
 */
final class Commits {
    /** A fetch that is under way has come by then. */
    private static final Duration LONGEST_GAP = Duration.ofMillis(50);

    private final Outlets outlets;
    private final KafkaConsumer<?, ?> member;
    private final Mailbox mailbox;
    private final Duration interval;
    private final StreamCounters counters;
    private final CalibrationListener listener;
    private final Consumer<Mailbox.Letter> taker;
    private long idleSince = Long.MAX_VALUE;

    /**
     * @param interval after which an open transaction is committed
     * @param taker takes the letters that a transaction has deferred, once it is settled
     */
    Commits(
            Outlets outlets,
            KafkaConsumer<?, ?> member,
            Mailbox mailbox,
            Duration interval,
            StreamCounters counters,
            CalibrationListener listener,
            Consumer<Mailbox.Letter> taker) {
        this.outlets = outlets;
        this.member = member;
        this.mailbox = mailbox;
        this.interval = interval;
        this.counters = counters;
        this.listener = listener;
        this.taker = taker;
    }

    /**
     * Once a turn of the loop.
     *
     * @param idle whether nothing is in flight
     * @param moreToCome whether records are committed to an open partition and still on their way: worth a commit less;
     *     asked only if it matters
     */
    void turn(boolean idle, BooleanSupplier moreToCome) {
        if (!outlets.isOpen()) {
            idleSince = Long.MAX_VALUE;
            return;
        }
        idleSince = idle ? Math.min(idleSince, System.nanoTime()) : Long.MAX_VALUE;
        if (idle && !moreToCome.getAsBoolean()) {
            outlets.open().filter(transaction -> !transaction.isCommitting()).forEach(this::finish);
        } else {
            boolean late = idle && System.nanoTime() - idleSince > LONGEST_GAP.toNanos();
            outlets.open()
                    .filter(transaction -> transaction.isDue(late ? Duration.ZERO : interval))
                    .forEach(this::flush);
        }
    }

    /** After each result that {@code transaction} has taken: more may wait than fits it. */
    void taken(Transaction transaction) {
        if (transaction.isDue(interval)) {
            flush(transaction);
        }
    }

    /** A step of {@code transaction} has ended, or an old letter tells of one that has been waited for already. */
    void advance(Transaction transaction) {
        if (transaction.isDecided()) {
            settle(transaction);
        } else if (transaction.isFlushed()) {
            tellOf(transaction, transaction.commit(member));
        }
    }

    /** Commits all that it has taken and deferred, and waits for that. */
    void finish(Transaction transaction) {
        while (transaction.isOpen()) {
            if (!transaction.isCommitting()) {
                transaction.commitNow(member);
            }
            settle(transaction);
        }
    }

    /** As {@link #finish(Transaction)}, each of them. */
    void finish() {
        outlets.all().forEach(this::finish);
    }

    private void flush(Transaction transaction) {
        tellOf(transaction, transaction.flush());
    }

    private void tellOf(Transaction transaction, CompletableFuture<?> step) {
        var unused = step.whenComplete((done, failure) -> mailbox.post(new Mailbox.TransactionAdvanced(transaction)));
    }

    private void settle(Transaction transaction) {
        long nanos = transaction.settle();
        counters.committed();
        listener.committed(nanos);
        transaction.deferred().forEach(taker);
    }
}
