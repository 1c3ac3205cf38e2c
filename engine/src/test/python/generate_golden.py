# SPDX-License-Identifier: Apache-2.0
"""Runs Apple's coreai_opt over seeded tensors and records every bit it computes.

The JUnit test GoldenTest replays the records through our operator and compares bits. Made with

    Python 3.11, coreai-opt 0.3.0, torch 2.15.0 (CPU), torchao 0.18.0, x86-64

    pip install coreai-opt==0.3.0 torch==2.15.0 torchao==0.18.0
    python engine/src/test/python/generate_golden.py engine/src/test/resources/golden/forward.jsonl.gz

One JSON object a line, gzip. A case is a spec, a target, and the tensors passed through one fake quantizer in order:

    spec, target      the spec as our SpecFields.read takes it
    steps             shape, dtype, x; switches set before the pass (obs, fq, export); y, mask, and the state after it

Numbers travel as base64 of little-endian bytes (float32 or int32; masks one byte an element). Half-precision tensors are
widened before they enter the reference and its output is cast back: the reference would otherwise round range, average
and scale to half precision, which QuantFlux deliberately does not.

To add cases, add a generator function to GROUPS.
"""

import base64
import contextlib
import gzip
import io
import itertools
import json
import sys
import warnings

import numpy as np

with contextlib.redirect_stderr(io.StringIO()):
    import torch
    from coreai_opt.config.spec import CompressionTargetTensor
    from coreai_opt.quantization.spec import QuantizationComponentFactory, QuantizationSpec

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

INTS = ["int2", "int4", "int8", "uint2", "uint4", "uint8"]
FLOATS = ["float8_e4m3fn", "float8_e5m2", "float4_e2m1fn_x2"]
SCHEMES = ["symmetric", "symmetric_with_clipping", "asymmetric"]
CALCULATORS = ["static", "moving_average", "global_minmax"]
RANGES = [[None, None], [-1.0, None], [None, 2.5], [-0.75, 3.0], [0.0, None]]
GRANULARITIES = [
    ((6, 8), {"type": "per_tensor"}),
    ((4, 5), {"type": "per_channel", "axis": 0}),
    ((4, 5), {"type": "per_channel", "axis": -1}),
    ((2, 3, 4, 5), {"type": "per_channel", "axis": 1}),
    ((2, 3, 2, 2, 3), {"type": "per_channel", "axis": -2}),
    ((4, 8), {"type": "per_block", "axis": 1, "block_size": 4}),
    ((6, 4), {"type": "per_block", "axis": 0, "block_size": 3}),
    ((2, 4, 3, 2), {"type": "per_block", "axis": 1, "block_size": 2}),
    ((2, 3, 8), {"type": "per_block", "axis": -1, "block_size": 4}),
    ((4, 6, 3), {"type": "per_block", "block_size": [2, 3, -1]}),
    ((4, 6), {"type": "per_block", "block_size": [-1, 2]}),
    ((3, 4), {"type": "per_block", "block_size": [1, 1]}),
    ((7,), {"type": "per_tensor"}),
    ((7,), {"type": "per_channel", "axis": 0}),
    ((8,), {"type": "per_block", "axis": 0, "block_size": 4}),
    ((), {"type": "per_tensor"}),
    ((1,), {"type": "per_tensor"}),
    ((1, 1), {"type": "per_channel", "axis": 1}),
    ((3, 1, 4), {"type": "per_channel", "axis": 1}),
]
DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


def b64(tensor):
    if tensor is None:
        return None
    array = tensor.detach().contiguous().numpy()
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode()


def state_of(calculator):
    state = {}
    for name in ("scale", "zero_point", "minval", "running_min", "running_max"):
        value = getattr(calculator, name, None)
        if value is not None and value.numel() > 0:
            state[name] = {"shape": list(value.shape), "data": b64(value)}
    return state


def build(spec, target):
    fields = {k: v for k, v in spec.items() if k != "averaging_constant"}
    if "granularity" in fields and isinstance(fields["granularity"].get("block_size"), list):
        fields["granularity"] = dict(fields["granularity"], block_size=tuple(fields["granularity"]["block_size"]))
    fake = QuantizationComponentFactory.create_fake_quantizer(
        QuantizationSpec(**fields), CompressionTargetTensor(target)
    )
    if "averaging_constant" in spec and hasattr(fake.qparams_calculator, "averaging_constant"):
        fake.qparams_calculator.averaging_constant = spec["averaging_constant"]
    return fake


def case(spec, tensors, target="activation", switches=None):
    """switches: {step index: dict(obs=…, fq=…, export=…)}, set before that step."""
    fake = build(spec, target)
    steps = []
    for index, x in enumerate(tensors):
        step = {"shape": list(x.shape), "dtype": str(x.dtype).removeprefix("torch."), "x": raw(x)}
        change = (switches or {}).get(index)
        if change:
            step["set"] = change
            if "obs" in change:
                fake.enable_observer(change["obs"])
            if "fq" in change:
                fake.enable_fake_quant(change["fq"])
            if "export" in change:
                fake.set_export_mode(change["export"])
        wide = x.to(torch.float32).detach().clone().requires_grad_(True)
        y = fake(wide)
        step["y"] = raw(y.detach().to(x.dtype))
        if fake.fake_quant_enabled[0] == 1 and not fake.is_disabled():
            y.backward(torch.ones_like(y))
            step["mask"] = b64((wide.grad != 0).to(torch.uint8))
            step["q"] = b64(
                fake.quantize(wide.detach(), *fake.calculate_qparams(), cast_to_target_dtype=False)
            )
        step["disabled"] = fake.is_disabled()
        step["state"] = state_of(fake.qparams_calculator)
        steps.append(step)
    return {"spec": spec, "target": target, "steps": steps}


def raw(x):
    x = x.detach().contiguous()
    return b64(x.view(torch.int16) if x.dtype in (torch.float16, torch.bfloat16) else x)


def normal(rng, shape, scale=1.0, shift=0.0):
    return torch.from_numpy(np.asarray(rng.normal(shift, scale, shape), dtype=np.float32).reshape(shape))


def schemes_of(dtype):
    return ["symmetric"] if dtype in FLOATS else SCHEMES


def formulations_of(dtype):
    return ["zp"] if dtype in FLOATS else ["zp", "minval"]


def arithmetic(rng):
    """Every dtype, scheme and formulation; calculator, range and granularity take turns."""
    turn = itertools.count()
    for dtype in INTS + FLOATS:
        for scheme, formulation in itertools.product(schemes_of(dtype), formulations_of(dtype)):
            for calculator in CALCULATORS:
                for bounds in RANGES:
                    n = next(turn)
                    shape, granularity = GRANULARITIES[n % len(GRANULARITIES)]
                    spec = dict(
                        dtype=dtype, qscheme=scheme, qformulation=formulation, granularity=granularity,
                        qparam_calculator_cls=calculator, float_range=bounds,
                    )
                    if dtype in FLOATS[:2] and n % 2:
                        spec["scale_dtype"] = "float8_e8m0fnu"
                    if calculator == "moving_average" and n % 3:
                        spec["averaging_constant"] = [0.9, 0.25][n % 2]
                    scale = [1.0, 3e-3, 40.0][n % 3]
                    shift = [0.0, 2.0, -5.0][n % 5 % 3] * scale
                    yield case(spec, [normal(rng, shape, scale * s, shift) for s in (1, 2, 0.5)])


def layouts(rng):
    """Every granularity with every family of dtypes, as weight and as activation."""
    for (shape, granularity), dtype in itertools.product(GRANULARITIES, ["int8", "uint4", "float8_e4m3fn", "float4_e2m1fn_x2"]):
        for target in ("weight", "activation", "lut"):
            spec = dict(dtype=dtype, qscheme=schemes_of(dtype)[-1], granularity=granularity)
            yield case(spec, [normal(rng, shape), normal(rng, shape, 3)], target)


def adversarial_values(rng, dtype, scale):
    """Ties and their neighbours, zeros, subnormals, extremes, and random bit patterns without NaN and infinities."""
    f = np.float32
    base = [0.0, -0.0, 1e-45, -1e-45, 1.1754942e-38, 1.17549435e-38, 3.4e38, -3.4e38, 1e30, 0.49999997, 8388608.5, -4194304.5]
    ties = [f(h / 2) * f(scale) for h in range(-20, 21)]
    near = [np.nextafter(t, f(s * np.inf)) for t in ties for s in (-1, 1)]
    if dtype in FLOATS:
        ties += [f(t) * f(scale) for t in (0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5, 2**-7, 2**-10, 3 * 2**-10, 464, 2**-17, 61440)]
    bits = rng.integers(0, 2**32, 64, dtype=np.uint32).view(np.float32)
    bits = bits[np.isfinite(bits)]
    return torch.tensor(np.concatenate([np.array(base + ties + near, f), bits]).astype(f))


def adversarial(rng):
    """Calibrate on tame data, then pass values chosen to go wrong through the stored qparams; and calibrate on them."""
    for dtype in INTS + FLOATS:
        for scheme, formulation in itertools.product(schemes_of(dtype), formulations_of(dtype)):
            spec = dict(dtype=dtype, qscheme=scheme, qformulation=formulation, qparam_calculator_cls="static")
            if dtype in FLOATS[:2]:
                spec["scale_dtype"] = "float8_e8m0fnu"
            fit = torch.tensor([-1.0, 127.5 / 128, 0.25])
            step = float(build_scale(spec, fit))
            yield case(spec, [fit, adversarial_values(rng, dtype, step)], switches={1: dict(obs=False)})
            wild = adversarial_values(rng, dtype, 1.0)
            yield case(spec, [wild])


def build_scale(spec, fit):
    fake = build(spec, "activation")
    fake(fit)
    return fake.calculate_qparams()[0].flatten()[0]


def degenerate(rng):
    """All zero, one value, one sign, tiny and huge ranges."""
    data = [
        torch.zeros(9), torch.full((9,), 2.0), torch.full((9,), -2.0), torch.full((9,), 1e-30), torch.full((9,), -1e-45),
        torch.full((9,), 3e38), torch.tensor([3.4e38, -3.4e38, 1.0]), torch.tensor([1e-7, -2e-7, 0.0]),
        torch.linspace(2, 4, 9), torch.linspace(-4, -2, 9), torch.tensor([-1.5, 253.5]), torch.tensor([-0.5, 254.5]),
        torch.tensor([-0.3, 1.7]), torch.tensor([5.0]), torch.tensor(-3.0),
    ]
    for dtype in ["int8", "uint8", "int4", "uint2", *FLOATS]:
        for scheme in schemes_of(dtype):
            for x in data:
                formulation = formulations_of(dtype)[len(x.shape) and x.shape[0] % 2 and -1]
                yield case(dict(dtype=dtype, qscheme=scheme, qformulation=formulation), [x, x * 0.5])


def non_finite(rng):
    """NaN and infinities as the reference lets them through; replayed under the policy propagate."""
    inf, nan = float("inf"), float("nan")
    for dtype in ["int8", "uint4", *FLOATS]:
        for scheme, formulation in itertools.product(schemes_of(dtype), formulations_of(dtype)):
            for calculator in CALCULATORS:
                for bad in ([nan], [inf], [-inf], [inf, -inf, nan]):
                    x = torch.tensor([1.0, -2.0, 0.5, *bad])
                    spec = dict(dtype=dtype, qscheme=scheme, qformulation=formulation, qparam_calculator_cls=calculator)
                    fine = torch.tensor([1.0, -2.0, 0.5, 3.0, 4.0, 5.0][: len(x)])
                    yield case(spec, [fine, x, fine])
                    yield case(spec, [fine, x], switches={1: dict(obs=False)})


def switched(rng):
    """Export mode, observer and fake quantization turned off and on in a stream."""
    shape, granularity = (4, 6), {"type": "per_channel", "axis": 1}
    for calculator, dtype, scheme in itertools.product(CALCULATORS, ["int8", "float8_e5m2"], ["symmetric", "asymmetric"]):
        if dtype in FLOATS and scheme != "symmetric":
            continue
        spec = dict(dtype=dtype, qscheme=scheme, granularity=granularity, qparam_calculator_cls=calculator)
        xs = [normal(rng, shape, s) for s in (1, 2, 3, 4, 5, 6)]
        yield case(spec, xs, switches={2: dict(export=True), 4: dict(export=False)})
        yield case(spec, xs, switches={1: dict(obs=False), 3: dict(fq=False), 4: dict(obs=True), 5: dict(fq=True)})
        yield case(spec, [*xs[:2], normal(rng, (4, 6)), *xs[2:4]], switches={2: dict(fq=False, export=True)})
    block = {"type": "per_block", "axis": 1, "block_size": 4}
    yield case(dict(granularity=block), [normal(rng, (2, 8)), normal(rng, (2, 6)), normal(rng, (2, 8))])
    yield case(dict(granularity=block), [normal(rng, (2, 7)), normal(rng, (2, 8))])


def half_precision(rng):
    """float16 and bfloat16 tensors: widened, computed in float32, cast back."""
    for name, dtype, calculator in itertools.product(["float16", "bfloat16"], ["int8", "uint4", *FLOATS], CALCULATORS[:2]):
        for scheme in schemes_of(dtype):
            spec = dict(dtype=dtype, qscheme=scheme, qparam_calculator_cls=calculator,
                        granularity={"type": "per_channel", "axis": -1})
            yield case(spec, [normal(rng, (5, 6), s).to(DTYPES[name]) for s in (1, 1e-3, 300)])
            extremes = [6e-8, -6e-8, 65504.0, -65504.0, 6.1e-5, 1.0, -0.0, 0.0, 2.5e-5]
            yield case(dict(spec, granularity={"type": "per_tensor"}), [torch.tensor(extremes).to(DTYPES[name])])


def large(rng):
    """Longer than one chunk of ours, so that stretches are cut."""
    for shape, granularity in [
        ((3, 1001), {"type": "per_channel", "axis": 0}),
        ((41, 67), {"type": "per_channel", "axis": 1}),
        ((5, 640), {"type": "per_block", "axis": 1, "block_size": 32}),
    ]:
        yield case(dict(qscheme="asymmetric", granularity=granularity), [normal(rng, shape)])


GROUPS = [arithmetic, layouts, adversarial, degenerate, non_finite, switched, half_precision, large]


def main(path):
    count = 0
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
        for number, group in enumerate(GROUPS):
            rng = np.random.default_rng([20261123, number])
            for index, record in enumerate(group(rng)):
                record = {"name": f"{group.__name__}[{index}]", **record}
                out.write(json.dumps(record, separators=(",", ":")).encode() + b"\n")
                count += 1
    print(f"{count} cases")


if __name__ == "__main__":
    main(sys.argv[1])
