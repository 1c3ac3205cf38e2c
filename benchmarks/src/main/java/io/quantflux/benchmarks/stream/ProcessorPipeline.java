// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import io.quantflux.streaming.Processor;

/** The processor, in this JVM. */
final class ProcessorPipeline implements Pipeline {
    private final Processor processor;

    ProcessorPipeline(Lane lane) {
        processor = Processor.start(lane.config());
    }

    @Override
    public void close() {
        processor.close();
        if (!processor.status().deadLetters().isEmpty()) {
            throw new IllegalStateException(
                    "dead letters: " + processor.status().deadLetters());
        }
    }
}
