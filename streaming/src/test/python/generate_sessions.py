#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the traces that ReferenceSessionsTest replays: what sessions, schedules and manual switches do in the real coreai_opt.

    pip install coreai-opt==0.3.0 torch==2.15.0 torchao==0.18.0        (any venv; CPU wheels are enough)
    python streaming/src/test/python/generate_sessions.py \
        streaming/src/test/resources/io/quantflux/streaming/shard/sessions.json

A trace is a schedule or null, the switches after prepare(), and operations in their order, each with whether it was refused and the
switches after it: [observer, fake quant] of the activation's and of the weight's fake quantizer. "forward" carries the step count.
"""

import importlib.metadata
import json
import random
import sys
import warnings

import torch
from coreai_opt.quantization import QuantizationSpec, Quantizer, QuantizerConfig
from coreai_opt.quantization.config import ModuleQuantizerConfig, QATSchedule
from torch import nn

SEED = 20261123
TRACES = 80
OPERATIONS = 30
MANUAL = ("enable_observer", "disable_observer", "enable_fake_quant", "disable_fake_quant")


def schedule(rng):
    if rng.random() < 0.25:
        return None
    observer = rng.randint(0, 3)
    fake_quant = observer + rng.randint(0, 3)
    stop = None if rng.random() < 0.4 else max(observer + 1, fake_quant + rng.randint(0, 3))
    return {"enable_observer": observer, "enable_fake_quant": fake_quant, "disable_observer": stop}


def prepared(fields, mode):
    torch.manual_seed(SEED)
    extra = {} if fields is None else {"qat_schedule": QATSchedule(**fields)}
    module = ModuleQuantizerConfig(op_input_spec={"*": QuantizationSpec()}, **extra)
    quantizer = Quantizer(nn.Sequential(nn.Linear(4, 4)), QuantizerConfig(global_config=module, execution_mode=mode))
    return quantizer, quantizer.prepare((torch.randn(2, 4),))


def switches(quantizer):
    """Of the activations and the weights; those of one kind agree with each other."""
    found = {}
    for modules in quantizer._module_to_fqs.values():
        for module in modules:
            state = [bool(module.observer_enabled.item()), bool(module.fake_quant_enabled.item())]
            assert found.setdefault(module.quantization_target.name, state) == state
    return {"activation": found["ACTIVATION"], "weight": found["WEIGHT"]}


class Trace:
    def __init__(self, rng, mode):
        self.rng = rng
        self.schedule = schedule(rng)
        self.quantizer, self.model = prepared(self.schedule, mode)
        self.start = switches(self.quantizer)
        self.session = None
        self.operations = []
        for _ in range(OPERATIONS):
            name = self.next()
            entry = {"op": name, "refused": not self.attempt(name)}
            if name == "forward":
                entry["step"] = self.quantizer._step_count
            self.operations.append({**entry, **switches(self.quantizer)})

    def next(self):
        choices = ["forward"] * 3 + list(MANUAL)
        if self.session is None:
            choices += ["training_start"] * 4 + ["calibration_start"] * 2 + ["step"]
        elif self.session[0] == "training":
            choices += ["step"] * 8 + ["training_stop", "training_start"]
        else:
            choices += ["calibration_stop"] * 2 + ["step"]
        return self.rng.choice(choices)

    def attempt(self, name):
        try:
            if name == "forward":
                self.model(torch.randn(2, 4))
            elif name.endswith("_start"):
                self.enter(name.removesuffix("_start"))
            elif name.endswith("_stop"):
                self.session[1].__exit__(None, None, None)
                self.session = None
            else:
                getattr(self.quantizer, name)()
        except RuntimeError:
            return False
        return True

    def enter(self, kind):
        context = self.quantizer.training_mode() if kind == "training" else self.quantizer.calibration_mode()
        context.__enter__()
        self.session = (kind, context)

    def record(self):
        return {"schedule": self.schedule, "start": self.start, "operations": self.operations}


def main(path):
    warnings.simplefilter("ignore")
    rng = random.Random(SEED)
    traces = [Trace(rng, ("eager", "graph")[number % 2]).record() for number in range(TRACES)]
    packages = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("coreai-opt", "torch", "torchao"))
    with open(path, "w") as file:
        file.write(f'{{"provenance":"{packages}, seed {SEED}","traces":[\n')
        file.write(",\n".join(json.dumps(trace, separators=(",", ":")) for trace in traces) + "\n]}\n")
    operations = [operation for trace in traces for operation in trace["operations"]]
    refused = sum(operation["refused"] for operation in operations)
    print(f"{len(traces)} traces, {len(operations)} operations, {refused} of them refused")


if __name__ == "__main__":
    main(sys.argv[1])
