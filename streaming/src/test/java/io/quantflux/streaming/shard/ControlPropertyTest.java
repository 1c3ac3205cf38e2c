// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.SourcePosition;
import io.quantflux.avro.StateCodec;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.Scheme;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.chunk.ChunkLimits;
import io.quantflux.streaming.chunk.OpenMessages;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random commands, duplicates among them, and records, with restarts in between: the shard, which forgets what no longer
 * matters, comes to the states of a model that applies every accepted command once and forgets nothing.
 */
class ControlPropertyTest {
    private static final int SEQUENCES = 150;
    private static final int INPUTS = 300;
    private static final List<String> SELECTORS = List.of("*", "run/*", "run/a", "run/h", "regex:.*/[a-d]", "run/?");
    private static final List<QuantizationSpec> SPECS = List.of(
            QuantizationSpec.builder().qscheme(Scheme.ASYMMETRIC).build(),
            QuantizationSpec.builder()
                    .granularity(new Granularity.PerChannel(0))
                    .build(),
            QuantizationSpec.builder().qparamCalculatorCls("no such").build());
    private static final ShardSettings SETTINGS = TestShards.settings(1);

    private final TensorCalibrator rules = new TensorCalibrator(SETTINGS);

    @Test
    void whatStandsAfterFoldingComesToWhatTheWholeLogComesTo() {
        int accepted = 0;
        int standing = 0;
        for (int seed = 0; seed < SEQUENCES; seed++) {
            Run run = new Run(new Random(seed));
            for (int i = 0; i < INPUTS; i++) {
                run.step("seed " + seed + ", input " + i);
            }
            accepted += run.accepted;
            standing += run.tail.size();
        }
        assertThat(standing)
                .as("of %d accepted, some are folded away", accepted)
                .isLessThan(accepted * 3 / 4);
    }

    /** Everything ever accepted, and the states it leads to. */
    private final class Model {
        final List<ControlEntry.Accepted> log = new ArrayList<>();
        final Map<TensorId, TensorState> states = new HashMap<>();

        void command(ControlEntry.Accepted entry) {
            log.add(entry);
            states.replaceAll((id, state) -> entry.command().selector().matches(id)
                    ? rules.command(id, state, entry, new SourcePosition(0, -1)).state()
                    : state);
        }

        void record(TensorId id, Activation activation, long offset) {
            SourcePosition at = new SourcePosition(0, offset);
            TensorState state = states.get(id);
            try {
                if (state == null) {
                    TensorState fresh = rules.open(id, activation, at).state();
                    state = fresh;
                    for (ControlEntry.Accepted entry : log) {
                        if (entry.command().selector().matches(id)) {
                            state = rules.command(id, state, entry, at).state();
                        }
                    }
                    state = TensorCalibrator.opened(fresh, state);
                }
                states.put(
                        id,
                        rules.record(id, state, activation, at, ByteBuffer::allocate)
                                .state());
            } catch (InvalidSpecException | RecordRefusedException e) {
                // refused: as if it had not come
            }
        }
    }

    private static OpenMessages noChunks() {
        return new OpenMessages(ChunkLimits.DEFAULT, Map.of());
    }

    /** A control log, a tail of it that is ahead of the shard, the shard, and its changelog. */
    private final class Run {
        private final Random random;
        private final Set<String> ids = new HashSet<>();
        private final Deque<ControlEntry> lag = new ArrayDeque<>();
        private final Model model = new Model();
        private final Map<TensorId, TensorState> changelog = new HashMap<>();
        private final StandingOrders tail = new StandingOrders();
        private Shard shard = new Shard(0, SETTINGS, Map.of(), new StandingOrders(), noChunks());
        private int accepted;
        private long controlOffset;
        private long offset;

        Run(Random random) {
            this.random = random;
        }

        void step(String what) {
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> arrive(command());
                case 4 -> deliver(random.nextInt(3));
                case 5, 6 -> record();
                default -> {
                    if (random.nextInt(4) == 0) {
                        restart();
                    }
                }
            }
            assertThat(changelog).as(what).isEqualTo(model.states);
        }

        private void arrive(ControlCommand command) {
            long at = controlOffset++;
            ControlEntry entry = new ControlEntry.Duplicate(at, command);
            if (ids.add(command.id())) {
                ControlEntry.Accepted taken = new ControlEntry.Accepted(at, command);
                assertThat(tail.add(taken)).isTrue();
                entry = taken;
                accepted++;
            }
            lag.add(entry);
        }

        private void deliver(int count) {
            for (int i = 0; i < count && !lag.isEmpty(); i++) {
                ControlEntry entry = lag.remove();
                keep(shard.fold(new ShardInput.CommandArrived(entry)));
                if (entry instanceof ControlEntry.Accepted accepted) {
                    model.command(accepted);
                }
            }
        }

        private void record() {
            TensorId id =
                    new TensorId((random.nextInt(4) == 0 ? "other/" : "run/") + (char) ('a' + random.nextInt(12)));
            Tensor tensor =
                    Tensor.of(Shape.of(2), (float) random.nextGaussian(), random.nextInt(9) == 0 ? Float.NaN : 1);
            Activation activation = ShardJournal.activation(offset / 4, tensor, null);
            ByteBuffer value = ByteBuffer.wrap(ActivationCodec.encode(activation));
            keep(shard.fold(new ShardInput.TensorArrived(offset, ShardJournal.utf8(id.value()), value)));
            model.record(id, activation, offset++);
        }

        /** The next owner has read the log further than the last one had followed it. */
        private void restart() {
            Map<TensorId, TensorState> restored = new HashMap<>();
            changelog.forEach(
                    (id, state) -> restored.put(id, StateCodec.decode(ByteBuffer.wrap(StateCodec.encode(state)))));
            shard = new Shard(0, SETTINGS, restored, tail.copy(), noChunks());
            deliver(lag.size());
        }

        private void keep(List<Emission> emissions) {
            for (Emission emission : emissions) {
                if (emission instanceof Emission.State state) {
                    changelog.put(state.id(), state.value());
                }
            }
        }

        private ControlCommand command() {
            String id = "c" + random.nextInt(400); // some come again
            Selector selector =
                    Selector.of(random.nextInt(3) > 0 ? "run/*" : SELECTORS.get(random.nextInt(SELECTORS.size())));
            @Nullable Long step = random.nextInt(4) > 0 ? null : (Long) (long) random.nextInt(20);
            return new ControlCommand(id, "ada", selector, action(), step);
        }

        private Action action() {
            boolean on = random.nextBoolean();
            return switch (random.nextInt(12)) {
                case 0, 1 -> new Action.SetExportMode(on);
                case 2, 3 -> new Action.SetObserver(on);
                case 4 -> new Action.SetFakeQuant(on);
                case 5 -> new Action.SetCalibration(on);
                case 6 -> new Action.SetTraining(on);
                case 7 -> new Action.SetSchedule(new QatSchedule(1, 2, on ? null : (Long) 9L));
                case 8 -> new Action.SetSpec(SPECS.get(random.nextInt(SPECS.size())));
                case 9 -> new Action.SetNonFinite(on ? NonFinitePolicy.REJECT : null);
                case 10 -> on ? new Action.Reset() : new Action.ClearSchedule();
                default -> new Action.ReEnable();
            };
        }
    }

    @Test
    void sessionsThatStartAndStopAgainAndAgainAreFoldedToOne() {
        StandingOrders orders = new StandingOrders();
        for (int i = 0; i < 1000; i++) {
            Action action = new Action.SetCalibration(i % 2 == 0);
            orders.add(new ControlEntry.Accepted(
                    i, new ControlCommand("c" + i, "ada", Selector.of("run/*"), action, null)));
        }
        assertThat(orders.size()).isEqualTo(2);
    }

    @Test
    void aCommandBeyondTheLimitIsRefusedAndOneThatReplacesAnotherIsTaken() {
        StandingOrders orders = new StandingOrders();
        Action freeze = new Action.SetExportMode(true);
        for (int i = 0; i < StandingOrders.MAX; i++) {
            assertThat(orders.add(accepted(i, "run/" + i, freeze))).isTrue();
        }
        assertThat(orders.add(accepted(StandingOrders.MAX, "run/one-more", freeze)))
                .isFalse();
        assertThat(orders.add(accepted(StandingOrders.MAX + 1, "run/7", new Action.SetExportMode(false))))
                .isTrue();
        assertThat(orders.size()).isEqualTo(StandingOrders.MAX);
        assertThat(orders.of(new TensorId("run/7")))
                .extracting(order -> order.command().action())
                .containsExactly(new Action.SetExportMode(false));
    }

    private static ControlEntry.Accepted accepted(long offset, String selector, Action action) {
        return new ControlEntry.Accepted(
                offset, new ControlCommand("c" + offset, "ada", Selector.of(selector), action, null));
    }
}
