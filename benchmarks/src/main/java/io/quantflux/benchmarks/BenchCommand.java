// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks;

import io.quantflux.benchmarks.faults.FaultsCommand;
import io.quantflux.benchmarks.fuzz.FuzzCommand;
import io.quantflux.benchmarks.instances.InstancesCommand;
import io.quantflux.benchmarks.kernels.GuardCommand;
import io.quantflux.benchmarks.kernels.JmhCommand;
import io.quantflux.benchmarks.kernels.KernelsCommand;
import io.quantflux.benchmarks.memory.MemoryCommand;
import io.quantflux.benchmarks.poison.PoisonCommand;
import io.quantflux.benchmarks.scale.ScaleCommand;
import io.quantflux.benchmarks.soak.SoakCommand;
import io.quantflux.benchmarks.start.StartCommand;
import io.quantflux.benchmarks.stream.CopiesCommand;
import io.quantflux.benchmarks.stream.StreamBench;
import io.quantflux.streaming.cli.Subcommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The group of benchmark commands. */
@Command(
        name = "bench",
        description = "Measure: each command compares side by side in one run.",
        subcommands = {
            FaultsCommand.class,
            KernelsCommand.class,
            JmhCommand.class,
            GuardCommand.class,
            StreamBench.class,
            InstancesCommand.class,
            CopiesCommand.class,
            StartCommand.class,
            ScaleCommand.class,
            SoakCommand.class,
            FuzzCommand.class,
            MemoryCommand.class,
            PoisonCommand.class,
            CommandLine.HelpCommand.class
        })
public final class BenchCommand implements Subcommand {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "bench: name a benchmark, one of " + spec.subcommands().keySet());
    }
}
