"""Writes objectives.json, beside it (biome formats it): values and gradients of priors' densities and of objectives that
test/train/prior-*.test.ts and objective-*.test.ts hold ours against. Densities are torch.distributions', sums over
examples, draws and codes are loops, gradients are torch.autograd's; all inputs are float32 numbers, all results double
precision.

    pip install numpy==2.4.6 torch==2.15.0 && python objectives.py
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from torch.distributions import Bernoulli, Categorical, Independent, MixtureSameFamily, Normal

BATCH, FEATURES, LATENT, DRAWS = 4, 3, 4, 3
EXAMPLES = 40


def grid(shape, scale, phase):
    """scale * sin(phase + 1.7 i), rounded to float32: the tests make the same numbers."""
    values = scale * np.sin(phase + 1.7 * np.arange(math.prod(shape)))
    return torch.from_numpy(values.astype(np.float32).astype(np.float64).reshape(shape))


def model():
    weights = {
        "A": grid((FEATURES, LATENT), 0.9, 0.3),
        "B": grid((FEATURES, LATENT), 0.7, 1.1),
        "C": grid((LATENT, FEATURES), 0.8, 2.0),
    }
    for weight in weights.values():
        weight.requires_grad_()
    x = (grid((BATCH, FEATURES), 1, 0.5) > 0).double()
    return weights, x


def posterior(mu, logvar):
    return Independent(Normal(mu, torch.exp(logvar / 2)), 1)


def log_px(x, z, weights):
    return Independent(Bernoulli(logits=z @ weights["C"]), 1).log_prob(x)


prior = posterior(torch.zeros(LATENT).double(), torch.zeros(LATENT).double())


def outcome(loss, weights, terms=(), encoder=None):
    """encoder: what A and B have the gradient of instead of the loss"""
    names = list(weights)
    grads = dict(zip(names, torch.autograd.grad(loss, list(weights.values()), retain_graph=True, allow_unused=True)))
    if encoder is not None:
        grads["A"], grads["B"] = torch.autograd.grad(encoder, [weights["A"], weights["B"]])
    return {
        "loss": loss.item(),
        "terms": {name: value.item() for name, value in dict(terms).items()},
        "gradients": {name: (torch.zeros_like(weights[name]) if g is None else g).flatten().tolist() for name, g in grads.items()},
    }


def iwae(beta, gradient):
    weights, x = model()
    mu, logvar = x @ weights["A"], x @ weights["B"]
    eps = grid((DRAWS, BATCH, LATENT), 1.3, 0.9)
    log_w, bound, log_w_fixed = [], [], []
    for k in range(DRAWS):
        z = mu + torch.exp(logvar / 2) * eps[k]
        ratio = prior.log_prob(z) - posterior(mu, logvar).log_prob(z)
        log_w.append(log_px(x, z, weights) + beta * ratio)
        bound.append(log_px(x, z, weights) + ratio)
        fixed = prior.log_prob(z) - posterior(mu.detach(), logvar.detach()).log_prob(z)
        log_w_fixed.append(log_px(x, z, weights) + beta * fixed)
    share = torch.softmax(torch.stack(log_w), 0).detach()
    loss = -torch.log(torch.exp(torch.stack(log_w)).mean(0)).mean()
    terms = {"iwae": torch.log(torch.exp(torch.stack(bound)).mean(0)).mean()}
    doubly = -sum(((1 - beta) * share[k] + beta * share[k] ** 2) @ log_w_fixed[k] for k in range(DRAWS)) / BATCH
    return outcome(loss, weights, terms, doubly if gradient == "dreg" else None)


def beta_tc(alpha, beta, gamma):
    weights, x = model()
    mu, logvar = x @ weights["A"], x @ weights["B"]
    z = mu + torch.exp(logvar / 2) * grid((BATCH, LATENT), 1.3, 0.9)
    m = BATCH - 1
    information, correlation, dimensions = 0, 0, 0
    for i in range(BATCH):
        weight = [1 / m] * BATCH
        weight[i], weight[(i + 1) % BATCH] = 1 / EXAMPLES, (EXAMPLES - m) / (EXAMPLES * m)
        density = [[torch.exp(Normal(mu[j, d], torch.exp(logvar[j, d] / 2)).log_prob(z[i, d])) for d in range(LATENT)] for j in range(BATCH)]
        joint = torch.log(sum(w * math.prod(row) for w, row in zip(weight, density)))
        product = sum(torch.log(sum(w * row[d] for w, row in zip(weight, density))) for d in range(LATENT))
        information = information + (posterior(mu[i], logvar[i]).log_prob(z[i]) - joint) / BATCH
        correlation = correlation + (joint - product) / BATCH
        dimensions = dimensions + (product - prior.log_prob(z[i])) / BATCH
    loss = -log_px(x, z, weights).mean() + alpha * information + beta * correlation + gamma * dimensions
    terms = {"mutual_information": information, "total_correlation": correlation, "dimension_wise_kl": dimensions}
    return outcome(loss, weights, terms)


def infovae(alpha, lam, beta, kernel):
    weights, x = model()
    mu, logvar = x @ weights["A"], x @ weights["B"]
    z = mu + torch.exp(logvar / 2) * grid((BATCH, LATENT), 1.3, 0.9)
    draws = grid((BATCH, LATENT), 1.1, 0.2)
    k = {
        "rbf": lambda a, b: torch.exp(-((a - b) ** 2).mean() / LATENT),
        "imq": lambda a, b: 2 * LATENT / (2 * LATENT + ((a - b) ** 2).sum()),
    }[kernel]
    mean = lambda s, t: sum(k(a, b) for a in s for b in t) / BATCH**2
    mmd = mean(z, z) + mean(draws, draws) - 2 * mean(z, draws)
    kl = torch.distributions.kl_divergence(posterior(mu, logvar), prior).mean()
    loss = -log_px(x, z, weights).mean() + beta * (1 - alpha) * kl + (alpha + lam - 1) * mmd
    return outcome(loss, weights, {"mmd": mmd})


def vq(commitment, decay):
    weights, x = model()
    encoded = x @ weights["A"]
    codes = grid((5, 2), 0.8, 0.4)
    count, total = grid((5,), 0.5, 0.1) + 1, grid((5, 2), 0.6, 1.4)
    nearest = [min(range(5), key=lambda i: ((v - codes[i]) ** 2).sum().item()) for v in encoded.detach().reshape(-1, 2)]
    z = codes[nearest].reshape(BATCH, LATENT)
    reconstruction = -log_px(x, encoded + (z - encoded).detach(), weights).mean()
    distance = ((encoded - z) ** 2).sum(1).mean()
    used = torch.tensor([nearest.count(i) for i in range(5)]).double()
    perplexity = torch.exp(Categorical(used / used.sum()).entropy())
    next_count, next_sum = [], []
    for i in range(5):
        mine = [v for v, n in zip(encoded.detach().reshape(-1, 2), nearest) if n == i]
        next_count.append(decay * count[i] + (1 - decay) * len(mine))
        next_sum.append(decay * total[i] + (1 - decay) * (sum(mine) if mine else torch.zeros(2).double()))
    n = sum(next_count)
    next_codes = [s / ((c + 1e-5) / (n + 5 * 1e-5) * n) for s, c in zip(next_sum, next_count)]
    result = outcome(reconstruction + commitment * distance, weights, {"commitment": distance, "perplexity": perplexity})
    flat = lambda tensors: torch.stack(list(tensors)).flatten().tolist()
    buffers = {"prior/codebook": flat(next_codes), "prior/count": flat(next_count), "prior/sum": flat(next_sum)}
    return {**result, "codes": nearest, "buffers": buffers}


def mixture(mean_scale, logvar_scale, z_scale):
    parameters = {
        "logits": grid((3,), 1.5, 0.6),
        "mean": grid((3, LATENT), mean_scale, 1.9),
        "logvar": grid((3, LATENT), logvar_scale, 0.8),
        "z": grid((6, LATENT), z_scale, 0.1),
    }
    for parameter in parameters.values():
        parameter.requires_grad_()
    logits, mean, logvar, z = parameters.values()
    log_prob = MixtureSameFamily(Categorical(logits=logits), posterior(mean, logvar)).log_prob(z)
    grads = torch.autograd.grad((log_prob * grid((6,), 1, 0.3)).sum(), list(parameters.values()))
    return {"logProb": log_prob.tolist(), "gradients": {name: g.flatten().tolist() for name, g in zip(parameters, grads)}}


values = {
    "source": f"torch {torch.__version__}: test/train/oracles/objectives.py",
    "mixture": {"near": mixture(1, 1, 1.5), "narrow and far": mixture(8, 7, 10)},
    "iwae": {"standard": iwae(1, "standard"), "standard, beta 0.4": iwae(0.4, "standard"), "dreg": iwae(1, "dreg"), "dreg, beta 0.4": iwae(0.4, "dreg")},
    "beta-tc": beta_tc(0.7, 4, 1.3),
    "infovae": {"rbf": infovae(0.2, 10, 0.6, "rbf"), "imq": infovae(0.2, 10, 0.6, "imq")},
    "vq": vq(0.25, 0.9),
}
rounded = json.loads(json.dumps(values), parse_float=lambda text: float(f"{float(text):.9g}"))
Path(__file__).with_suffix(".json").write_text(json.dumps(rounded, indent=2) + "\n")
