// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.FakeQuantizedCodec;
import java.nio.ByteBuffer;
import java.util.Locale;

/** Whose throughput is measured. */
enum Contender {
    /** Plain kafka-clients that copy each record's bytes to the output topic. */
    RAW,
    /** The processor. */
    QUANTFLUX,
    /** The same shards in a Kafka Streams topology. */
    STREAMS;

    Pipeline start(Lane lane) {
        return switch (this) {
            case RAW -> new RawCopy(lane);
            case QUANTFLUX -> new ProcessorPipeline(lane);
            case STREAMS -> new StreamsPipeline(lane);
        };
    }

    /** The training step of one of its outputs. */
    long stepOf(ByteBuffer output) {
        return this == RAW
                ? ActivationCodec.decode(output).step()
                : FakeQuantizedCodec.decode(output).step();
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
