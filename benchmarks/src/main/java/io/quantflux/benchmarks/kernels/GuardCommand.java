// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import io.quantflux.engine.kernel.InstalledKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code quantflux bench guard}: has something become much slower? Ratios only, with wide margins, for a weekly run. */
@Command(
        name = "guard",
        mixinStandardHelpOptions = true,
        description = "Checks the ratios of the kernels with wide margins; exit code 1 if one is broken.")
public final class GuardCommand implements Callable<Integer> {
    private static final int MIB = 1 << 20;

    /** A ratio, and the most it may be. */
    private record Check(String what, double is, double most) {
        boolean holds() {
            return is <= most;
        }
    }

    @Override
    public Integer call() throws Exception {
        boolean vectors = !"loops".equals(InstalledKernels.get().name());
        System.out.println("Java " + Runtime.version() + ", kernels "
                + InstalledKernels.get().name());
        Suite suite = new Suite(Interleaved.SHORT, null, true);
        List<Row> tensor = suite.measure(Workload.perTensor(MIB));
        List<Row> large = suite.measure(Workload.perTensor(16 * MIB));
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("time to copy, 1 MiB", tensor.get(1).toCopy(), vectors ? 8 : 24));
        checks.add(new Check("time to copy, 16 MiB", large.get(1).toCopy(), vectors ? 5 : 12));
        checks.add(new Check("time with statistics", inverse(tensor.get(2).toPlain()), vectors ? 2 : 4));
        checks.add(new Check("time to ONNX Runtime", inverse(tensor.get(1).toOnnx()), vectors ? 1.5 : 4));
        checks.add(new Check("bytes allocated, 1 MiB", tensor.get(1).allocated(), MIB / 8));
        for (Workload workload : List.of(Workload.channelLast(MIB), Workload.nchw(4), Workload.block(128, MIB))) {
            Row row = suite.measure(workload).get(1);
            double ratio = tensor.get(1).gigabytesPerSecond() / row.gigabytesPerSecond();
            checks.add(new Check("time to per tensor, " + workload.name(), ratio, 4));
        }
        for (Check check : checks) {
            System.out.printf(
                    Locale.ROOT,
                    "%-6s %-50s %10.2f, at most %.2f%n",
                    check.holds() ? "ok" : "BROKEN",
                    check.what(),
                    check.is(),
                    check.most());
        }
        return checks.stream().allMatch(Check::holds) ? 0 : 1;
    }

    private static double inverse(@Nullable Double ratio) {
        return ratio == null ? Double.NaN : 1 / ratio; // what was not measured is broken
    }
}
