// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;

import io.quantflux.avro.Examples.Wire;
import io.quantflux.avro.WireFormatException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Whatever the bytes, a record decodes or is refused with a reason")
class HostileBytesTest {
    private static final int MUTATIONS = 100_000;

    @ParameterizedTest
    @MethodSource("io.quantflux.avro.Examples#wires")
    void mutatedRecordsDecodeOrAreRefused(Wire wire) {
        Random random = new Random(20_261_123);
        Set<Reason> seen = EnumSet.noneOf(Reason.class);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutate(wire.bytes(), random);
            Throwable refused = catchThrowable(() -> wire.decode().apply(ByteBuffer.wrap(mutated)));
            if (refused != null) {
                assertRefusal(refused, wire, mutated);
                seen.add(((WireFormatException) refused).reason());
            }
        }
        assertThat(seen).contains(Reason.BAD_MAGIC, Reason.UNKNOWN_SCHEMA, Reason.TRUNCATED, Reason.TRAILING_BYTES);
    }

    @ParameterizedTest
    @MethodSource("io.quantflux.avro.Examples#wires")
    void randomBodiesDecodeOrAreRefused(Wire wire) {
        Random random = new Random(4);
        for (int i = 0; i < MUTATIONS / 10; i++) {
            byte[] bytes = new byte[RecordFormat.HEADER + random.nextInt(200)];
            random.nextBytes(bytes);
            System.arraycopy(wire.bytes(), 0, bytes, 0, RecordFormat.HEADER);
            Throwable refused = catchThrowable(() -> wire.decode().apply(ByteBuffer.wrap(bytes)));
            if (refused != null) {
                assertRefusal(refused, wire, bytes);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.quantflux.avro.Examples#wires")
    void aRecordCutAnywhereIsTruncated(Wire wire) {
        for (int length = 0; length < wire.bytes().length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(wire.bytes(), 0, length);
            WireFormatException refused =
                    (WireFormatException) catchThrowable(() -> wire.decode().apply(cut));
            assertThat(refused).as("first %d bytes", length).isNotNull();
            assertThat(refused.reason()).isEqualTo(length == 0 ? Reason.EMPTY : Reason.TRUNCATED);
        }
    }

    @ParameterizedTest
    @MethodSource("io.quantflux.avro.Examples#wires")
    void bytesAfterTheLastFieldAreRefused(Wire wire) {
        for (int extra : new int[] {1, 2, 100}) {
            byte[] longer = Arrays.copyOf(wire.bytes(), wire.bytes().length + extra);
            WireFormatException refused =
                    (WireFormatException) catchThrowable(() -> wire.decode().apply(ByteBuffer.wrap(longer)));
            assertThat(refused.reason()).isEqualTo(Reason.TRAILING_BYTES);
            assertThat(refused)
                    .hasMessageContaining("ends at byte " + wire.bytes().length + ", but " + extra + " bytes");
        }
    }

    private static void assertRefusal(Throwable refused, Wire wire, byte[] bytes) {
        String message = String.valueOf(refused.getMessage());
        boolean typed = refused instanceof WireFormatException
                && message.startsWith(wire.record() + ": ")
                && message.length() < 500
                && message.chars().noneMatch(Character::isISOControl);
        if (!typed) { // built only then: it runs a million times
            fail(wire.record() + " " + Arrays.toString(bytes), refused);
        }
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] bytes = original.clone();
        int edits = 1 + random.nextInt(4);
        for (int i = 0; i < edits; i++) {
            // most of the structure is near the start, most of the rest is payload
            int at = random.nextInt(random.nextInt(bytes.length) + 1);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) 0xff;
                case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 9), (byte) 0xff);
                case 4 -> bytes = spliced(bytes, at, random);
                default -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
            }
        }
        return bytes;
    }

    /** Some bytes moved to another place, over or between what is there. */
    private static byte[] spliced(byte[] bytes, int at, Random random) {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(16));
        byte[] out = new byte[bytes.length + length];
        System.arraycopy(bytes, 0, out, 0, at);
        System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), out, at, length);
        System.arraycopy(bytes, at, out, at + length, bytes.length - at);
        return out;
    }
}
