"""Checks bench/peers/objectives.py with NumPy alone: densities by their formulas in float64, convolutions as loops,
gradients by central differences, Adam by its paper. Prints the largest relative difference of any term in a few steps of
each objective as one JSON object.

    python objectives_check.py
"""

import importlib.util
import json
import math
import sys
import tempfile
from pathlib import Path

import numpy as np

ROWS, STEPS, RATE, BETA = 5, 4, 0.02, 1.5
spec = importlib.util.spec_from_file_location("peer", Path(__file__).parents[2] / "bench/peers/objectives.py")
peer = importlib.util.module_from_spec(spec)
spec.loader.exec_module(peer)


def dense(name, relu=True):
    return {"layer": "dense", "name": name, "relu": relu}


def conv(kind, name, stride, relu=True):
    return {"layer": kind, "name": name, "stride": stride, "relu": relu}


MLP = {
    "latent": 4,
    "layers": ([dense("hidden_1")], [dense("hidden_1"), dense("x", False)]),
    "kernels": {
        "encoder/hidden_1": (6, 5), "encoder/mu": (5, 4), "encoder/logvar": (5, 4),
        "decoder/hidden_1": (4, 5), "decoder/x": (5, 6),
    },
    "shape": (2, 3, 1),
}  # fmt: skip
CONV = {
    "latent": 2,
    "layers": (
        [{"layer": "image", "shape": [6, 4, 2]}, conv("conv", "a", 2), conv("conv", "b", 1), {"layer": "rows"}],
        [dense("up"), {"layer": "image", "shape": [3, 2, 2]}, conv("conv_transpose", "c", 2),
         conv("conv_transpose", "x", 1, False), {"layer": "rows"}],
    ),
    "kernels": {
        "encoder/a": (3, 3, 2, 2), "encoder/b": (3, 3, 2, 1), "encoder/mu": (6, 2), "encoder/logvar": (6, 2),
        "decoder/up": (2, 12), "decoder/c": (3, 3, 3, 2), "decoder/x": (3, 3, 2, 3),
    },
    "shape": (6, 4, 2),
}  # fmt: skip
CASES = {
    "mlp elbo": (MLP, {"objective": "elbo", "beta": BETA}),
    "conv elbo": (CONV, {"objective": "elbo", "beta": BETA}),
    "iwae": (MLP, {"objective": "iwae", "samples": 3, "gradient": "standard"}),
    "dreg": (MLP, {"objective": "iwae", "samples": 3, "gradient": "dreg"}),
    "beta-tc": (MLP, {"objective": "beta-tc", "alpha": 0.7, "beta": 4, "gamma": 1.3, "examples": 40}),
    "vq": (MLP, {"objective": "vq", "commitment": 0.25, "decay": 0.9}),
}


def taps(size, stride, kernel):
    """Which input and which kernel position each output takes, in one dimension, TensorFlow's "same"."""
    out = -(-size // stride)
    before = max((out - 1) * stride + kernel - size, 0) // 2
    return [(o, o * stride + k - before, k) for o in range(out) for k in range(kernel) if 0 <= o * stride + k - before < size]


def convolve(x, kernel, stride):
    out = np.zeros((len(x), -(-x.shape[1] // stride), -(-x.shape[2] // stride), kernel.shape[3]))
    for oi, ii, ki in taps(x.shape[1], stride, kernel.shape[0]):
        for oj, ij, kj in taps(x.shape[2], stride, kernel.shape[1]):
            out[:, oi, oj] += x[:, ii, ij] @ kernel[ki, kj]
    return out


def transpose_convolve(x, kernel, stride):
    """The convolution's gradient by its input: TensorFlow's definition of it."""
    out = np.zeros((len(x), x.shape[1] * stride, x.shape[2] * stride, kernel.shape[2]))
    for oi, ii, ki in taps(out.shape[1], stride, kernel.shape[0]):
        for oj, ij, kj in taps(out.shape[2], stride, kernel.shape[1]):
            out[:, ii, ij] += x[:, oi, oj] @ kernel[ki, kj].T
    return out


def run(layers, part, w, h):
    for layer in layers:
        if layer["layer"] in ("image", "rows"):
            h = h.reshape(len(h), *layer.get("shape", [-1]))
            continue
        kernel, bias = w[f"{part}/{layer['name']}/kernel"], w[f"{part}/{layer['name']}/bias"]
        ways = {"dense": lambda: h @ kernel, "conv": lambda: convolve(h, kernel, layer["stride"]),
                "conv_transpose": lambda: transpose_convolve(h, kernel, layer["stride"])}  # fmt: skip
        h = ways[layer["layer"]]() + bias
        h = np.maximum(h, 0) if layer["relu"] else h
    return h


def encode(model, w, x):
    h = run(model["layers"][0], "encoder", w, x)
    return [h @ w[f"encoder/{head}/kernel"] + w[f"encoder/{head}/bias"] for head in ("mu", "logvar")]


def log_px(model, w, x, z):
    p = 1 / (1 + np.exp(-run(model["layers"][1], "decoder", w, z)))
    return (x * np.log(p) + (1 - x) * np.log(1 - p)).sum(1)


def log_normal(z, mu, logvar):
    return -0.5 * (math.log(2 * math.pi) + logvar + (z - mu) ** 2 / np.exp(logvar))


def kl(mu, logvar):
    return 0.5 * (np.exp(logvar) + mu**2 - 1 - logvar).sum(1).mean()


def elbo(model, job, _, w, x, eps, __):
    mu, logvar = encode(model, w, x)
    reconstruction = -log_px(model, w, x, mu + np.exp(logvar / 2) * eps).mean()
    return {"loss": reconstruction + job["beta"] * kl(mu, logvar), "reconstruction": reconstruction, "kl": kl(mu, logvar)}


def log_weights(model, w, x, eps, q):
    mu, logvar = encode(model, w, x)
    zs = [mu + np.exp(logvar / 2) * e for e in eps.reshape(-1, *mu.shape)]
    return np.array([log_px(model, w, x, z) + log_normal(z, 0, 0).sum(1) - log_normal(z, *q).sum(1) for z in zs])


def iwae(model, job, _, w, x, eps, fixed):
    mu, logvar = encode(model, w, x)
    log_w = log_weights(model, w, x, eps, (mu, logvar))
    terms = {"loss": -np.log(np.exp(log_w).mean(0)).mean(), "kl": kl(mu, logvar)}
    if fixed is None or job["gradient"] == "standard":
        return terms
    # Tucker et al. 2019: what the encoder's gradient is the gradient of, with weights and q held fixed
    share = np.exp(fixed["log_w"]) / np.exp(fixed["log_w"]).sum(0)
    doubly = -(share**2 * log_weights(model, w, x, eps, fixed["q"])).sum(0).mean()
    return terms | {"encoder": doubly}


def beta_tc(model, job, _, w, x, eps, __):
    mu, logvar = encode(model, w, x)
    z = mu + np.exp(logvar / 2) * eps
    n, m = job["examples"], ROWS - 1
    weight = np.full((ROWS, ROWS), 1 / m)
    for i in range(ROWS):
        weight[i, i], weight[i, (i + 1) % ROWS] = 1 / n, 1 - 1 / n - (m - 1) / m
    densities = np.exp([[log_normal(z[i], mu[j], logvar[j]) for j in range(ROWS)] for i in range(ROWS)])
    log_qz = np.log((weight * densities.prod(2)).sum(1))
    log_product = np.log((weight[:, :, None] * densities).sum(1)).sum(1)
    parts = {
        "reconstruction": -log_px(model, w, x, z).mean(),
        "mutual_information": (log_normal(z, mu, logvar).sum(1) - log_qz).mean(),
        "total_correlation": (log_qz - log_product).mean(),
        "dimension_wise_kl": (log_product - log_normal(z, 0, 0).sum(1)).mean(),
    }
    return parts | {"loss": np.dot([1, job["alpha"], job["beta"], job["gamma"]], list(parts.values()))}


def vq(model, job, state, w, x, _, fixed):
    encoded = encode(model, w, x)[0]
    vectors = encoded.reshape(-1, state["codebook"].shape[1])
    if fixed is None:
        nearest = [int(np.argmin([((v - code) ** 2).sum() for code in state["codebook"]])) for v in vectors]
        fixed = {"nearest": nearest, "encoded": encoded, "vectors": vectors}
    quantized = state["codebook"][fixed["nearest"]].reshape(encoded.shape)
    reconstruction = -log_px(model, w, x, quantized + encoded - fixed["encoded"]).mean()
    commitment = ((encoded - quantized) ** 2).sum(1).mean()
    shares = [share for share in np.bincount(fixed["nearest"]) / len(vectors) if share > 0]
    return {"loss": reconstruction + job["commitment"] * commitment, "commitment": commitment,
            "perplexity": math.exp(-sum(share * math.log(share) for share in shares)), "fixed": fixed}  # fmt: skip


def move_codes(state, job, fixed):
    decay = job["decay"]
    for code in range(len(state["count"])):
        mine = fixed["vectors"][np.array(fixed["nearest"]) == code]
        state["count"][code] = decay * state["count"][code] + (1 - decay) * len(mine)
        state["sum"][code] = decay * state["sum"][code] + (1 - decay) * mine.sum(0)
    total = state["count"].sum()
    for code, count in enumerate(state["count"]):
        state["codebook"][code] = state["sum"][code] / ((count + 1e-5) / (total + len(state["count"]) * 1e-5) * total)


LOSSES = {"elbo": elbo, "iwae": iwae, "beta-tc": beta_tc, "vq": vq}


def train(model, job, tensors):
    state = {name: tensors[name].astype(float) for name in ("codebook", "count", "sum") if name in tensors}
    w = {name: values.astype(float) for name, values in tensors.items() if "/" in name}
    moments = {name: (np.zeros_like(values), np.zeros_like(values)) for name, values in w.items()}
    loss, steps = LOSSES[job["objective"]], []
    for t, (pixels, eps) in enumerate(zip(tensors["x"], tensors["eps"].astype(float)), 1):
        x = pixels.reshape(ROWS, -1) / 255
        terms = loss(model, job, state, w, x, eps, None)
        fixed = terms.pop("fixed", None)
        steps.append(terms)
        if job["objective"] == "iwae":
            q = encode(model, w, x)
            fixed = {"q": q, "log_w": log_weights(model, w, x, eps, q)}
        gradients = {}
        for name, values in w.items():
            gradients[name] = np.zeros_like(values)
            of = "encoder" if name.startswith("encoder") and job.get("gradient") == "dreg" else "loss"
            for at in np.ndindex(values.shape):
                before, sides = values[at], []
                for side in (1e-5, -1e-5):
                    values[at] = before + side
                    sides.append(loss(model, job, state, w, x, eps, fixed)[of])
                values[at] = before
                gradients[name][at] = (sides[0] - sides[1]) / 2e-5
        for name, g in gradients.items():
            m, v = moments[name] = (0.9 * moments[name][0] + 0.1 * g, 0.999 * moments[name][1] + 0.001 * g**2)
            w[name] -= RATE * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-7)
        if state:
            move_codes(state, job, fixed)
    return steps


def write(path, job, tensors):
    header, body = {"__metadata__": {"job": json.dumps(job)}}, b""
    for name, values in tensors.items():
        dtype, data = ("U8" if values.dtype == np.uint8 else "F32"), values.tobytes()
        header[name] = {"dtype": dtype, "shape": values.shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)


def case(model, options, random):
    normal = lambda *shape: random.standard_normal(shape).astype(np.float32)  # noqa: E731
    tensors = {"x": random.integers(0, 256, (STEPS, ROWS, *model["shape"]), np.uint8)}
    tensors["eps"] = normal(STEPS, options.get("samples", 1) * ROWS, model["latent"])
    for name, shape in model["kernels"].items():
        outputs = shape[2] if name in ("decoder/c", "decoder/x") and len(shape) == 4 else shape[-1]
        tensors[f"{name}/kernel"], tensors[f"{name}/bias"] = 0.5 * normal(*shape), 0.1 * normal(outputs)
    if options["objective"] == "vq":
        tensors |= {"codebook": normal(3, 2), "count": np.array([2, 1, 3], np.float32), "sum": normal(3, 2)}
    encoder, decoder = model["layers"]
    return {"encoder": encoder, "decoder": decoder, "rows": ROWS, "learning_rate": RATE, **options}, tensors


def main():
    random, worst = np.random.default_rng(3), {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (model, options) in CASES.items():
            job, tensors = case(model, options, random)
            path = Path(folder) / "job.safetensors"
            write(path, job, tensors)
            theirs = peer.train(*peer.read(path))
            ours = train(model, job, tensors)
            pairs = [(a[term], b[term]) for a, b in zip(ours, theirs) for term in a]
            worst[name] = max(abs(a - b) / abs(a) for a, b in pairs)
    json.dump({"steps": STEPS, "worst": worst}, sys.stdout, indent=2)
    print()


main()
