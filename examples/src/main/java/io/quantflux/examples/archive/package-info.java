// SPDX-License-Identifier: Apache-2.0
/** Makes the service's next start quick. */
@NullMarked
package io.quantflux.examples.archive;

import org.jspecify.annotations.NullMarked;
