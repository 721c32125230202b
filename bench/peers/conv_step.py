"""PyTorch's time for loss and gradients of the convolutional VAE in bench/support/conv-vae.mjs.

Eager, every thread count up to the number of cores, both memory formats. Prints one JSON object; milliseconds.

    python conv_step.py [rows] [steps] [warmup]
"""

import json
import os
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

LATENT = 2
ROUNDS = 3


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, stride=2, padding=1)
        self.dense = nn.Linear(3136, 16)
        self.mu, self.logvar = nn.Linear(16, LATENT), nn.Linear(16, LATENT)
        self.up = nn.Linear(LATENT, 3136)
        self.convT1 = nn.ConvTranspose2d(64, 64, 3, stride=2, padding=1, output_padding=1)
        self.convT2 = nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1)
        self.convT3 = nn.ConvTranspose2d(32, 1, 3, padding=1)

    def forward(self, x, eps):
        """x [batch, 1, 28, 28] in 0 to 1, eps [batch, latent] -> the loss, a scalar, in nats per example"""
        h = F.relu(self.conv2(F.relu(self.conv1(x))))
        h = F.relu(self.dense(h.flatten(1)))
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.exp(0.5 * logvar) * eps
        h = F.relu(self.up(z)).view(-1, 64, 7, 7)
        logits = self.convT3(F.relu(self.convT2(F.relu(self.convT1(h)))))
        nll = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = -0.5 * torch.sum(1 + logvar - mu * mu - torch.exp(logvar))
        return (nll + kl) / x.shape[0]


def make(rows, memory_format):
    torch.manual_seed(0)
    vae = Vae().to(memory_format=memory_format)
    x = (torch.randn(rows, 1, 28, 28) - 0.8).clamp(0, 1).to(memory_format=memory_format)
    eps = torch.randn(rows, LATENT)

    def step():
        vae.zero_grad(set_to_none=True)
        loss = vae(x, eps)
        loss.backward()
        return loss.item()

    return step


def main():
    rows, steps, warmup = [int(text) for text in sys.argv[1:4]] if len(sys.argv) > 3 else (128, 30, 5)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    formats = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}
    ways = {
        (name, threads): make(rows, memory_format)
        for name, memory_format in formats.items()
        for threads in range(1, min(cores, 8) + 1)
    }
    times = {way: [] for way in ways}
    # in turns: a neighbour's burst of load then falls on all of them and not on one
    for _ in range(ROUNDS):
        for way, step in ways.items():
            torch.set_num_threads(way[1])
            for _ in range(warmup):
                step()
            for _ in range(max(1, steps // ROUNDS)):
                begin = time.perf_counter()
                step()
                times[way].append((time.perf_counter() - begin) * 1e3)
    medians = {f"{name}, threads {threads}": statistics.median(times[name, threads]) for name, threads in ways}
    print(json.dumps({"version": torch.__version__, "rows": rows, "medians": medians}))


main()
