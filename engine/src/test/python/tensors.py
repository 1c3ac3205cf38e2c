# SPDX-License-Identifier: Apache-2.0
"""Inputs: seeded noise, and values chosen to go wrong."""

import numpy as np
import torch
from reference import FLOATS


def normal(rng, shape, scale=1.0, shift=0.0):
    return torch.from_numpy(np.asarray(rng.normal(shift, scale, shape), dtype=np.float32).reshape(shape))


def values(array):
    return torch.from_numpy(np.asarray(array, dtype=np.float32))


def adversarial_values(rng, dtype, scale):
    """Ties and their neighbours, zeros, subnormals, extremes, and random bit patterns without NaN and infinities."""
    f = np.float32
    base = [0.0, -0.0, 1e-45, -1e-45, 1.1754942e-38, 1.17549435e-38, 3.4e38, -3.4e38, 1e38, -1e38, 1e30]
    base += [0.49999997, 8388608.5, -4194304.5]
    ties = [f(h / 2) * f(scale) for h in range(-20, 21)]
    near = [np.nextafter(t, f(s * np.inf)) for t in ties for s in (-1, 1)]
    if dtype in FLOATS:
        ties += [f(t) * f(scale) for t in (0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5, 2**-7, 2**-10, 3 * 2**-10, 464, 2**-17, 61440)]
    bits = rng.integers(0, 2**32, 64, dtype=np.uint32).view(np.float32)
    return values(np.concatenate([np.array(base + ties + near, f), bits[np.isfinite(bits)]]))


def degenerate_tensors():
    """All zero, one value, one sign, tiny and huge ranges, one element, rank 0."""
    for value in (0.0, -0.0, 2.0, -2.0, 1e-30, -1e-45, 3e38, -1e38, 1.1754942e-38):
        yield torch.full((5,), value)
    yield torch.tensor([3.4e38, -3.4e38, 1.0])
    yield torch.tensor([1e-7, -2e-7, 0.0])
    yield torch.tensor([-0.0, 0.0, -0.0])
    yield torch.linspace(2, 4, 9)
    yield torch.linspace(-4, -2, 9)
    yield torch.tensor([-1.5, 253.5])
    yield torch.tensor([-0.5, 254.5])
    yield torch.tensor([-0.3, 1.7])
    yield torch.tensor([5.0])
    yield torch.tensor(-3.0)
    yield torch.tensor(0.0)


def block_maxima(max_value):
    """Greatest magnitudes at which the exponent of a power-of-two scale changes under one rounding or another."""
    maxima = [0.0, 1e-45, 1e-40, 1.1754942e-38, 1.17549435e-38, 1e-36, 1e38, 3.4028235e38, float("inf"), float("nan")]
    for exponent in (-126, -64, -8, 0, 1, 7, 64, 126, 127):
        for mantissa in (0, 1, 7, 8, 11, 12, 22, 23, 0x07FFFF, 0x080000, 0x0FFFFF, 0x100000, 0x1FFFFF, 0x200000,
                         0x3FFFFF, 0x400000, 0x5FFFFF, 0x600000, 0x600001, 0x7FFFFF):
            maxima.append(np.uint32(((exponent + 127) << 23) | mantissa).view(np.float32))
    for k in (-100, -20, -1, 0, 1, 30, 100):  # multiples of the greatest value, where RCEIL turns
        edge = np.float32(max_value) * np.float32(2.0) ** np.float32(k)
        maxima += [edge, np.nextafter(edge, np.float32(np.inf)), np.nextafter(edge, np.float32(0))]
    return np.array(maxima, dtype=np.float32)


def blocks_of(maxima):
    """A block of four for each of some greatest magnitudes."""
    return values(maxima[:, None] * np.array([[1.0, -0.6180340, 0.0109, 0.25]], np.float32))
