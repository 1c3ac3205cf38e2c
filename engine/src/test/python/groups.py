# SPDX-License-Identifier: Apache-2.0
"""The groups of cases; a group is a generator that takes a random generator and yields cases, under its own name."""

import itertools

import numpy as np
import torch
from reference import CALCULATORS, FLOATS, HALVES, build, case, combinations, formulations_of, mx_case, schemes_of
from tensors import adversarial_values, block_maxima, blocks_of, degenerate_tensors, normal

TARGETS = ["activation", "weight", "lut"]
RANGES = [[None, None], [-1.0, None], [None, 2.5], [-0.75, 3.0]]
FAMILIES = {
    "per_tensor": [((2, 5), {}), ((7,), {}), ((), {}), ((2, 1, 2, 1, 2), {}), ((1,), {})],
    "per_channel": [
        ((3, 4), {"axis": 0}), ((3, 4), {"axis": -1}), ((2, 3, 2), {"axis": 1}), ((2, 1, 2, 3), {"axis": -3}),
        ((1, 2, 2, 1, 3), {"axis": -4}), ((5,), {"axis": 0}), ((1, 1), {"axis": 1}),
    ],
    "per_block": [
        ((2, 6), {"axis": 1, "block_size": 3}), ((4, 3), {"axis": 0, "block_size": 2}),
        ((2, 4, 2), {"axis": 1, "block_size": 2}), ((2, 2, 4), {"axis": -1, "block_size": 2}),
        ((4, 2, 2), {"axis": -3, "block_size": 4}), ((6,), {"axis": 0, "block_size": 2}),
        ((1, 4, 2, 2), {"axis": -3, "block_size": 2}), ((3, 2), {"axis": -1, "block_size": 1}),
    ],
    "per_block list": [
        ((4, 4), {"block_size": [2, 2]}), ((2, 6), {"block_size": [-1, 3]}), ((3, 4), {"block_size": [1, 1]}),
        ((2, 3, 2), {"block_size": [1, -1, 2]}), ((1, 2, 2, 2, 2), {"block_size": [-1, 2, 1, -1, 2]}),
        ((8,), {"block_size": [4]}), ((2, 4), {"block_size": [-1, -1]}),
    ],
}
SHAPES = [
    (shape, {"type": family.split()[0], **fields}) for family, layouts in FAMILIES.items() for shape, fields in layouts
]


def with_options(spec, granularity, calculator, bounds=(None, None)):
    return dict(spec, granularity=granularity, qparam_calculator_cls=calculator, float_range=list(bounds))


def arithmetic(rng):
    """Every dtype, scheme, formulation and scale dtype x granularity x calculator x range; layouts and targets take turns."""
    turn = itertools.count()
    for spec, (family, layouts) in itertools.product(combinations(), FAMILIES.items()):
        for calculator, bounds in itertools.product(["default", *CALCULATORS], RANGES):
            n = next(turn)
            shape, fields = layouts[n % len(layouts)]
            full = with_options(spec, {"type": family.split()[0], **fields}, calculator, bounds)
            if calculator in ("default", "moving_average") and n % 3:
                full["averaging_constant"] = [0.9, 0.25][n % 2]
            scale = [1.0, 3e-3, 40.0][n % 3]
            shift = [0.0, 2.0, -5.0][n % 5 % 3] * scale
            yield case(full, [normal(rng, shape, scale * s, shift) for s in (1, 2)], TARGETS[n % 7 % 3])


def dynamic(rng):
    """Qparams of each tensor alone: shapes may change from one to the next, the observer cannot be turned off."""
    for spec in combinations():
        if spec["qscheme"] == "symmetric_with_clipping":
            continue
        for granularity, shapes in [
            ({"type": "per_tensor"}, [(3,), (2, 2), ()]),
            ({"type": "per_channel", "axis": -1}, [(2, 3), (2, 2), (4,)]),
            ({"type": "per_block", "axis": -1, "block_size": 2}, [(2, 4), (3, 2), (1, 2, 2)]),
            ({"type": "per_block", "block_size": [-1, 2]}, [(2, 4), (3, 2), (1, 6)]),
        ]:
            full = dict(spec, granularity=granularity, qparam_calculator_cls="dynamic")
            yield case(full, [normal(rng, s) for s in shapes], switches={1: dict(obs=False), 2: dict(export=False)})


def layouts(rng):
    """Every granularity with every family of dtypes, for every target."""
    for (shape, granularity), dtype, target in itertools.product(
        SHAPES, ["int8", "uint4", "float8_e4m3fn", "float4_e2m1fn_x2"], TARGETS
    ):
        spec = dict(dtype=dtype, qscheme=schemes_of(dtype)[-1], granularity=granularity)
        yield case(spec, [normal(rng, shape), normal(rng, shape, 3)], target)


def sequences(rng):
    """Long streams in which every switch is thrown at random."""
    specs = list(combinations())
    for n in range(240):
        shape, granularity = SHAPES[rng.integers(len(SHAPES))]
        bounds = RANGES[rng.integers(4)] if n % 3 == 0 else RANGES[0]
        spec = with_options(specs[rng.integers(len(specs))], granularity, CALCULATORS[n % 3], bounds)
        switches = {
            step: {key: bool(rng.integers(2)) for key in ("obs", "fq", "export") if rng.integers(2)} for step in range(1, 6)
        }
        yield case(spec, [normal(rng, shape, 2.0 ** int(rng.integers(-3, 4))) for _ in range(6)], TARGETS[n % 3], switches)


def switched(rng):
    """Export mode, observer and fake quantization turned off and on in a stream; block sizes that do not fit."""
    shape, granularity = (3, 4), {"type": "per_channel", "axis": 1}
    for calculator, dtype, scheme in itertools.product(CALCULATORS, ["int8", "float8_e5m2"], ["symmetric", "asymmetric"]):
        if dtype in FLOATS and scheme != "symmetric":
            continue
        spec = dict(dtype=dtype, qscheme=scheme, granularity=granularity, qparam_calculator_cls=calculator)
        xs = [normal(rng, shape, s) for s in (1, 2, 3, 4, 5, 6)]
        yield case(spec, xs, switches={2: dict(export=True), 4: dict(export=False)})
        yield case(spec, xs, switches={1: dict(obs=False), 3: dict(fq=False), 4: dict(obs=True), 5: dict(fq=True)})
        yield case(spec, [*xs[:2], normal(rng, shape), *xs[2:4]], switches={2: dict(fq=False, export=True)})
    block = {"type": "per_block", "axis": 1, "block_size": 4}
    yield case(dict(granularity=block), [normal(rng, (2, 8)), normal(rng, (2, 6)), normal(rng, (2, 8))])
    yield case(dict(granularity=block), [normal(rng, (2, 7)), normal(rng, (2, 8))])
    yield case(dict(granularity={"type": "per_block", "block_size": [2, -1]}), [normal(rng, (3, 2)), normal(rng, (2, 2))])


def adversarial(rng):
    """Calibrate on tame data, then pass values chosen to go wrong through the stored qparams; and calibrate on them."""
    for spec in combinations():
        spec = dict(spec, qparam_calculator_cls="static")
        fit = torch.tensor([-1.0, 127.5 / 128, 0.25])
        fake = build(spec, "activation")
        fake(fit)
        step = float(fake.calculate_qparams()[0].flatten()[0])
        yield case(spec, [fit, adversarial_values(rng, spec["dtype"], step)], switches={1: dict(obs=False)})
        yield case(spec, [adversarial_values(rng, spec["dtype"], 1.0)])


def degenerate(rng):
    for spec in combinations():
        for n, x in enumerate(degenerate_tensors()):
            if spec["dtype"] in ("int8", "uint8", *FLOATS) or n % 3 == len(spec["qscheme"]) % 3:
                yield case(spec, [x, x * 0.5])


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


def half_precision(rng):
    """float16 and bfloat16: widened first, which is what QuantFlux does; and as they are, which the reference takes, too."""
    for name, dtype, calculator in itertools.product(HALVES, ["int8", "uint4", *FLOATS], CALCULATORS):
        for scheme, formulation in itertools.product(schemes_of(dtype), formulations_of(dtype)):
            spec = dict(dtype=dtype, qscheme=scheme, qformulation=formulation, qparam_calculator_cls=calculator)
            bounds = RANGES[int(rng.integers(4))]
            full = with_options(spec, {"type": "per_channel", "axis": -1}, calculator, bounds)
            yield case(full, [normal(rng, (4, 3), s).to(HALVES[name]) for s in (1, 0.1, 30)], as_is=True)
        extremes = [6e-8, -6e-8, 65504.0, -65504.0, 6.1e-5, 1.0, -0.0, 0.0, 2.5e-5]
        yield case(spec, [torch.tensor(extremes).to(HALVES[name])], as_is=True)


def large(rng):
    """Longer than one chunk of ours, so that stretches are cut."""
    for shape, granularity in [
        ((2, 2101), {"type": "per_channel", "axis": 0}),
        ((41, 103), {"type": "per_channel", "axis": 1}),
        ((4, 1056), {"type": "per_block", "axis": 1, "block_size": 32}),
    ]:
        spec = dict(dtype="uint4", qscheme="asymmetric", granularity=granularity)
        yield case(spec, [normal(rng, shape).round(decimals=2)])


def scale_rounding(rng):
    """Power-of-two scales by torchao's own to_mx, each mode; floor by coreai_opt as well."""
    for dtype, top in zip(FLOATS, (448.0, 57344.0, 6.0)):
        maxima = block_maxima(top)
        maxima = maxima[~(np.abs(maxima / np.float32(top)) <= np.float32(2**-127))]
        for n, chunk in enumerate(np.array_split(maxima, 12)):
            x = blocks_of(chunk)
            spec = dict(dtype=dtype, granularity={"type": "per_block", "axis": -1, "block_size": 4})
            for mode in ("ceil", "even", "rceil", "floor"):
                if mode != "floor" or torch.isfinite(x).all():
                    yield mx_case(spec, x, mode)
            yield case(dict(spec, qparam_calculator_cls="static", scale_dtype="float8_e8m0fnu"), [x])
            wide = dict(spec, granularity={"type": "per_block", "axis": -1, "block_size": 8})
            for mode in ("ceil", "even", "rceil", "floor"):
                yield mx_case(wide, normal(rng, (3, 8), 10.0 ** (n - 6)), mode)


def smallest_blocks(rng):
    """Blocks for which RCEIL's exponent is the least: there to_mx does not divide by the scale it gives."""
    for dtype, top in zip(FLOATS, (448.0, 57344.0, 6.0)):
        maxima = block_maxima(top)
        maxima = maxima[np.abs(maxima / np.float32(top)) <= np.float32(2**-127)]
        spec = dict(dtype=dtype, granularity={"type": "per_block", "axis": -1, "block_size": 4})
        for mode in ("ceil", "even", "rceil", "floor"):
            yield mx_case(spec, blocks_of(maxima), mode)


def unready(rng):
    """Qparams asked for before the first observation, or with the observer off for a tensor that blocks do not divide."""
    x = normal(rng, (2, 4))
    for spec in (dict(), dict(qscheme="asymmetric", qformulation="minval"), dict(dtype="float8_e5m2")):
        yield case(spec, [x], switches={0: dict(obs=False)})
        yield case(spec, [x], switches={0: dict(export=True)})
    block = {"type": "per_block", "axis": -1, "block_size": 4}
    yield case(dict(granularity=block), [x, normal(rng, (2, 6))], switches={1: dict(obs=False)})


def empty(rng):
    """Tensors without elements, which the reference refuses, or not, as their layout happens to have it."""
    for shape in ((0,), (0, 3), (2, 0), (0, 0, 2)):
        for options in (dict(), dict(granularity={"type": "per_channel", "axis": 0}), dict(float_range=[-1.0, 1.0])):
            yield case(options, [torch.zeros(shape)])


def dynamic_export(rng):
    """Export mode where each tensor has qparams of its own."""
    x = normal(rng, (2, 4))
    yield case(dict(qparam_calculator_cls="dynamic"), [x, x], switches={1: dict(export=True)})


def other_batch(rng):
    """Another batch size under per_block, where each sample has running qparams of its own."""
    for calculator, fields in itertools.product(CALCULATORS, [{"axis": -1, "block_size": 4}, {"block_size": [1, 4]}]):
        spec = dict(granularity={"type": "per_block", **fields}, qparam_calculator_cls=calculator)
        for before, after in ((2, 3), (2, 1), (1, 2)):
            tensors = [normal(rng, (before, 8)), normal(rng, (after, 8), 3)]
            yield case(spec, tensors)
            yield case(spec, tensors, switches={1: dict(obs=False)})


GROUPS = [
    arithmetic, dynamic, layouts, sequences, switched, adversarial, degenerate, non_finite, half_precision, large,
    scale_rounding, smallest_blocks, unready, empty, dynamic_export, other_batch,
]  # fmt: skip
