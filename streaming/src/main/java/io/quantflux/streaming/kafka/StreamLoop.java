// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.quantflux.avro.Codecs;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.config.QuantizationConfig;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.shard.ShardSettings;
import io.quantflux.streaming.view.CalibrationListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * The thread that owns the Kafka clients, one {@link Session} after another.
 *
 * <p>A broker that is away, a fenced producer, a lost partition: each ends the session, and a new one begins after a pause.
 * The loop itself ends only on {@link #stop()} or when going on would be wrong.
 */
public final class StreamLoop {
    private static final Logger log = LoggerFactory.getLogger(StreamLoop.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final String SHUTTING_DOWN = "shutting down";
    private static final int MAX_FENCINGS = 3;
    private static final Duration FENCING_WINDOW = Duration.ofSeconds(60);

    private final StreamSettings settings;
    private final Clients clients;
    private final StreamCounters counters = new StreamCounters();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread thread;
    private final LoopWatch watch = new LoopWatch();
    private volatile boolean stopping;
    private volatile StreamStatus status;
    private boolean worked;
    private int fencings;
    private long firstFencingNanos;

    private StreamLoop(StreamSettings settings, Clients clients) {
        this.settings = settings;
        this.clients = clients;
        this.status = StreamStatus.STARTING;
        this.thread = new Thread(this::run, "quantflux-loop");
    }

    /** What a loop needs, checked against the cluster. */
    public static final class Prepared implements AutoCloseable {
        private final ProcessorConfig config;
        private final Clients clients;
        private final ShardSettings shards;

        private Prepared(ProcessorConfig config, Clients clients, ShardSettings shards) {
            this.config = config;
            this.clients = clients;
            this.shards = shards;
        }

        /** For one who starts no loop with it after all. */
        @Override
        public void close() {
            clients.close();
        }
    }

    /**
     * Checks the topics; joins no group yet.
     *
     * @throws StartupException if no broker answers or a topic is missing or wrong
     */
    public static Prepared prepare(ProcessorConfig config) {
        CalibrationOperator operator = new CalibrationOperator(Components.standard(), config.nonFinitePolicy());
        Clients clients = new Clients(config);
        int partitions;
        try {
            partitions = Topics.of(config, clients).verify();
        } catch (RuntimeException e) {
            clients.close();
            throw e;
        }
        QuantizationConfig specs = config.specConfig();
        if (specs != null && !specs.unusedModuleTypes().isEmpty()) {
            log.warn(
                    "{}: no module in {} has the types {}; those entries choose nothing",
                    ProcessorConfig.SPEC_CONFIG,
                    ProcessorConfig.SPEC_MODULES,
                    specs.unusedModuleTypes());
        }
        Codecs.load(); // lanes must not block on it; now that the brokers have been asked
        ShardSettings shards = new ShardSettings(
                operator,
                config.spec(),
                specs,
                partitions,
                config.maxTensors(),
                config.maxRecordBytes(),
                config.isExactlyOnce());
        return new Prepared(config, clients, shards);
    }

    /**
     * Starts the loop.
     *
     * @param compute where lanes fold; must not be blocked
     * @param blocking where shards are read back from the changelog
     * @param listener looks on, called by the loop's thread
     * @param registry for the Kafka clients' own metrics
     */
    public static StreamLoop start(
            Prepared prepared,
            Scheduler compute,
            Scheduler blocking,
            CalibrationListener listener,
            MeterRegistry registry) {
        StreamLoop loop = new StreamLoop(
                new StreamSettings(prepared.config, prepared.shards, compute, blocking, listener, registry),
                prepared.clients);
        loop.thread.start();
        return loop;
    }

    /** Asks it to finish what is in flight, commit and leave the group; {@link #ended()} completes then. */
    public void stop() {
        stopping = true;
    }

    /** Completes when the loop has ended: normally after {@link #stop()}, exceptionally when it had to give up. */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    /** As of the last turn of the loop; not ready if that is long ago, and from the moment it is told to stop. */
    public StreamStatus status() {
        StreamStatus now = ended.isDone() ? status : watch.judge(status);
        return stopping && !ended.isDone() ? now.notReady(SHUTTING_DOWN) : now;
    }

    private void run() {
        try {
            Duration pause = FIRST_PAUSE;
            while (!stopping) {
                long started = System.nanoTime();
                Throwable failure = runSession();
                if (failure != null) {
                    counters.restarted();
                    settings.listener().restarted();
                    refuseWithoutRights(failure);
                    refuseEndlessFencing(failure);
                    pause = System.nanoTime() - started > LONGEST_PAUSE.toNanos() * 2 ? FIRST_PAUSE : pause;
                    log.warn("session ended: {}; restoring and rejoining in {} ms", line(failure), pause.toMillis());
                    status = notReady("rejoining after: " + line(failure));
                    rest(pause);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
                }
            }
            status = notReady("stopped");
            ended.complete(null);
        } catch (Throwable fatal) {
            status = notReady("ended: " + line(fatal));
            ended.completeExceptionally(fatal);
        }
    }

    /** Runs a session until it is told to stop, or fails; returns the failure. */
    private @Nullable Throwable runSession() {
        try (clients;
                Session session = new Session(settings, clients, counters)) {
            while (!stopping) {
                session.cycle();
                status = session.status();
                watch.turned();
                worked |= status.ready();
            }
            session.drain(settings.config().shutdownTimeout());
            return null;
        } catch (RuntimeException e) {
            if (!(e instanceof KafkaException)) {
                log.error("unexpected failure of the session", e);
            }
            return stopping ? null : e;
        }
    }

    /** What is not allowed from the start is a mistake to be told; what was allowed before may be so again. */
    private void refuseWithoutRights(Throwable failure) {
        if (!worked) {
            AccessRefused.line(failure, settings.config()).ifPresent(line -> {
                throw new StartupException(line);
            });
        }
    }

    /** Two instances with one id would fence each other for ever; better that one says so and goes. */
    private void refuseEndlessFencing(Throwable failure) {
        // a broker ends a transaction that stays open for too long in the same way, and then nobody else is about
        boolean timedOut = watch.still().toMillis() > settings.config().transactionTimeoutMs() / 2;
        if (!isFencing(failure) || timedOut) {
            return;
        }
        long now = System.nanoTime();
        if (fencings == 0 || now - firstFencingNanos > FENCING_WINDOW.toNanos()) {
            fencings = 0;
            firstFencingNanos = now;
        }
        if (++fencings >= MAX_FENCINGS) {
            throw new StartupException("another instance runs with the same instance.id (transactional id "
                    + settings.config().transactionalId() + "); give each instance its own");
        }
    }

    /** A fenced producer learns of it in several ways, and often as the cause of something else. */
    private static boolean isFencing(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof ProducerFencedException || t instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    private void rest(Duration pause) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        while (!stopping && System.nanoTime() < end) {
            Thread.sleep(20);
        }
    }

    private StreamStatus notReady(String why) {
        return counters.status(List.of(why), List.of(), List.of(), Map.of(), status.controlOffset());
    }

    private static String line(Throwable t) {
        String message = String.valueOf(t.getMessage());
        int end = message.indexOf('\n');
        return t.getClass().getSimpleName() + ": " + (end < 0 ? message : message.substring(0, end));
    }
}
