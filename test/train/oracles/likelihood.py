"""Writes likelihood.json, beside it (biome formats it): log-probabilities, their gradients and means that
test/train/likelihood-oracles.test.ts holds ours against. One feature per row; all inputs are float32 numbers, all results
double precision.

- gaussian, laplace, categorical, continuous-bernoulli: torch.distributions, gradients by torch.autograd.
- discretized-logistic: differences of scipy.stats.logistic's cdf (of sf above the centre, so that none cancels);
  gradients by torch.autograd of the same differences of torch.sigmoid.
- continuous-bernoulli at |logit| > 20, where torch clamps its p: scipy.stats.truncexpon, which is the same distribution.

    pip install numpy==2.4.6 scipy==1.17.1 torch==2.15.0 && python likelihood.py
"""

import json
from itertools import product
from pathlib import Path

import numpy as np
import scipy
import torch
from scipy.stats import logistic, truncexpon
from torch.distributions import Categorical, ContinuousBernoulli, Laplace, Normal

torch.set_default_dtype(torch.float64)


def float32(values):
    return np.asarray(values, np.float32).astype(np.float64)


def grid(*axes):
    return [float32(column) for column in zip(*product(*axes))]


def by_torch(log_prob, x, **parameters):
    """log_prob(x, **parameters) of each row, and its gradients by each parameter."""
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in parameters.items()}
    value = log_prob(torch.tensor(x), **leaves)
    gradients = torch.autograd.grad(value.sum(), list(leaves.values()))
    return {
        "x": x.tolist(),
        "parameters": {name: value.tolist() for name, value in parameters.items()},
        "log_prob": value.tolist(),
        "gradients": {name: value.tolist() for name, value in zip(leaves, gradients)},
    }


def gaussian(x, x_loc, x_logvar):
    return Normal(x_loc, torch.exp(x_logvar / 2)).log_prob(x)


def laplace(x, x_loc, x_logscale):
    return Laplace(x_loc, torch.exp(x_logscale)).log_prob(x)


def discretized(x, x_loc, x_logscale):
    scale = torch.exp(x_logscale)
    upper, lower = (x + 0.5 / 255 - x_loc) / scale, (x - 0.5 / 255 - x_loc) / scale
    upper = torch.where(x > 1 - 0.25 / 255, torch.inf, upper)
    lower = torch.where(x < 0.25 / 255, -torch.inf, lower)
    above = x > x_loc
    high = torch.sigmoid(torch.where(above, -lower, upper))
    low = torch.sigmoid(torch.where(above, -upper, lower))
    return torch.log(high - low)


def discretized_by_scipy(x, loc, log_scale):
    of = logistic(loc=loc, scale=np.exp(log_scale))
    upper = np.inf if x > 1 - 0.25 / 255 else x + 0.5 / 255
    lower = -np.inf if x < 0.25 / 255 else x - 0.5 / 255
    return float(np.log(of.sf(lower) - of.sf(upper) if x > loc else of.cdf(upper) - of.cdf(lower)))


def continuous_bernoulli():
    x, logits = grid([0, 0.25, 155 / 255, 1], [-20, -10, -3, -1, -0.99, -0.5, -0.01, -1e-4, 0, 1e-6, 0.03, 0.7, 1, 1.01, 5, 15])
    rows = by_torch(lambda x, x_logits: ContinuousBernoulli(logits=x_logits).log_prob(x), x, x_logits=logits)
    rows["mean"] = ContinuousBernoulli(logits=torch.tensor(logits)).mean.tolist()
    return rows


def continuous_bernoulli_extreme():
    x, logits = grid([0, 0.25, 155 / 255, 1], [-1e4, -300, -88, -25, 25, 88, 300, 1e4])
    size = np.abs(logits)
    falling = np.where(logits < 0, x, 1 - x)
    of = truncexpon(b=size, scale=1 / size)
    mean = np.where(logits < 0, of.mean(), 1 - of.mean())
    return {
        "x": x.tolist(),
        "parameters": {"x_logits": logits.tolist()},
        "log_prob": of.logpdf(falling).tolist(),
        "gradients": {"x_logits": (x - mean).tolist()},
        "mean": mean.tolist(),
    }


def categorical(levels, scale):
    rng = np.random.default_rng(levels)
    logits = float32(scale * rng.standard_normal((6, levels)))
    level = np.array([0, levels - 1, 1, levels // 2, 0, levels - 1])
    logits[4], logits[5] = 0, 0
    logits[4, 0], logits[5, 0] = 200, 200
    x = float32(level / (levels - 1))
    rows = by_torch(lambda x, x_logits: Categorical(logits=x_logits).log_prob(torch.tensor(level)), x, x_logits=logits)
    rows["mean"] = (torch.softmax(torch.tensor(logits), 1) @ torch.linspace(0, 1, levels)).tolist()
    return rows


def main():
    pixels = np.array([0, 1, 100, 128, 254, 255]) / 255
    locations = [1e-6, 0.1, 0.5, 0.501, 0.999]
    x, loc, logvar = grid(pixels, locations, [-12.4, -6, -2, 0, 5, 90])
    rows = {"gaussian": by_torch(gaussian, x, x_loc=loc, x_logvar=logvar)}
    x, loc, logscale = grid(pixels, locations, [-6.2, -3, -1, 0, 4, 40])
    rows["laplace"] = by_torch(laplace, x, x_loc=loc, x_logscale=logscale)
    x, loc, logscale = grid(pixels, locations, [-5.5, -4, -2, 0, 2, 4.5])
    rows["discretized-logistic"] = by_torch(discretized, x, x_loc=loc, x_logscale=logscale)
    rows["discretized-logistic"]["log_prob"] = [discretized_by_scipy(*row) for row in zip(x, loc, logscale)]
    near = [(0, 1e-6), (0, 0.02), (128 / 255, 0.5), (128 / 255, 0.501), (128 / 255, 0.6), (1, 0.999), (1, 0.98)]
    x, loc, logscale = (float32(column) for column in zip(*((*row, -7.6) for row in near)))
    rows["discretized-logistic-narrow"] = by_torch(discretized, x, x_loc=loc, x_logscale=logscale)
    rows["continuous-bernoulli"] = continuous_bernoulli()
    rows["continuous-bernoulli-extreme"] = continuous_bernoulli_extreme()
    rows["categorical-2"] = categorical(2, 3)
    rows["categorical-5"] = categorical(5, 10)
    rows["categorical-256"] = categorical(256, 2)
    source = f"likelihood.py with numpy {np.__version__}, scipy {scipy.__version__}, torch {torch.__version__}"
    text = json.dumps({"source": source, "rows": {name: rounded(value) for name, value in rows.items()}})
    assert "NaN" not in text and "Infinity" not in text
    Path(__file__).with_suffix(".json").write_text(text + "\n")


def rounded(value):
    if isinstance(value, dict):
        return {name: rounded(item) for name, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list) else float(f"{value:.10g}")


main()
