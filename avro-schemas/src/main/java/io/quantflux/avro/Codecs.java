// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import java.util.List;

/** All codecs of the stream. */
public final class Codecs {
    private static final List<Class<?>> ALL = List.of(
            ActivationCodec.class,
            ControlCodec.class,
            EventCodec.class,
            FakeQuantizedCodec.class,
            OpenMessagesCodec.class,
            QParamsCodec.class,
            ShardStateCodec.class,
            StateCodec.class);

    private Codecs() {}

    /** Reads every schema now: a codec does it at first use otherwise, which a thread that must not block cannot afford. */
    public static void load() {
        for (Class<?> codec : ALL) {
            try {
                Class.forName(codec.getName(), true, codec.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw new LinkageError(codec.getName(), e);
            }
        }
    }
}
