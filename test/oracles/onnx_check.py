"""Judges ONNX files by three things that vaekit did not write: onnx.checker, onnx.shape_inference (strict) and
Python's onnxruntime, in which each model runs once. Prints one JSON object; exits with 1 if any file fails.

Inputs are random, from --seed, with symbolic dimensions of size --dim; floats are normal, uint8 is 0..255, other
integers are 0 or 1. With --npz, given once per model and in their order ("-" for none), inputs are the arrays of that
file under the inputs' names, and each array "out:<name>" is compared with that output.

    python onnx_check.py encoder.onnx decoder.onnx [--npz encoder.npz --npz -] [--atol 1e-5] [--seed 0] [--dim 3]
"""

import argparse
import json
import sys

import numpy as np
import onnx
import onnxruntime

FLOATS = {"float": np.float32, "float16": np.float16, "double": np.float64}
INTEGERS = {f"{sign}int{bits}": np.dtype(f"{sign}int{bits}") for sign in ("", "u") for bits in (8, 16, 32, 64)}


def check(path, npz, args):
    report = {"path": path, "ok": False, "error": None}
    try:
        inspect(path, npz, args, report)
        report["ok"] = True
    except Exception as error:  # each library has its own error types; one report holds them all
        report["error"] = f"{report.pop('stage')}: {type(error).__name__}: {error}"
    report.pop("stage", None)
    return report


def inspect(path, npz, args, report):
    report["stage"] = "onnx.load"
    model = onnx.load(path)
    report["ir_version"] = model.ir_version
    opsets = {opset.domain or "ai.onnx": opset.version for opset in model.opset_import}
    report["opset"] = opsets.pop("ai.onnx", None)
    if opsets:
        report["other_opsets"] = opsets
    report["stage"] = "onnx.checker"
    onnx.checker.check_model(path, full_check=True)
    report["stage"] = "onnx.shape_inference"
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)

    report["stage"] = "onnxruntime load"
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what fails is in the report
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    report["inputs"] = [describe(value) for value in session.get_inputs()]
    report["outputs"] = [describe(value) for value in session.get_outputs()]
    report["stage"] = "feeds"
    arrays = dict(np.load(npz)) if npz else None
    feeds = feeds_from(arrays, session.get_inputs()) if npz else random_feeds(session.get_inputs(), args)

    report["stage"] = "onnxruntime run"
    results = session.run(None, feeds)
    for row, result in zip(report["outputs"], results):
        row["shape"] = list(np.shape(result))
        row["finite"] = bool(np.isfinite(result).all()) if np.asarray(result).dtype.kind == "f" else True
    report["stage"] = "declared shapes"
    agree(session.get_inputs() + session.get_outputs(), list(feeds.values()) + results)
    if npz:
        report["stage"] = "expected outputs"
        compare(arrays, {row["name"]: result for row, result in zip(report["outputs"], results)}, args.atol, report)


def describe(value):
    return {"name": value.name, "dtype": element(value), "declared": value.shape}


def element(value):
    """ "tensor(float)" -> "float" """
    return value.type.removeprefix("tensor(").removesuffix(")")


def random_feeds(inputs, args):
    random = np.random.default_rng(args.seed)
    feeds = {}
    for value in inputs:
        shape = [size if isinstance(size, int) else args.dim for size in value.shape]
        kind = element(value)
        if kind in FLOATS:
            feeds[value.name] = random.standard_normal(shape).astype(FLOATS[kind])
        elif kind in INTEGERS:
            feeds[value.name] = random.integers(256 if kind == "uint8" else 2, size=shape).astype(INTEGERS[kind])
        elif kind == "bool":
            feeds[value.name] = random.integers(2, size=shape).astype(bool)
        else:
            raise TypeError(f'no random values for input "{value.name}" of type {value.type}')
    return feeds


def feeds_from(arrays, inputs):
    missing = [value.name for value in inputs if value.name not in arrays]
    if missing:
        raise KeyError(f"the npz lacks inputs {missing}; it has {sorted(arrays)}")
    return {value.name: arrays[value.name] for value in inputs}


def agree(values, arrays):
    """onnxruntime only warns when a result's shape is not the declared one, or a symbol has two sizes."""
    symbols = {}
    for value, array in zip(values, arrays):
        shape = np.shape(array)
        if len(shape) != len(value.shape):
            raise ValueError(f'"{value.name}" is declared {value.shape} and has shape {list(shape)}')
        for declared, size in zip(value.shape, shape):
            expected = declared if isinstance(declared, int) else symbols.setdefault(declared or object(), size)
            if expected != size:
                raise ValueError(f'"{value.name}" is declared {value.shape} and has shape {list(shape)}; {symbols}')


def compare(arrays, results, atol, report):
    expected = {name[4:]: array for name, array in arrays.items() if name.startswith("out:")}
    report["max_abs_error"] = {}
    problems = []
    for name, array in expected.items():
        if name not in results:
            problems.append(f'no output "{name}"; there are {sorted(results)}')
        elif np.shape(results[name]) != array.shape:
            problems.append(f'"{name}" has shape {list(np.shape(results[name]))}, expected {list(array.shape)}')
        else:
            # equal infinities differ by nothing; a NaN that one side lacks is infinitely far
            got, want = results[name].astype(np.float64), array.astype(np.float64)
            same = (got == want) | (np.isnan(got) & np.isnan(want))
            with np.errstate(invalid="ignore"):
                gap = np.where(same, 0.0, np.abs(got - want))
            worst = float(np.nan_to_num(gap, nan=np.inf).max(initial=0.0))
            report["max_abs_error"][name] = worst if np.isfinite(worst) else str(worst)
            if worst > atol or worst == np.inf:
                problems.append(f'"{name}" is off by {worst:.3g}, more than {atol:.3g}')
    if problems:
        raise ValueError("; ".join(problems))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+")
    parser.add_argument("--npz", action="append", default=[], help='one per model, in order; "-" for none')
    parser.add_argument("--atol", type=float, default=float("inf"), help="largest error allowed (default: any finite one)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dim", type=int, default=3)
    args = parser.parse_args()
    if len(args.npz) > len(args.models):
        parser.error("more --npz than models")
    files = args.npz + ["-"] * (len(args.models) - len(args.npz))
    reports = [check(path, npz if npz != "-" else None, args) for path, npz in zip(args.models, files)]
    ok = all(report["ok"] for report in reports)
    versions = {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}
    print(json.dumps({"ok": ok, "versions": versions, "files": reports}, indent=2))
    sys.exit(not ok)


main()
