// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of the results.
 *
 * @param bytes of the input tensor
 * @param threads that work on it
 * @param statistics whether Σ(x−x')², clipped and underflowed are measured as well
 * @param seconds median for one run
 * @param toCopy median of its time divided by that of a copy of the tensor in the same round
 * @param toOnnx its speed divided by ONNX Runtime's, likewise; {@code null} where that was not measured
 * @param allocated bytes a run allocates, the output not among them; -1 if unknown
 */
record Row(
        String name,
        String provider,
        long bytes,
        int threads,
        boolean statistics,
        double seconds,
        double toCopy,
        @Nullable Double toOnnx,
        @Nullable Double toTorch,
        @Nullable Double toNd4j,
        @Nullable Double toPlain,
        long allocated) {
    static final String HEADER = String.format(
            "%-46s %-12s %8s %2s %8s %7s %7s %7s %7s %9s",
            "name", "provider", "KiB", "T", "GB/s", "t/copy", "v/onnx", "v/torch", "v/nd4j", "alloc");

    double gigabytesPerSecond() {
        return bytes / seconds / 1e9;
    }

    String json() {
        return "{\"name\":\"" + name + "\",\"provider\":\"" + provider + "\",\"bytes\":" + bytes + ",\"threads\":"
                + threads + ",\"statistics\":" + statistics + ",\"java\":\""
                + Runtime.version().feature() + "\",\"gb_per_s\":" + number(gigabytesPerSecond())
                + ",\"time_ratio_to_copy\":" + number(toCopy) + ",\"speed_ratio_to_onnxruntime\":" + number(toOnnx)
                + ",\"speed_ratio_to_torch\":" + number(toTorch) + ",\"speed_ratio_to_nd4j\":" + number(toNd4j)
                + ",\"speed_ratio_to_plain\":" + number(toPlain) + ",\"allocated_bytes_per_op\":" + allocated + "}";
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%-46s %-12s %8d %2d %8.2f %7s %7s %7s %7s %9d",
                name,
                provider,
                bytes >> 10,
                threads,
                gigabytesPerSecond(),
                text(toCopy),
                text(toOnnx),
                text(toTorch),
                text(toNd4j),
                allocated);
    }

    private static String text(@Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.2f", value);
    }

    private static String number(@Nullable Double value) {
        return value == null
                ? "null"
                : String.format(Locale.ROOT, "%.4g", value).replace("e+", "e");
    }
}
