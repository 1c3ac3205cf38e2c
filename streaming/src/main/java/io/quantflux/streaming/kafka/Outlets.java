// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.config.ProcessorConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.utils.ThreadUtils;
import org.apache.kafka.common.utils.Utils;

/**
 * The transactions that lanes are shared out among, each with a producer of its own.
 *
 * <p>A broker works on one request of a connection at a time, and a producer has one transaction at a time: with two of
 * them, one's records travel while the other's wait for a commit.
 */
final class Outlets {
    private static final Duration LEAVE = Duration.ofSeconds(5);

    private final List<KafkaProducer<byte[], byte[]>> producers;
    private final List<Delivery> deliveries;
    private final List<Transaction> transactions;
    private final ExecutorService aside;

    private Outlets(ProcessorConfig config, Clients clients, RecordEncoder encoder) {
        producers = clients.producers();
        aside = Executors.newCachedThreadPool(ThreadUtils.createThreadFactory("quantflux-commit", true));
        deliveries = producers.stream()
                .map(producer -> config.isExactlyOnce() ? new ExactlyOnce(producer) : new AtLeastOnce(producer))
                .toList();
        transactions = deliveries.stream()
                .map(delivery -> new Transaction(delivery, encoder, pace(config), aside))
                .toList();
    }

    private static CommitPace pace(ProcessorConfig config) {
        return new CommitPace(config.commitBytes(), Duration.ofMillis(config.transactionTimeoutMs()));
    }

    /** {@return outlets that may be used: the transactions of this slot's previous incarnation have been ended} */
    static Outlets started(ProcessorConfig config, Clients clients, RecordEncoder encoder) {
        Outlets outlets = new Outlets(config, clients, encoder);
        try {
            outlets.start();
            return outlets;
        } catch (RuntimeException e) {
            outlets.giveUp();
            throw e;
        }
    }

    private void start() {
        deliveries.stream()
                .map(delivery -> CompletableFuture.runAsync(delivery::start, aside))
                .toList()
                .forEach(Futures::await);
    }

    List<KafkaProducer<byte[], byte[]>> producers() {
        return producers;
    }

    List<PartitionInfo> partitionsOf(String topic) {
        return producers.get(0).partitionsFor(topic);
    }

    /** For a new lane: the one that the fewest of {@code lanes} have. */
    Transaction leastUsed(Collection<Lane> lanes) {
        return transactions.stream()
                .min(Comparator.comparingLong(transaction -> lanes.stream()
                        .filter(lane -> lane.transaction() == transaction)
                        .count()))
                .orElseThrow();
    }

    List<Transaction> all() {
        return transactions;
    }

    boolean isOpen() {
        return open().findAny().isPresent();
    }

    /** Those that have taken something that is not committed. */
    Stream<Transaction> open() {
        return transactions.stream().filter(Transaction::isOpen);
    }

    void abort() {
        transactions.forEach(Transaction::abort);
    }

    void close() {
        close(LEAVE);
    }

    /** Without waiting: nothing has been sent. */
    void giveUp() {
        close(Duration.ZERO);
    }

    private void close(Duration patience) {
        deliveries.forEach(delivery -> Utils.closeQuietly(() -> delivery.close(patience), "producer"));
        aside.shutdown();
    }
}
