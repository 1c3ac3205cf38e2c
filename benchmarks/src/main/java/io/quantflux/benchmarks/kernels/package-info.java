// SPDX-License-Identifier: Apache-2.0
/** {@code quantflux bench kernels} and {@code bench guard}: our hot loops beside a copy, ONNX Runtime, ND4J and torch. */
@NullMarked
package io.quantflux.benchmarks.kernels;

import org.jspecify.annotations.NullMarked;
