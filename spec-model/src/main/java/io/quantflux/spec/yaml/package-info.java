// SPDX-License-Identifier: Apache-2.0
/** Specs and configs as YAML text. The only package that knows a YAML library. */
@NullMarked
package io.quantflux.spec.yaml;

import org.jspecify.annotations.NullMarked;
