// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.IntegerDType;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.Scheme;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the stream and wherever it is cut, the next owner of the partition goes on to the same bits. */
class ShardRestoreTest {
    private static final int INPUTS = 120;
    private static final int STREAMS = 3;
    private static final List<QuantizationSpec> SPECS = List.of(
            QuantizationSpec.builder()
                    .qscheme(Scheme.ASYMMETRIC)
                    .granularity(new Granularity.PerChannel(0))
                    .extra("averaging_constant", 0.2)
                    .build(),
            QuantizationSpec.builder()
                    .dtype(IntegerDType.UINT4)
                    .qparamCalculatorCls("global_minmax")
                    .granularity(new Granularity.PerBlock(0, 2))
                    .build(),
            QuantizationSpec.builder()
                    .dtype(FloatDType.FLOAT8_E4M3FN)
                    .qparamCalculatorCls("static")
                    .build());

    @ParameterizedTest
    @EnumSource(NonFinitePolicy.class)
    void aRestoredShardContinuesToTheSameBits(NonFinitePolicy policy) {
        for (int seed = 0; seed < STREAMS; seed++) {
            List<Function<ShardJournal, List<Emission>>> stream = stream(new Random(seed));
            List<ShardJournal> cuts = new ArrayList<>();
            List<List<Emission>> expected = new ArrayList<>();
            ShardJournal uninterrupted = ShardJournal.open(policy, 4, 1 << 20);
            for (Function<ShardJournal, List<Emission>> input : stream) {
                cuts.add(uninterrupted.restarted());
                expected.add(input.apply(uninterrupted));
            }
            for (int cut = 0; cut < stream.size(); cut++) {
                for (int i = cut; i < stream.size(); i++) {
                    assertThat(stream.get(i).apply(cuts.get(cut)))
                            .as("seed %d, cut before input %d, input %d", seed, cut, i)
                            .isEqualTo(expected.get(i));
                }
            }
        }
    }

    /** Records good and bad, and commands of every kind, in random order. */
    private static List<Function<ShardJournal, List<Emission>>> stream(Random random) {
        List<Function<ShardJournal, List<Emission>>> stream = new ArrayList<>();
        for (int i = 0; i < INPUTS; i++) {
            int kind = random.nextInt(20);
            if (kind < 13) {
                stream.add(record(random, i / 6));
            } else if (kind < 18) {
                stream.add(command(random, i / 6));
            } else if (kind == 18) {
                stream.add(journal -> journal.malformed(Emission.Reason.DECODE, "no command"));
            } else {
                stream.add(journal -> journal.raw(ShardJournal.utf8("run/a"), ShardJournal.utf8("no activation")));
            }
        }
        return stream;
    }

    private static Function<ShardJournal, List<Emission>> record(Random random, long step) {
        String id = List.of("run/a", "run/b", "run/c", "other/a", "other/b").get(random.nextInt(5));
        QuantizationSpec spec = random.nextBoolean() ? null : SPECS.get(random.nextInt(SPECS.size()));
        // mostly the same shape: another one is refused, or disables a tensor in blocks
        int rows = random.nextInt(12) == 0 ? 3 : 4;
        float[] values = new float[rows * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * 3;
        }
        if (random.nextInt(10) == 0) {
            values[random.nextInt(values.length)] = random.nextBoolean() ? Float.NaN : Float.NEGATIVE_INFINITY;
        }
        Tensor tensor = Tensor.of(Shape.of(rows, 3), values);
        return journal -> journal.record(id, ShardJournal.activation(step, tensor, spec));
    }

    private static Function<ShardJournal, List<Emission>> command(Random random, long step) {
        String id = "c" + random.nextInt(40); // some ids come again
        Selector selector =
                Selector.of(List.of("*", "run/*", "run/a", "regex:.*/a").get(random.nextInt(4)));
        @Nullable Long at = random.nextBoolean() ? null : (Long) Math.max(0, step - 2 + random.nextInt(8));
        ControlCommand command = new ControlCommand(id, "ada", selector, action(random, step), at);
        return journal -> journal.send(command);
    }

    private static Action action(Random random, long step) {
        boolean on = random.nextBoolean();
        return switch (random.nextInt(9)) {
            case 0 -> new Action.SetExportMode(on);
            case 1 -> new Action.SetObserver(on);
            case 2 -> new Action.SetFakeQuant(on);
            case 3 -> new Action.SetCalibration(on);
            case 4 -> new Action.SetTraining(on);
            case 5 -> new Action.SetSchedule(new QatSchedule(step, step + 2, on ? null : (Long) (step + 4)));
            case 6 -> new Action.SetSpec(SPECS.get(random.nextInt(SPECS.size())));
            case 7 -> new Action.Reset();
            default -> new Action.ReEnable();
        };
    }
}
