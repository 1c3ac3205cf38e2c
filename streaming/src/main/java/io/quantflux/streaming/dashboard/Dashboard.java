// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.TensorId;
import io.quantflux.streaming.kafka.StreamStatus;
import io.quantflux.streaming.view.CalibrationListener;
import io.quantflux.streaming.view.FoldedTensor;
import io.quantflux.streaming.view.RefusedInput;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What the dashboard shows, kept beside the stream in bounded memory.
 *
 * <p>The stream's thread leaves behind what it has folded, in a fixed time a record. All else, histories, sorting, JSON,
 * happens on a thread of the dashboard's own, and for viewers only while there are any.
 */
public final class Dashboard implements CalibrationListener, AutoCloseable {
    /** Viewers get news at most this often. */
    public static final Duration PUSH_INTERVAL = Duration.ofMillis(250);

    private static final Duration TURN = Duration.ofMillis(500);
    private static final int TURNS_PER_SECOND = 2;

    private final Supplier<StreamStatus> status;
    private final Scheduler scheduler = Schedulers.newSingle("quantflux-dashboard", true);
    private final TensorTracks tracks = new TensorTracks();
    private final TensorList list = new TensorList(System::nanoTime);
    private final AuditLog audit = new AuditLog();
    private final Refusals refusals = new Refusals();
    private final Watches watches = new Watches();
    private final Traffic traffic;
    private final boolean control;
    private final Disposable turning;
    private volatile long lastRecordMillis;
    private volatile long lastCommitMillis;

    /**
     * @param status the stream at a glance, from any thread
     * @param computeThreads that fold
     * @param control whether commands are taken, for those who have the token
     */
    public Dashboard(Supplier<StreamStatus> status, int computeThreads, boolean control) {
        this.status = status;
        this.control = control;
        traffic = new Traffic(computeThreads);
        turning = Flux.interval(TURN, scheduler).onBackpressureDrop().subscribe(this::turn);
    }

    private void turn(long number) {
        if (number % TURNS_PER_SECOND == 0) {
            traffic.turn(status.get(), System.nanoTime());
            tracks.forgetReleased(System.currentTimeMillis());
        }
        tracks.remember();
    }

    /* ---- what the stream tells ---- */

    @Override
    public void folded(FoldedTensor tensor) {
        long now = System.currentTimeMillis();
        lastRecordMillis = now;
        traffic.folded(tensor.times());
        TensorTrack track = tracks.fold(tensor, now);
        watches.fold(track, tensor, tracks.size(), now);
    }

    @Override
    public void changed(TensorId id, int partition, TensorState now) {
        tracks.change(id, partition, now, System.currentTimeMillis());
    }

    @Override
    public void event(String key, TensorEvent event) {
        audit.note(key, event, System.currentTimeMillis());
    }

    @Override
    public void refused(RefusedInput input) {
        refusals.note(input, System.currentTimeMillis());
    }

    @Override
    public void restored(int partition, Map<TensorId, TensorState> tensors) {
        long now = System.currentTimeMillis();
        tensors.forEach((id, state) -> tracks.change(id, partition, state, now));
    }

    @Override
    public void released(int partition) {
        tracks.release(partition, System.currentTimeMillis());
    }

    @Override
    public void committed(long nanos) {
        lastCommitMillis = System.currentTimeMillis();
        traffic.committed(nanos);
    }

    /* ---- what viewers ask ---- */

    /** A window of the list, JSON. */
    public byte[] list(ListQuery query) {
        return DashboardJson.bytes(window(query));
    }

    TensorList.Window window(ListQuery query) {
        return list.window(tracks.all(), query);
    }

    /** All there is of a tensor, JSON; empty for one that is not here. */
    public Optional<byte[]> tensor(TensorId id) {
        return Optional.ofNullable(detail(id, true)).map(DashboardJson::bytes);
    }

    @Nullable
    TensorDetail detail(TensorId id, boolean withHistory) {
        TensorTrack track = tracks.get(id);
        return track == null ? null : TensorDetail.of(track, withHistory);
    }

    Overview overview() {
        return new Overview(
                status.get(),
                traffic.rates(),
                lastRecordMillis,
                lastCommitMillis,
                control,
                audit.lines(),
                refusals.newest());
    }

    /**
     * News for one viewer, JSON, from the moment of subscribing: at most one each {@link #PUSH_INTERVAL}, and none while
     * the viewer is still busy with the last. One at least each second, so that a viewer notices when they stop.
     *
     * @param watched the tensor the viewer looks at closely; samples are taken of it meanwhile
     */
    public Flux<byte[]> live(ListQuery query, @Nullable TensorId watched) {
        return Flux.defer(() -> {
            LiveView view = new LiveView(this, query, watched);
            Flux<byte[]> news = Flux.interval(Duration.ZERO, PUSH_INTERVAL, scheduler)
                    .onBackpressureLatest()
                    .publishOn(scheduler, 1)
                    .mapNotNull(view::next);
            return watched == null
                    ? news
                    : news.doOnSubscribe(s -> watches.begin(watched)).doFinally(s -> watches.end(watched));
        });
    }

    @Override
    public void close() {
        turning.dispose();
        scheduler.dispose();
    }
}
