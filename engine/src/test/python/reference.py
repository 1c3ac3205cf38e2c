# SPDX-License-Identifier: Apache-2.0
"""One case through the real reference: a spec, a target, and tensors in order; what comes back is what GoldenCase reads."""

import base64
import contextlib
import io
import warnings

with contextlib.redirect_stderr(io.StringIO()):
    import torch
    from coreai_opt.config.spec import CompressionTargetTensor
    from coreai_opt.quantization.spec import QuantizationComponentFactory, QuantizationSpec
    from torchao.prototype.mx_formats.config import ScaleCalculationMode
    from torchao.prototype.mx_formats.kernels import f4_unpacked_to_f32, unpack_uint4
    from torchao.prototype.mx_formats.mx_tensor import to_mx

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

INTS = ["int2", "int4", "int8", "uint2", "uint4", "uint8"]
FLOATS = ["float8_e4m3fn", "float8_e5m2", "float4_e2m1fn_x2"]
SCHEMES = ["symmetric", "symmetric_with_clipping", "asymmetric"]
CALCULATORS = ["static", "moving_average", "global_minmax"]
HALVES = {"float16": torch.float16, "bfloat16": torch.bfloat16}
ARRAYS = ("scale", "zero_point", "minval", "running_min", "running_max")


def schemes_of(dtype):
    return ["symmetric"] if dtype in FLOATS else SCHEMES


def formulations_of(dtype):
    return ["zp"] if dtype in FLOATS else ["zp", "minval"]


def combinations():
    """Every valid (dtype, scheme, formulation, scale dtype)."""
    for dtype in INTS + FLOATS:
        for scheme in schemes_of(dtype):
            for formulation in formulations_of(dtype):
                for scale_dtype in [None, "float8_e8m0fnu"] if dtype in FLOATS[:2] else [None]:
                    spec = dict(dtype=dtype, qscheme=scheme, qformulation=formulation)
                    if scale_dtype:
                        spec["scale_dtype"] = scale_dtype
                    yield spec


def b64(tensor):
    array = tensor.detach().contiguous().numpy()
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode()


def raw(x):
    """The bytes of a tensor; half-precision ones as they are."""
    x = x.detach().contiguous()
    return b64(x.view(torch.int16) if x.dtype in HALVES.values() else x)


def state_of(calculator):
    state = {}
    for name in ARRAYS:
        value = getattr(calculator, name, None)
        if value is not None and value.numel() > 0:
            value = value if value.dtype == torch.int32 else value.to(torch.float32)
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


def turn(fake, change):
    if "obs" in change:
        fake.enable_observer(change["obs"])
    if "fq" in change:
        fake.enable_fake_quant(change["fq"])
    if "export" in change:
        fake.set_export_mode(change["export"])


def forward(fake, x):
    """One pass; y, and where it was fake-quantized the gradient mask and the quantized values."""
    x = x.detach().clone().requires_grad_(True)
    y = fake(x)
    seen = {"y": raw(y)}
    if fake.fake_quant_enabled[0] == 1 and not fake.is_disabled():
        y.backward(torch.ones_like(y))
        seen["mask"] = b64((x.grad != 0).to(torch.uint8))
        calculator = fake.qparams_calculator
        qparams = (calculator.scale, calculator.zero_point, calculator.minval)
        with contextlib.suppress(RuntimeError):  # stored qparams of another shape than the tensor's
            quantized = fake.quantize(x.detach(), *qparams, cast_to_target_dtype=False)
            seen["q"] = b64(quantized.to(torch.float32))
    seen["disabled"] = fake.is_disabled()
    seen["state"] = state_of(fake.qparams_calculator)
    return seen


def case(spec, tensors, target="activation", switches=None, as_is=False):
    """switches: {step index: dict(obs=…, fq=…, export=…)}, set before that step; as_is: half precision not widened, too.

    A step that the reference refuses ends the case with the name of its error.
    """
    fake = build(spec, target)
    narrow = build(spec, target) if as_is else None
    steps = []
    for index, x in enumerate(tensors):
        step = {"shape": list(x.shape), "dtype": str(x.dtype).removeprefix("torch."), "x": raw(x)}
        steps.append(step)
        change = (switches or {}).get(index)
        try:
            if change:
                step["set"] = change
                turn(fake, change)
            seen = forward(fake, x.to(torch.float32))
        except Exception as error:  # noqa: BLE001 (any refusal is an answer)
            step["error"] = type(error).__name__
            break
        if x.dtype in HALVES.values():
            wide = torch.frombuffer(bytearray(base64.b64decode(seen["y"])), dtype=torch.float32)
            seen["y"] = raw(wide.to(x.dtype))
        step.update(seen)
        if narrow:
            if change:
                turn(narrow, change)
            step["as_is"] = forward(narrow, x)
    return {"spec": spec, "target": target, "steps": steps}


def mx_case(spec, x, mode):
    """torchao's own to_mx over the last axis; its result as a state and an output. FLOOR is coreai_opt's, see case."""
    dtype = getattr(torch, spec["dtype"])
    block = spec["granularity"]["block_size"]
    codes, data = to_mx(x, dtype, block, ScaleCalculationMode[mode.upper()])
    if spec["dtype"] == FLOATS[2]:
        q = f4_unpacked_to_f32(unpack_uint4(data)).reshape(x.shape)
    else:
        q = data.to(torch.float32)
    scale = torch.clamp(codes.to(torch.float32), min=2**-126)  # what to_mx divides by, NaN kept
    shape = [*x.shape[:-1], x.shape[-1] // block]
    y = (q.reshape(*shape, block) * scale.reshape(*shape, 1)).reshape(x.shape)
    step = {
        "shape": list(x.shape), "dtype": "float32", "x": raw(x), "y": raw(y), "disabled": False,
        "codes": b64(codes.view(torch.uint8)),
        "state": {"scale": {"shape": shape, "data": b64(scale.reshape(shape))}},
    }
    if not torch.isnan(scale).any():
        step["q"] = b64(q)
    spec = dict(spec, scale_rounding_mode=mode, qparam_calculator_cls="static", scale_dtype="float8_e8m0fnu")
    return {"spec": spec, "target": "activation", "steps": [step]}
