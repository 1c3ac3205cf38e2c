// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.chunk;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What reading a message's chunks again came to.
 *
 * @param whole the message, from position to limit; of no meaning where there is a fault
 * @param fault why it is not what was sent; {@code null} if it is
 * @param outputMemory gives an output a buffer of so many bytes, off the heap
 */
public record Reassembled(ByteBuffer whole, @Nullable String fault, IntFunction<ByteBuffer> outputMemory) {}
