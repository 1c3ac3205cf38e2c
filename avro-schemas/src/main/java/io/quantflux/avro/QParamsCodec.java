// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.avro.wire.Statistics;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.TensorStatistics;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** {@link QParamsUpdate} as {@code QParams}. */
public final class QParamsCodec {
    private static final RecordFormat<io.quantflux.avro.wire.QParams> FORMAT =
            new RecordFormat<>(io.quantflux.avro.wire.QParams.getClassSchema());

    private QParamsCodec() {}

    public static byte[] encode(QParamsUpdate update) {
        QParams qparams = update.qparams();
        return FORMAT.encode(new io.quantflux.avro.wire.QParams(
                WireValues.spec(update.spec()),
                update.target().key(),
                WireValues.switches(update.switches()),
                update.step(),
                update.version(),
                update.observations(),
                qparams == null ? null : WireValues.floats(qparams.scale()),
                qparams == null ? null : WireValues.ints(qparams.zeroPoint()),
                qparams == null ? null : WireValues.floats(qparams.minval()),
                WireValues.floats(update.runningMin()),
                WireValues.floats(update.runningMax()),
                statistics(update.statistics()),
                WireValues.source(update.source())));
    }

    /** @throws WireFormatException if the record is no qparams update */
    public static QParamsUpdate decode(ByteBuffer bytes) {
        return FORMAT.decode(
                bytes,
                wire -> new QParamsUpdate(
                        WireValues.spec(wire.getSpec()),
                        QuantizationTarget.of(wire.getTarget()),
                        WireValues.switches(wire.getSwitches()),
                        wire.getStep(),
                        wire.getVersion(),
                        wire.getObservations(),
                        qparams(wire),
                        WireValues.floats(wire.getRunningMin()),
                        WireValues.floats(wire.getRunningMax()),
                        statistics(wire.getStatistics()),
                        WireValues.source(wire.getSource())));
    }

    private static @Nullable QParams qparams(io.quantflux.avro.wire.QParams wire) {
        FloatArray scale = WireValues.floats(wire.getScale());
        if (scale != null) {
            return new QParams(scale, WireValues.ints(wire.getZeroPoint()), WireValues.floats(wire.getMinval()));
        }
        if (wire.getZeroPoint() != null || wire.getMinval() != null) {
            throw new InvalidSpecException("scale", null, "must be present where zero_point or minval is");
        }
        return null;
    }

    private static @Nullable Statistics statistics(@Nullable TensorStatistics statistics) {
        if (statistics == null) {
            return null;
        }
        TensorStatistics.NonFinite nonFinite = statistics.nonFinite();
        return new Statistics(
                statistics.elements(),
                statistics.min(),
                statistics.max(),
                statistics.sumSquares(),
                statistics.sumSquaredError(),
                statistics.clipped(),
                statistics.underflowed(),
                nonFinite.nan(),
                nonFinite.positiveInfinity(),
                nonFinite.negativeInfinity(),
                nonFinite.firstIndex());
    }

    private static @Nullable TensorStatistics statistics(@Nullable Statistics wire) {
        return wire == null
                ? null
                : new TensorStatistics(
                        wire.getElements(),
                        wire.getMin(),
                        wire.getMax(),
                        wire.getSumSquares(),
                        wire.getSumSquaredError(),
                        wire.getClipped(),
                        wire.getUnderflowed(),
                        new TensorStatistics.NonFinite(
                                wire.getNan(),
                                wire.getPositiveInfinity(),
                                wire.getNegativeInfinity(),
                                wire.getFirstNonFinite()));
    }
}
