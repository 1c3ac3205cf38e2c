// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.spec.FloatArray;
import io.quantflux.spec.InvalidSpecException;

/**
 * What a tensor spans, block by block.
 *
 * @param min least value of each block; shape of the qparams
 * @param max greatest value of each block; same shape
 */
public record Range(FloatArray min, FloatArray max) {
    /**
     * Requires equal shapes.
     *
     * @param min least value of each block; shape of the qparams
     * @param max greatest value of each block; same shape
     */
    public Range {
        if (!min.shape().equals(max.shape())) {
            throw new InvalidSpecException("range.max", max.shape(), "must have the shape of min, " + min.shape());
        }
    }
}
