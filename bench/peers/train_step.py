"""PyTorch's time for one training step of the MLP VAE 784-512-256-32-256-512-784.

Per step: x [256, 784] uint8 scaled by 1/255; ReLU; Bernoulli negative log-likelihood from logits, summed over
features, plus the KL to N(0, I), mean over the batch, in nats; Adam at 1e-3; float32. The noise eps [256, 32]
is an input. Prints one JSON object; every time is in milliseconds.

    python train_step.py [--mode all|step|matmuls] [--steps 200] [--warmup 30] [--threads 1,2] [--heads 1|2]
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

BATCH, FEATURES, LATENT = 256, 784, 32
# (inputs, outputs) of each matrix product, the two heads as one
LAYERS = [(784, 512), (512, 256), (256, 2 * LATENT), (LATENT, 256), (256, 512), (512, 784)]


class Vae(nn.Module):
    """heads: 1 computes mu and logvar in one product of 64 outputs, 2 in two of 32."""

    def __init__(self, heads):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(FEATURES, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU())
        self.heads = nn.ModuleList(nn.Linear(256, 2 * LATENT // heads) for _ in range(heads))
        self.decoder = nn.Sequential(
            nn.Linear(LATENT, 256), nn.ReLU(), nn.Linear(256, 512), nn.ReLU(), nn.Linear(512, FEATURES)
        )

    def forward(self, pixels, eps):
        """pixels [batch, features] uint8, eps [batch, latent] -> the loss, a scalar, in nats per example"""
        x = pixels.to(torch.float32) * (1 / 255)
        h = self.trunk(x)
        mu, logvar = [head(h) for head in self.heads] if len(self.heads) == 2 else self.heads[0](h).chunk(2, dim=1)
        z = mu + torch.exp(0.5 * logvar) * eps
        nll = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        kl = -0.5 * torch.sum(1 + logvar - mu * mu - torch.exp(logvar))
        return (nll + kl) / BATCH


def training_step(args, adam, compiled):
    torch.manual_seed(args.seed)
    vae = Vae(args.heads)
    loss_of = torch.compile(vae, dynamic=False) if compiled else vae
    optimizer = torch.optim.Adam(vae.parameters(), lr=1e-3, **({} if adam == "default" else {adam: True}))
    # mostly dark, as pictures of digits are; a few batches, so that none of it is a constant
    shape = (8, BATCH, FEATURES)
    pixels = (torch.randint(0, 256, shape) * (torch.rand(shape) < 0.2)).to(torch.uint8)
    eps = torch.randn(8, BATCH, LATENT)
    count = 0

    def step():
        nonlocal count
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(pixels[count % 8], eps[count % 8])
        loss.backward()
        optimizer.step()
        count += 1
        return loss.item()

    return step


def matmul_step():
    """The products alone, into buffers that exist: x W', then dW = dy' x, then dx = dy W (none for the first layer)."""
    todo = []
    for index, (inputs, outputs) in enumerate(LAYERS):
        x, dy, w = torch.randn(BATCH, inputs), torch.randn(BATCH, outputs), torch.randn(outputs, inputs)
        todo += [(x, w.t(), torch.empty_like(dy)), (dy.t(), x, torch.empty_like(w))]
        if index > 0:
            todo.append((dy, w, torch.empty_like(x)))

    def step():
        for a, b, out in todo:
            torch.mm(a, b, out=out)

    return step, sum(2 * a.shape[0] * a.shape[1] * b.shape[1] for a, b, _ in todo)


def measure(step, args):
    """-> median, p10 and p90 of the step's time, and its first and last result"""
    first = step()
    for _ in range(args.warmup - 1):
        step()
    times = []
    for _ in range(args.steps):
        start = time.perf_counter()
        last = step()
        times.append((time.perf_counter() - start) * 1e3)
    deciles = statistics.quantiles(times, n=10, method="inclusive")
    result = {"median": statistics.median(times), "p10": deciles[0], "p90": deciles[8]}
    return {name: round(value, 3) for name, value in result.items()}, first, last


def best_of(variants, args, make):
    """Every variant at every thread count; -> the one with the lowest median, with all the medians beside it."""
    best, medians = None, {}
    for threads in args.threads:
        torch.set_num_threads(threads)
        for variant in variants:
            timing, first, last = measure(make(variant, threads), args)
            medians[f"{variant}, threads {threads}"] = timing["median"]
            if best is None or timing["median"] < best["median"]:
                best = {**timing, "threads": threads, "variant": variant}
                if first is not None:
                    best |= {"first_loss": round(first, 3), "last_loss": round(last, 3)}
    return {**best, "medians": medians}


def compiled_step(args):
    import torch._dynamo
    import torch._inductor.config

    def make(adam, threads):
        # the generated C++ holds the thread count, so each count is compiled anew
        torch._dynamo.reset()
        torch._inductor.config.cpp.threads = threads
        return training_step(args, adam, compiled=True)

    try:
        return best_of(["fused"], args, make)
    except Exception as error:  # no C++ compiler, no Python headers, an unsupported Python: many types
        return {"error": f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"}


def arguments():
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mode", choices=["all", "step", "matmuls"], default="all")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--warmup", type=int, default=30)
    parser.add_argument("--threads", help="counts to try, e.g. 1,2,4 (default: 1 to the number of cores)")
    parser.add_argument("--heads", type=int, choices=[1, 2], default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out")
    args = parser.parse_args()
    if args.steps < 2 or args.warmup < 1:
        parser.error("--steps must be at least 2 and --warmup at least 1")
    args.cores = cores
    args.threads = [int(count) for count in args.threads.split(",")] if args.threads else list(range(1, cores + 1))
    return args


def main():
    args = arguments()
    result = {
        "peer": "pytorch",
        "version": torch.__version__,
        "python": platform.python_version(),
        "simd": torch.backends.cpu.get_cpu_capability(),
        "cores": args.cores,
        "batch": BATCH,
        "heads": args.heads,
        "steps": args.steps,
        "warmup": args.warmup,
    }
    if args.mode != "matmuls":
        result["eager"] = best_of(
            ["default", "fused"], args, lambda adam, _: training_step(args, adam, compiled=False)
        )
        ways = {"eager": result["eager"]}
        if not args.no_compile:
            ways["compile"] = result["compile"] = compiled_step(args)
        name = min((name for name in ways if "median" in ways[name]), key=lambda name: ways[name]["median"])
        result["best"] = {"how": name, **{key: ways[name][key] for key in ("median", "p10", "p90", "threads")}}
    if args.mode != "step":
        step, flops = matmul_step()
        matmuls = best_of(["mm"], args, lambda *_: step)
        result["matmuls"] = {**matmuls, "gflops_per_s": round(flops / matmuls["median"] / 1e6, 1)}
    json.dump(result, sys.stdout, indent=2)
    print()


main()
