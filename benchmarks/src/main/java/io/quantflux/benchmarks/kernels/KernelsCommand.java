// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import io.quantflux.engine.kernel.InstalledKernels;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quantflux bench kernels}: a table, or a line of JSON a row. */
@Command(
        name = "kernels",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the hot loops beside a plain copy, ONNX Runtime, ND4J and torch, in turn in one run.",
            "torch takes part if QUANTFLUX_TORCH_PYTHON, or else python3, can import it."
        })
public final class KernelsCommand implements Callable<Integer> {
    @Option(names = "--short", description = "Fewer rounds: some minutes.")
    private boolean brief;

    @Option(names = "--json", description = "One line of JSON a row.")
    private boolean json;

    @Option(
            names = "--only",
            defaultValue = "",
            description = "Only workloads whose name has this in it, such as block32.")
    private String only = "";

    @Option(
            names = "--verify",
            paramLabel = "MILLIONS",
            arity = "0..1",
            fallbackValue = "100",
            description = "Measure nothing: compare both providers with the plain formula on so many million values.")
    private @Nullable Integer millions;

    @Override
    public Integer call() throws Exception {
        if (millions != null) {
            return new Verification(System.out).run(millions * 1_000_000L) ? 0 : 1;
        }
        try (TorchPeer torch = TorchPeer.start()) {
            System.err.println("Java " + Runtime.version() + ", kernels "
                    + InstalledKernels.get().name() + (torch == null ? "" : ", torch " + torch.version()));
            Suite suite = new Suite(brief ? Interleaved.SHORT : Interleaved.LONG, torch, true);
            if (!json) {
                System.out.println(Row.HEADER);
            }
            for (Workload workload : Workload.all()) {
                if (workload.name().contains(only)) {
                    suite.measure(workload).forEach(row -> System.out.println(json ? row.json() : row.line()));
                }
            }
        }
        return 0;
    }
}
