# SPDX-License-Identifier: Apache-2.0
"""torch's fused observer and fake quantizer on one thread, timed on order: one line in, one line out."""

import sys
import time

import torch
from torch.ao.quantization import (
    FakeQuantize,
    MovingAveragePerChannelMinMaxObserver,
)

torch.set_num_threads(1)
torch.set_grad_enabled(False)
print(torch.__version__, flush=True)
work = None


def take(kind, shape):
    x = torch.rand(shape) * 6 - 3
    if kind == "tensor":
        on = torch.tensor([1])
        low, high, scale = torch.tensor([-3.0]), torch.tensor([3.0]), torch.tensor([0.0237])
        zero = torch.tensor([0], dtype=torch.int32)
        return lambda: torch.fused_moving_avg_obs_fake_quant(
            x, on, on, low, high, scale, zero, 0.01, -128, 127, 0, False, True
        )
    module = FakeQuantize(
        observer=MovingAveragePerChannelMinMaxObserver,
        quant_min=-128,
        quant_max=127,
        dtype=torch.qint8,
        ch_axis=1,
        qscheme=torch.per_channel_symmetric,
    )
    return lambda: module(x)


for line in sys.stdin:
    order = line.split()
    if order[0] == "take":
        work = take(order[1], [int(extent) for extent in order[2].split(",")])
        print("ready", flush=True)
    else:
        start = time.perf_counter()
        for _ in range(int(order[1])):
            work()
        print(time.perf_counter() - start, flush=True)
