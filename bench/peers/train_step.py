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
ROUNDS = 5
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


def measure(ways, args):
    """
    ways {(how, variant): make a step for so many threads}. Every way at every thread count, in turns, round by
    round: a neighbour's burst of load then falls on all of them and not on one.
    -> {how: the variant and thread count with the lowest median, and all medians} and the load elsewhere
    """
    steps, results = {}, {}
    for (how, variant), make in ways.items():
        for threads in args.threads:
            torch.set_num_threads(threads)
            try:
                step = make(threads)
                first = [step() for _ in range(args.warmup)][0]
                steps[how, variant, threads] = (step, first)
            except Exception as error:  # no C++ compiler, no Python headers, an unsupported Python: many types
                if how != "compile":
                    raise
                results[how] = {"error": f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"}
    times, last = {key: [] for key in steps}, {}
    load = Load()
    for index in range(ROUNDS):
        for key, (step, _) in steps.items():
            torch.set_num_threads(key[2])
            step()  # the caches were another's
            for _ in range(args.steps // ROUNDS + (index < args.steps % ROUNDS)):
                begin = time.perf_counter()
                last[key] = step()
                times[key].append((time.perf_counter() - begin) * 1e3)
    elsewhere = load.elsewhere()
    medians = {key: statistics.median(taken) for key, taken in times.items()}
    for how in {key[0] for key in steps}:
        best = min((key for key in steps if key[0] == how), key=medians.get)
        deciles = statistics.quantiles(times[best], n=10, method="inclusive")
        result = {"median": medians[best], "p10": deciles[0], "p90": deciles[8]}
        result |= {"variant": best[1], "threads": best[2]}
        if last[best] is not None:
            result |= {"first_loss": steps[best][1], "last_loss": last[best]}
        result["medians"] = {f"{key[1]}, threads {key[2]}": medians[key] for key in steps if key[0] == how}
        results.setdefault(how, result)
    return results, elsewhere


class Load:
    """How many cores' worth of time other processes took from the machine since this was made; null off Linux."""

    def __init__(self):
        self.wall, self.own, self.all = self.read()

    @staticmethod
    def read():
        try:
            with open("/proc/stat") as file:
                ticks = [int(field) for field in file.readline().split()[1:9]]
        except OSError:
            return time.perf_counter(), time.process_time(), None
        busy = sum(ticks) - ticks[3] - ticks[4]  # without idle and iowait
        return time.perf_counter(), time.process_time(), busy / os.sysconf("SC_CLK_TCK")

    def elsewhere(self):
        wall, own, everything = self.read()
        if everything is None:
            return None
        return max(0.0, (everything - self.all - (own - self.own)) / (wall - self.wall))


def rounded(value):
    if isinstance(value, dict):
        return {name: rounded(item) for name, item in value.items()}
    return round(value, 3) if isinstance(value, float) else value


def compiled_step(args, threads):
    import torch._dynamo
    import torch._inductor.config

    # the generated C++ holds the thread count, and dynamo compiles anew when it changes; past its limit of
    # recompilations it would go on in eager mode without a word
    torch._inductor.config.cpp.threads = threads
    torch._dynamo.config.recompile_limit = 10 * len(args.threads)
    torch._dynamo.config.fail_on_recompile_limit_hit = True
    return training_step(args, "fused", compiled=True)


def arguments():
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mode", choices=["all", "step", "matmuls"], default="all")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--warmup", type=int, default=30)
    parser.add_argument("--threads", help="counts to try, e.g. 1,2,4 (default: 1 to 8, then divisors of the number of cores)")
    parser.add_argument("--heads", type=int, choices=[1, 2], default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out")
    args = parser.parse_args()
    if args.steps < ROUNDS or args.warmup < 1:
        parser.error(f"--steps must be at least {ROUNDS} and --warmup at least 1")
    args.cores = cores
    few = {count for count in range(1, cores + 1) if count <= 8 or cores % count == 0}
    args.threads = [int(count) for count in args.threads.split(",")] if args.threads else sorted(few)
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
    ways = {}
    if args.mode != "matmuls":
        for adam in ("default", "fused"):
            ways["eager", adam] = lambda _, adam=adam: training_step(args, adam, compiled=False)
        if not args.no_compile:
            ways["compile", "fused"] = lambda threads: compiled_step(args, threads)
    if args.mode != "step":
        products, flops = matmul_step()
        ways["matmuls", "mm"] = lambda _: products
    measured, elsewhere = measure(ways, args)
    result |= {how: measured[how] for how in ("eager", "compile", "matmuls") if how in measured}
    if "matmuls" in result:
        result["matmuls"]["gflops_per_s"] = flops / result["matmuls"]["median"] / 1e6
    whole = {how: result[how] for how in ("eager", "compile") if "median" in result.get(how, {})}
    if whole:
        how = min(whole, key=lambda how: whole[how]["median"])
        result["best"] = {"how": how, **{key: whole[how][key] for key in ("median", "p10", "p90", "threads")}}
    result["load_elsewhere"] = elsewhere
    json.dump(rounded(result), sys.stdout, indent=2)
    print()


main()
