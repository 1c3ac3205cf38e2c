// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import java.util.concurrent.Callable;

/** A picocli command that another module adds to {@code quantflux}, found by {@link java.util.ServiceLoader}. */
public interface Subcommand extends Callable<Integer> {}
