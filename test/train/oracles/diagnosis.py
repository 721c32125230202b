"""Oracle values for test/train/diagnosis-measures.test.ts, from numpy and torch: python test/train/oracles/diagnosis.py"""

import numpy as np
import torch
from torch.distributions import Bernoulli, Laplace, Normal

i, j = np.meshgrid(np.arange(40), np.arange(6), indexing="ij")
x = np.sin(1 + 0.7 * i * (j + 1)) * (6 - j) + np.cos(0.3 * i)
print("eigenvalues", np.linalg.eigvalsh(np.cov(x, rowvar=False))[::-1].tolist())

i, j = np.meshgrid(np.arange(12), np.arange(5), indexing="ij")
x = torch.tensor(0.5 + 0.5 * np.sin(1 + 1.3 * i * (j + 1)))
halves = (x[0::2], x[1::2])


def cross(score):
    return ((score(*halves) + score(*halves[::-1])).sum() / 12).item()


def bernoulli(fit, judge):
    p = (fit.sum(0) + 0.5) / (len(fit) + 1)
    return Bernoulli(p, validate_args=False).log_prob(judge)


def gaussian(sigma=None):
    def score(fit, judge):
        mean = fit.mean(0)
        scale = sigma or ((fit - mean) ** 2).mean().sqrt()
        return Normal(mean, scale).log_prob(judge)

    return score


def laplace(fit, judge):
    median = fit.sort(0).values[len(fit) // 2]
    return Laplace(median, (fit - median).abs().mean()).log_prob(judge)


print("bernoulli", cross(bernoulli))
print("gaussian", cross(gaussian()))
print("gaussian, sigma 0.2", cross(gaussian(0.2)))
print("laplace", cross(laplace))
