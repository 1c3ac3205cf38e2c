// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.http.HealthRoutes;
import io.quantflux.streaming.http.HttpRoutes;
import io.quantflux.streaming.http.HttpServer;
import io.quantflux.streaming.http.MetricsRoutes;
import io.quantflux.streaming.kafka.Futures;
import io.quantflux.streaming.kafka.StartupException;
import io.quantflux.streaming.kafka.StreamLoop;
import io.quantflux.streaming.kafka.StreamStatus;
import io.quantflux.streaming.log.EventLog;
import io.quantflux.streaming.metrics.ProcessorMetrics;
import io.quantflux.streaming.view.CalibrationListener;
import io.quantflux.streaming.view.Onlookers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The running processor: the stream, and HTTP beside it. In a service of its own, or inside another program as the demo
 * does.
 */
public final class Processor implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(10);

    private final ProcessorConfig config;
    private final ProcessorMetrics metrics;
    private final Scheduler compute;
    private final Scheduler blocking;
    private final StreamLoop loop;
    private final @Nullable HttpServer http;
    private final @Nullable DashboardPart dashboard;

    private Processor(
            ProcessorConfig config,
            ProcessorMetrics metrics,
            Scheduler compute,
            Scheduler blocking,
            StreamLoop loop,
            @Nullable HttpServer http,
            @Nullable DashboardPart dashboard) {
        this.config = config;
        this.metrics = metrics;
        this.compute = compute;
        this.blocking = blocking;
        this.loop = loop;
        this.http = http;
        this.dashboard = dashboard;
    }

    /**
     * Checks the cluster and starts; returns before the first record flows.
     *
     * @throws StartupException in one line: no broker, a missing or wrong topic, a port in use, a spec no component takes
     */
    public static Processor start(ProcessorConfig config) {
        // asks the brokers while the rest is set up
        CompletableFuture<StreamLoop.Prepared> checked =
                CompletableFuture.supplyAsync(() -> StreamLoop.prepare(config), Processor::aside);
        AtomicReference<@Nullable StreamLoop> started = new AtomicReference<>();
        Supplier<StreamStatus> status = () -> statusOf(started.get());
        ProcessorMetrics metrics = new ProcessorMetrics(config.metrics(), status);
        Scheduler compute = metrics.timed(computeScheduler(config.computeThreads()), "compute");
        Scheduler blocking = Schedulers.newBoundedElastic(2, 1024, "quantflux-restore", 60, true);
        HttpServer http = null;
        DashboardPart dashboard = null;
        List<CalibrationListener> listeners = new ArrayList<>(metrics.listeners());
        try {
            if (config.httpPort() >= 0) { // first: a port in use must not make the group rebalance
                dashboard = new DashboardPart(config, status);
                List<HttpRoutes> routes = new ArrayList<>(dashboard.routes());
                routes.add(new HealthRoutes(status));
                routes.add(new MetricsRoutes(metrics::scrape));
                listeners.add(dashboard.listener());
                http = HttpServer.start(config.httpHost(), config.httpPort(), routes);
            }
            listeners.add(new EventLog(config.topics().activations()));
            StreamLoop loop = StreamLoop.start(
                    Futures.await(checked), compute, blocking, new Onlookers(listeners), metrics.registry());
            started.set(loop);
            return new Processor(config, metrics, compute, blocking, loop, http, dashboard);
        } catch (RuntimeException e) {
            var unused = checked.thenAccept(StreamLoop.Prepared::close);
            if (http != null) {
                http.close();
            }
            if (dashboard != null) {
                dashboard.close();
            }
            compute.dispose();
            blocking.dispose();
            metrics.close();
            throw e;
        }
    }

    private static void aside(Runnable work) {
        Thread thread = new Thread(work, "quantflux-start");
        thread.setDaemon(true);
        thread.start();
    }

    /** Its threads count as non-blocking: BlockHound and Reactor itself refuse to block them. */
    static Scheduler computeScheduler(int threads) {
        return Schedulers.newParallel("quantflux-compute", threads, true);
    }

    private static StreamStatus statusOf(@Nullable StreamLoop loop) {
        return loop == null ? StreamStatus.STARTING : loop.status();
    }

    public StreamStatus status() {
        return loop.status();
    }

    /** Address of the HTTP server, {@code http://host:port}, if there is one. */
    public Optional<String> httpAddress() {
        return Optional.ofNullable(http).map(HttpServer::address);
    }

    /** Completes when the stream has ended, exceptionally if it had to give up. */
    public CompletableFuture<Void> ended() {
        return loop.ended();
    }

    /** Waits until every assigned partition is restored and flows; says whether it came to that in time. */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!status().ready() && !loop.ended().isDone() && System.nanoTime() < deadline) {
            Thread.sleep(POLL.toMillis());
        }
        return status().ready();
    }

    /** Takes no more records, finishes and commits what is in flight, leaves the group. */
    @Override
    public void close() {
        loop.stop();
        try {
            loop.ended().get(config.shutdownTimeout().plusSeconds(15).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            // the loop has said why; what it did not commit is read again by the next instance
        }
        if (http != null) {
            http.close();
        }
        if (dashboard != null) {
            dashboard.close();
        }
        compute.dispose();
        blocking.dispose();
        metrics.close();
    }
}
