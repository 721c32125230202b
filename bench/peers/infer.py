"""PyTorch's time to decode, eager, under inference_mode: the MLP decoder 32-256-512-784 and the conv decoder of Keras's example.

Every thread count up to the number of cores; the best counts. Prints one JSON object; milliseconds.

    python infer.py [runs]
"""

import json
import os
import statistics
import sys
import time

import torch
from torch import nn

BATCHES = [1, 16, 256]


class Mlp(nn.Module):
    latent = 32

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(32, 256), nn.ReLU(), nn.Linear(256, 512), nn.ReLU(), nn.Linear(512, 784)
        )

    def forward(self, z):
        """z [batch, 32] -> mean [batch, 784] in 0 to 255, logits"""
        logits = self.layers(z)
        return torch.sigmoid(logits) * 255, logits


class Conv(nn.Module):
    latent = 2

    def __init__(self):
        super().__init__()
        self.up = nn.Linear(2, 3136)
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(64, 64, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 3, padding=1),
        )

    def forward(self, z):
        """z [batch, 2] -> mean [batch, 1, 28, 28] in 0 to 255, logits"""
        logits = self.layers(torch.relu(self.up(z)).view(-1, 64, 7, 7))
        return torch.sigmoid(logits) * 255, logits


def best_median(model, batch, runs):
    z = torch.sin(torch.arange(batch * model.latent, dtype=torch.float32)).view(batch, model.latent)
    medians = []
    for threads in range(1, (os.cpu_count() or 1) + 1):
        torch.set_num_threads(threads)
        times = []
        end = time.perf_counter() + 0.8
        for i in range(runs + 20):
            began = time.perf_counter()
            model(z)
            if i >= 20:
                times.append((time.perf_counter() - began) * 1000)
            if len(times) >= 5 and time.perf_counter() > end:
                break
        medians.append(statistics.median(times))
    return min(medians)


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    torch.manual_seed(0)
    times = {}
    with torch.inference_mode():
        for name, model in {"mlp": Mlp().eval(), "conv": Conv().eval()}.items():
            for batch in BATCHES:
                times[f"{name} {batch}"] = best_median(model, batch, runs)
    print(json.dumps({"version": torch.__version__, "times": times}))


main()
