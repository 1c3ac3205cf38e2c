// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.QParams;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One layer's row: running range, scale, zero point and SQNR, or how far they spread over channels. */
final class LayerLine {
    static final String HEADER = String.format(
            "  %-11s %-21s %-21s %-11s %9s %7s  %s",
            "layer", "running range", "scale", "zero point", "SQNR", "step", "");

    private LayerLine() {}

    static String of(String layer, @Nullable QParamsUpdate update) {
        QParams qparams = update == null ? null : update.qparams();
        if (update == null || qparams == null) {
            return String.format("  %-11s %s", layer, "waiting for its first qparams");
        }
        return String.format(
                Locale.ROOT,
                "  %-11s %-21s %-21s %-11s %9s %7d  %s",
                layer,
                range(update),
                scale(qparams.scale()),
                zeroPoint(qparams),
                update.statistics() == null
                        ? "-"
                        : String.format(
                                Locale.ROOT, "%.1f dB", update.statistics().sqnrDecibels()),
                update.step(),
                notes(update, qparams));
    }

    private static String range(QParamsUpdate update) {
        if (update.runningMin() == null || update.runningMax() == null) {
            return "-";
        }
        return String.format(
                Locale.ROOT,
                "[%.4f, %.4f]",
                update.runningMin().min(),
                update.runningMax().max());
    }

    private static String scale(FloatArray scale) {
        return scale.size() == 1
                ? String.format(Locale.ROOT, "%.7f", scale.get(0))
                : String.format(Locale.ROOT, "%.5f … %.5f", scale.min(), scale.max());
    }

    private static String zeroPoint(QParams qparams) {
        if (qparams.zeroPoint() == null) {
            return "-";
        }
        int first = qparams.zeroPoint().get(0);
        for (int i = 1; i < qparams.zeroPoint().size(); i++) {
            if (qparams.zeroPoint().get(i) != first) {
                return "per channel";
            }
        }
        return Integer.toString(first);
    }

    private static String notes(QParamsUpdate update, QParams qparams) {
        String channels = qparams.scale().size() == 1 ? "" : qparams.scale().size() + " channels ";
        return channels + (update.switches().exportMode() ? "frozen" : "");
    }
}
