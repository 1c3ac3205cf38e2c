// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The headers by which a trace goes on from an input to its outputs, as W3C Trace Context and Baggage name them; passed on
 * as they are, never read.
 */
final class TraceContext {
    private static final List<String> NAMES = List.of("traceparent", "tracestate", "baggage");
    /** The most that Baggage asks a platform to pass on; anything longer must not make an output too large to write. */
    private static final int MAX_BYTES = 8192;

    private TraceContext() {}

    static List<Header> of(Headers input) {
        List<Header> trace = new ArrayList<>();
        for (String name : NAMES) {
            Header header = input.lastHeader(name);
            if (header != null && header.value() != null && header.value().length <= MAX_BYTES) {
                trace.add(header);
            }
        }
        return trace;
    }
}
