// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

/** A shard was handed a record that its state already holds; it stops rather than count twice. */
public final class ShardGuardException extends IllegalStateException {
    public ShardGuardException(String message) {
        super(message);
    }
}
