"""Marginal likelihood and ELBO of linear Gaussian VAEs, in double precision: writes linear-gaussian.json.

x = W z + b + sigma e, z and e standard normal, so p(x) = N(b, W W' + sigma^2 I) (probabilistic PCA without the
rotation's symmetry; Tipping & Bishop 1999); q(z|x) = N(A (x - b), diag(variance)).
Made with torch 2.15: python linear_gaussian.py
"""

import json
from pathlib import Path

import torch

torch.set_default_dtype(torch.float64)
Normal, Independent = torch.distributions.Normal, torch.distributions.Independent

pixels = [
    [128, 120, 140, 131],
    [150, 96, 118, 160],
    [90, 110, 170, 99],
    [131, 155, 127, 88],
    [101, 140, 121, 143],
    [163, 128, 90, 150],
]
b, sigma = torch.full((4,), 0.5), 0.1
x = torch.tensor(pixels) / 255


def case(weights, a=None, variance=None):
    w = torch.tensor(weights)
    posterior = torch.linalg.inv(torch.eye(2) + w.T @ w / sigma**2)
    a = posterior @ w.T / sigma**2 if a is None else torch.tensor(a)
    variance = posterior.diagonal() if variance is None else torch.tensor(variance)
    mean = (x - b) @ a.T
    q = Independent(Normal(mean, variance.sqrt().expand_as(mean)), 1)
    prior = Independent(Normal(torch.zeros_like(mean), torch.ones_like(mean)), 1)
    at_mean = Independent(Normal(mean @ w.T + b, sigma), 1).log_prob(x)
    marginal = torch.distributions.MultivariateNormal(b, w @ w.T + sigma**2 * torch.eye(4))
    return {
        "w": w.tolist(),
        "a": a.tolist(),
        "variance": variance.tolist(),
        "log_px": marginal.log_prob(x).tolist(),
        "kl": torch.distributions.kl_divergence(q, prior).tolist(),
        "expected_log_px_given_z": (at_mean - 0.5 / sigma**2 * (w * w).sum(0) @ variance).tolist(),
    }


cases = {
    "exact": case([[0.06, 0.0], [0.03, 0.0], [0.0, 0.05], [0.0, -0.04]]),
    "loose": case(
        [[0.06, 0.02], [0.03, -0.05], [-0.04, 0.03], [0.01, 0.06]],
        [[3.0, 1.0, -2.0, 0.5], [1.0, -2.5, 1.5, 3.0]],
        [0.25, 1.3],
    ),
}
out = {"pixels": pixels, "sigma": sigma, "cases": cases}
Path(__file__).with_name("linear-gaussian.json").write_text(json.dumps(out, indent=1) + "\n")
