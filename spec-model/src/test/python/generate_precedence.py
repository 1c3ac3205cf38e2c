#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the cases that ReferencePrecedenceTest replays: random configs and models, and what the real coreai_opt decides.

    pip install coreai-opt==0.3.0 torch==2.15.0 torchao==0.18.0 pyyaml        (any venv; CPU wheels are enough)
    python spec-model/src/test/python/generate_precedence.py \
        spec-model/src/test/resources/io/quantflux/spec/config/precedence.json

A case is a config as YAML, the type of each module, and for the output of each module: "off", "default", or the upper end of the
float range that tells the specs of a config apart; "@N" is appended where a schedule enables fake quantization at step N.
The same seed and versions write the same bytes. Modules are of classes of this file, so run it as a program.
"""

import io
import json
import random
import re
import sys
import types
import warnings

warnings.filterwarnings("ignore")

import coreai_opt  # noqa: E402
import torch  # noqa: E402
import yaml  # noqa: E402
from coreai_opt.config.compression_config import _ConfigLevel  # noqa: E402
from coreai_opt.quantization._graph import quantizer as graph  # noqa: E402
from coreai_opt.quantization._graph._annotation_utils import _get_spec_from_spec_dict  # noqa: E402
from coreai_opt.quantization.config.quantization_config import QuantizerConfig  # noqa: E402
from torch import nn  # noqa: E402

SEED = 3
CASES = 60

# The graph's own choice among the ops of a module, asked for an op type without a graph.
graph.get_node_type = lambda node: node.op_type
CHOOSER = next(v for v in vars(graph).values() if isinstance(v, type) and hasattr(v, "_get_config_for_node"))

LEAVES = {
    "relu": nn.ReLU,
    "fc": lambda: nn.Linear(2, 2),
    "conv": lambda: nn.Conv2d(1, 1, 1),
    "act": nn.Sigmoid,
    "pool": lambda: nn.MaxPool2d(2),
}
OP_TYPES = {"ReLU": "relu", "Linear": "linear", "Conv2d": "conv2d", "Sigmoid": "sigmoid", "MaxPool2d": "max_pool2d"}
OP_NAMES = [".*relu", "relu", "fc", r"layer\d+\.fc", ".*inner.*", "conv|pool"]
NAMES = [
    "layer0",
    "layer1",
    r"layer\d",
    "layer0.*",
    r".*\.relu",
    "layer1.inner",
    "relu",
    r"(?P<b>layer)[01]\.fc",
    "fc|conv",
    "",
    r"layer[0-1]\.inner\.(fc|relu)",
    "layer",
]
TYPES = [
    "torch.nn.modules.linear.Linear",
    "torch.nn.modules.activation.ReLU",
    "torch.nn.modules.conv.Conv2d",
    "__main__.Block",
    "__main__.Net",
    "torch.nn.modules.pooling.MaxPool2d",
]


class Block(nn.Module):
    pass


class Net(nn.Module):
    pass


def model(rng):
    net = Net()
    for number in range(rng.randint(1, 3)):
        block = Block()
        for name in rng.sample(list(LEAVES), rng.randint(1, 3)):
            setattr(block, name, LEAVES[name]())
        if rng.random() < 0.5:
            inner = Block()
            inner.fc = LEAVES["fc"]()
            inner.relu = LEAVES["relu"]()
            block.inner = inner
        setattr(net, f"layer{number}", block)
    for name in rng.sample(list(LEAVES), 2):
        setattr(net, name, LEAVES[name]())
    return net


class ConfigWriter:
    """A random config; the n-th spec in it has the float range [null, n]."""

    def __init__(self, rng):
        self.rng = rng
        self.specs = 0

    def spec(self):
        if self.rng.random() < 0.2:
            return None
        self.specs += 1
        return {"dtype": "int8", "float_range": [None, float(self.specs)]}

    def group(self):
        kind = self.rng.random()
        if kind < 0.15:
            return None
        if kind < 0.2:
            return {}
        if kind < 0.6:
            return {"*": self.spec()}
        if kind < 0.8:
            return {0: self.spec()}
        if kind < 0.9:
            return {1: self.spec()}
        return {"*": self.spec(), 0: self.spec()}

    def op(self):
        if self.rng.random() < 0.25:
            return None
        return {"op_output_spec": self.group()} if self.rng.random() < 0.85 else {"op_input_spec": self.group()}

    def module(self, top=False):
        rng = self.rng
        if rng.random() < 0.15:
            return None
        fields = {}
        if rng.random() < 0.8:
            fields["op_output_spec"] = self.group()
        if rng.random() < 0.4:
            fields["op_type_config"] = {t: self.op() for t in rng.sample(list(OP_TYPES.values()), rng.randint(1, 3))}
        if rng.random() < 0.3:
            fields["op_name_config"] = {p: self.op() for p in rng.sample(OP_NAMES, rng.randint(1, 2))}
        if not top and rng.random() < 0.4:
            fields["module_output_spec"] = self.group()
        if rng.random() < 0.3:
            fields["qat_schedule"] = {"enable_observer": 0, "enable_fake_quant": rng.randint(1, 9)}
        return fields

    def config(self):
        rng = self.rng
        levels = {}
        if rng.random() < 0.7:
            levels["global_config"] = self.module(top=True)
        if rng.random() < 0.6:
            levels["module_type_configs"] = {t: self.module() for t in rng.sample(TYPES, rng.randint(1, 3))}
        if rng.random() < 0.8:
            levels["module_name_configs"] = {n: self.module() for n in rng.sample(NAMES, rng.randint(1, 4))}
        return {"quantization_config": levels}


def op_config(module_config, name, module):
    """An op is named by its module here: whole, or by the last part; the last pattern that matches wins."""
    for pattern, found in reversed(module_config.op_name_config.items()):
        if re.fullmatch(pattern, name) or re.fullmatch(pattern, name.rsplit(".")[-1]):
            if found is not None:
                return found
            break
    node = types.SimpleNamespace(name="\0", op_type=OP_TYPES.get(type(module).__name__))
    return CHOOSER._get_config_for_node(node, module_config)[0]


def spec_of(module_config, name, module):
    found, spec = _get_spec_from_spec_dict(module_config.module_output_spec, 0)
    if found:
        return spec
    found, spec = _get_spec_from_spec_dict(op_config(module_config, name, module).op_output_spec, 0)
    return spec if found else None


def text(spec, schedule):
    if spec is None:
        chosen = "off"
    else:
        chosen = "default" if spec.float_range[1] is None else str(int(spec.float_range[1]))
    return chosen if schedule is None else f"{chosen}@{schedule.enable_fake_quant}"


def answers(config, net):
    by_level = config.build_module_config_dict(net)
    expected = {}
    for name, module in net.named_modules():
        if name:
            chosen = next(by_level[level][name] for level in _ConfigLevel.priority_order() if name in by_level[level])
            expected[name] = text(spec_of(chosen, name, module), chosen.qat_schedule)
    return expected


def case(rng):
    """None for a config that the reference refuses."""
    config = ConfigWriter(rng).config()
    net = model(rng)
    written = yaml.safe_dump(config, sort_keys=False, default_flow_style=None, width=200)
    try:
        read = QuantizerConfig.from_yaml(io.StringIO(written))
    except ValueError:
        return None
    modules = {name: f"{type(m).__module__}.{type(m).__qualname__}" for name, m in net.named_modules()}
    return {"config": written, "modules": modules, "expected": answers(read, net)}


def main(path):
    rng = random.Random(SEED)
    cases = []
    while len(cases) < CASES:
        made = case(rng)
        if made is not None:
            cases.append(made)
    versions = f"coreai_opt {coreai_opt.__version__}, torch {torch.__version__}"
    provenance = f"{versions}, seed {SEED}: what its own classes decide for the output of each module"
    with open(path, "w") as file:
        json.dump({"provenance": provenance, "cases": cases}, file, separators=(",", ":"))
    print(f"{len(cases)} configs, {sum(len(each['expected']) for each in cases)} tensors")


if __name__ == "__main__":
    main(sys.argv[1])
