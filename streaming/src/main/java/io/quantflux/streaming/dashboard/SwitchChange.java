// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.spec.Switches;

/** Switches as they are from {@code step} on, the step of the first record that carried them. */
record SwitchChange(long step, long version, Switches switches) {}
