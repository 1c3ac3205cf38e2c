// SPDX-License-Identifier: Apache-2.0
/** Commands that change calibration while the stream runs. */
@NullMarked
package io.quantflux.spec.control;

import org.jspecify.annotations.NullMarked;
