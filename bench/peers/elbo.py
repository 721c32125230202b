"""The VAE of PyTorch's examples, trained on MNIST; prints its losses as one JSON object.

784-400-20, ReLU, PyTorch's initial weights, batch 128, Adam at 1e-3, pixels x/255 as Bernoulli targets, one sampled z.
Each value is in nats per example, summed over features and averaged over the set: train_loss over the
epoch while weights change; elbo = -(reconstruction + kl) on the test set after it, with one sampled z.

    python elbo.py --train-images train-images-idx3-ubyte --test-images t10k-images-idx3-ubyte.gz [--epochs 10] [--seed 1]
"""

import argparse
import gzip
import json
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

BATCH, LATENT = 128, 20


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.mu, self.logvar = nn.Linear(784, 400), nn.Linear(400, LATENT), nn.Linear(400, LATENT)
        self.decoder = nn.Sequential(nn.Linear(LATENT, 400), nn.ReLU(), nn.Linear(400, 784))

    def forward(self, x):
        """x [batch, 784] in 0..1 -> reconstruction and KL, summed over the batch"""
        h = F.relu(self.hidden(x))
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        reconstruction = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return reconstruction, kl


def read_images(path):
    """An IDX file of pictures, plain or gzipped -> [count, 784] float32 in 0..1"""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise SystemExit(str(error)) from None
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    magic, count, height, width = np.frombuffer(data, ">u4", 4) if len(data) >= 16 else (0, 0, 0, 0)
    if magic != 0x803 or len(data) != 16 + int(count) * int(height) * int(width) or height * width != 784:
        raise SystemExit(f"{path}: not an IDX file of 28x28 uint8 pictures")
    return torch.from_numpy(np.frombuffer(data, np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255)


def train(vae, optimizer, images):
    vae.train()
    total = 0.0
    for rows in torch.randperm(len(images)).split(BATCH):
        optimizer.zero_grad()
        loss = sum(vae(images[rows]))
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(images)


@torch.no_grad()
def test(vae, images):
    vae.eval()
    sums = np.zeros(2)
    for batch in images.split(BATCH):
        sums += [term.item() for term in vae(batch)]
    reconstruction, kl = sums / len(images)
    return {"elbo": -(reconstruction + kl), "reconstruction": reconstruction, "kl": kl}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train-images", required=True)
    parser.add_argument("--test-images", required=True)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    train_images, test_images = read_images(args.train_images), read_images(args.test_images)
    torch.manual_seed(args.seed)
    vae = Vae()
    # fused only saves time: the example's update, in one kernel
    optimizer = torch.optim.Adam(vae.parameters(), lr=1e-3, fused=True)
    epochs = []
    for epoch in range(1, args.epochs + 1):
        start = time.perf_counter()
        row = {"epoch": epoch, "train_loss": train(vae, optimizer, train_images)}
        row["seconds"] = time.perf_counter() - start
        row |= {f"test_{name}": value for name, value in test(vae, test_images).items()}
        epochs.append({name: round(value, 3) for name, value in row.items()})
    result = {
        "peer": "pytorch",
        "version": torch.__version__,
        "seed": args.seed,
        "train_examples": len(train_images),
        "test_examples": len(test_images),
        "unit": "nats per example",
        "epochs": epochs,
        "final": epochs[-1] if epochs else None,
    }
    json.dump(result, sys.stdout, indent=2)
    print()


main()
