// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.memory;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.shard.ControlEntry;
import io.quantflux.streaming.shard.Shard;
import io.quantflux.streaming.shard.ShardInput;
import io.quantflux.streaming.shard.ShardSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quantflux bench memory}: what a shard of many tensors holds, and what a long control log leaves of it. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        description =
                "Heap after a collection, of a shard with many tensors, before and after many commands. Exit code 0 only"
                        + " if a tensor takes at most 4000 bytes, 200 MB for 50,000.")
public final class MemoryCommand implements Callable<Integer> {
    private static final int NEW_TENSORS = 1000;
    private static final long MOST_BYTES_EACH = 4000;
    private static final Action[] TOGGLES = {
        new Action.SetExportMode(true),
        new Action.SetObserver(false),
        new Action.SetExportMode(false),
        new Action.SetObserver(true),
        new Action.SetNonFinite(NonFinitePolicy.REJECT),
        new Action.SetNonFinite(null),
    };

    @Option(names = "--tensors", defaultValue = "50000", description = "Default ${DEFAULT-VALUE}.")
    private int tensors;

    @Option(names = "--commands", defaultValue = "100000", description = "Default ${DEFAULT-VALUE}.")
    private int commands;

    @Option(
            names = "--selectors",
            defaultValue = "100",
            description = "Different selectors that the commands use in turn. Default ${DEFAULT-VALUE}.")
    private int selectors;

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    private long offset;

    @Override
    public Integer call() throws InterruptedException {
        long empty = heap();
        Shard shard = new Shard(0, settings(), Map.of(), List.of());
        for (int i = 0; i < tensors; i++) {
            record(shard, "run/block." + i + ".attention.output");
        }
        long full = heap();
        double before = newTensors(shard, "before");
        long started = System.nanoTime();
        for (int i = 0; i < commands; i++) {
            Selector selector = Selector.of("other-" + i % selectors + "/*");
            ControlCommand command = new ControlCommand(
                    "command-" + i, "bench", selector, TOGGLES[i / selectors % TOGGLES.length], null);
            shard.fold(new ShardInput.CommandArrived(new ControlEntry.Accepted(i, command)));
        }
        double perCommand = (System.nanoTime() - started) / 1e3 / Math.max(1, commands);
        double after = newTensors(shard, "after");
        long withCommands = heap();
        System.out.printf(
                json
                        ? "{\"benchmark\":\"memory\",\"tensors\":%d,\"state_mb\":%.1f,\"bytes_per_tensor\":%d,\"commands\":%d,"
                                + "\"commands_mb\":%.1f,\"us_per_command\":%.1f,\"us_per_new_tensor_before\":%.1f,"
                                + "\"us_per_new_tensor_after\":%.1f}%n"
                        : "%d tensors: %.1f MB of state, %d bytes each; %d commands: %.1f MB more, %.1f us each over all"
                                + " tensors; a new tensor took %.1f us before, %.1f us after%n",
                tensors,
                (full - empty) / 1e6,
                (full - empty) / Math.max(1, tensors),
                commands,
                (withCommands - full) / 1e6,
                perCommand,
                before,
                after);
        boolean small = full - empty <= MOST_BYTES_EACH * tensors;
        return small && shard.tensors() == tensors + 2 * NEW_TENSORS ? 0 : 1;
    }

    private ShardSettings settings() {
        return new ShardSettings(
                new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE),
                QuantizationSpec.DEFAULT,
                null,
                1,
                tensors + 2 * NEW_TENSORS,
                1 << 20,
                true);
    }

    private double newTensors(Shard shard, String run) {
        long started = System.nanoTime();
        for (int i = 0; i < NEW_TENSORS; i++) {
            record(shard, run + "/layer" + i);
        }
        return (System.nanoTime() - started) / 1e3 / NEW_TENSORS;
    }

    /** With a spec of its own, as a record from the wire brings one. */
    private void record(Shard shard, String id) {
        byte[] value = ActivationCodec.encode(new Activation(
                0,
                Tensor.of(Shape.of(4), -1, 0, 1, 2),
                QuantizationSpec.DEFAULT,
                QuantizationTarget.ACTIVATION,
                "bench",
                offset));
        ByteBuffer key = ByteBuffer.wrap(id.getBytes(StandardCharsets.UTF_8));
        shard.fold(new ShardInput.TensorArrived(offset++, key, ByteBuffer.wrap(value)));
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(50);
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
