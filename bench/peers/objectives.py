"""Losses of a VAE's first Adam steps in PyTorch, from weights, batches and noise that come from outside.

Each job is a .safetensors file. Its tensors: x [steps, rows, ...shape] uint8, eps [steps, samples * rows, latent], and
the initial weights as Keras lays them out, `encoder/<layer>/kernel|bias`, `decoder/<layer>/kernel|bias`. Its
metadata: `job`, the rest as JSON: the two networks' layers, the objective, the learning rate. Float32 on the CPU.
Prints one JSON object with the terms of every step, in nats per example.

    python objectives.py job.safetensors [...]
"""

import json
import math
import platform
import sys

import numpy as np
import torch
from torch import nn
from torch.distributions import Independent, Normal, kl_divergence
from torch.nn import functional as F


class SameConv2d(nn.Conv2d):
    """TensorFlow's "same" padding: the odd pixel goes to the right and the bottom."""

    def forward(self, x):
        pads = []
        for size, kernel, stride in reversed(list(zip(x.shape[2:], self.kernel_size, self.stride))):
            total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
            pads += [total // 2, total - total // 2]
        return super().forward(F.pad(x, pads))


class SameConvTranspose2d(nn.ConvTranspose2d):
    """The other way round: `stride` times the size, with what the convolution would have padded cut off."""

    def forward(self, x):
        full = super().forward(x)
        (top, height), (left, width) = [
            ((kernel - stride) // 2, size * stride)
            for size, kernel, stride in zip(x.shape[2:], self.kernel_size, self.stride)
        ]
        return full[:, :, top : top + height, left : left + width]


class ToImage(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.unflatten(1, self.shape).permute(0, 3, 1, 2)


class ToRows(nn.Module):
    """Flattens as Keras does, channels last."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def with_weights(layer, kernel, bias):
    layer.weight = nn.Parameter(kernel.clone(memory_format=torch.contiguous_format))
    layer.bias = nn.Parameter(bias.clone())
    return layer


def make_layer(weights, name, layer, stride=1):
    kernel, bias = weights[f"{name}/kernel"], weights[f"{name}/bias"]
    if layer == "dense":
        return with_weights(nn.Linear(*kernel.shape), kernel.T, bias)
    # [h, w, in, out] -> [out, in, h, w]; Keras's transposed kernels are [h, w, out, in], PyTorch's [in, out, h, w]
    kind = {"conv": SameConv2d, "conv_transpose": SameConvTranspose2d}[layer]
    return with_weights(kind(1, 1, tuple(kernel.shape[:2]), stride), kernel.permute(3, 2, 0, 1), bias)


def make_network(weights, part, layers):
    modules = []
    for layer in layers:
        if layer["layer"] == "image":
            modules.append(ToImage(layer["shape"]))
        elif layer["layer"] == "rows":
            modules.append(ToRows())
        else:
            modules.append(make_layer(weights, f"{part}/{layer['name']}", layer["layer"], layer.get("stride", 1)))
            if layer["relu"]:
                modules.append(nn.ReLU())
    return nn.Sequential(*modules)


class Vae(nn.Module):
    """Bernoulli likelihood from logits, q(z|x) a diagonal Gaussian, standard normal prior."""

    def __init__(self, job, weights):
        super().__init__()
        self.trunk = make_network(weights, "encoder", job["encoder"])
        self.mu = make_layer(weights, "encoder/mu", "dense")
        self.logvar = make_layer(weights, "encoder/logvar", "dense")
        self.decoder = make_network(weights, "decoder", job["decoder"])

    def encode(self, x):
        h = self.trunk(x)
        return self.mu(h), self.logvar(h)

    def log_px(self, x, z):
        """z [..., batch, latent] -> ln p(x|z) [..., batch]"""
        logits = self.decoder(z.flatten(0, -2)).unflatten(0, z.shape[:-1])
        return -F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)


def gaussian(mu, logvar):
    return Independent(Normal(mu, torch.exp(0.5 * logvar)), 1)


def kl_to_prior(mu, logvar):
    return kl_divergence(gaussian(mu, logvar), gaussian(torch.zeros_like(mu), torch.zeros_like(mu)))


class Elbo:
    def __init__(self, job, tensors):
        self.beta = job["beta"]

    def __call__(self, vae, x, eps):
        mu, logvar = vae.encode(x)
        reconstruction = -vae.log_px(x, mu + torch.exp(0.5 * logvar) * eps).mean()
        kl = kl_to_prior(mu, logvar).mean()
        loss = reconstruction + self.beta * kl
        return loss, {"loss": loss, "reconstruction": reconstruction, "kl": kl}


class Iwae:
    """Burda et al. 2016, eq. 8; "dreg": the doubly reparameterised gradient, Tucker et al. 2019, eq. 8."""

    def __init__(self, job, tensors):
        self.samples, self.dreg = job["samples"], job["gradient"] == "dreg"

    def __call__(self, vae, x, eps):
        mu, logvar = vae.encode(x)
        z = mu + torch.exp(0.5 * logvar) * eps.unflatten(0, (self.samples, -1))
        q = gaussian(mu.detach(), logvar.detach()) if self.dreg else gaussian(mu, logvar)
        log_px = vae.log_px(x, z)
        log_w = log_px + gaussian(torch.zeros_like(z), torch.zeros_like(z)).log_prob(z) - q.log_prob(z)
        loss = -(log_w.logsumexp(0) - math.log(self.samples)).mean()
        terms = {"loss": loss, "reconstruction": -log_px.mean(), "kl": kl_to_prior(mu, logvar).mean()}
        if not self.dreg:
            return loss, terms
        # What flows back through z, and so into the encoder alone, is weighted a second time.
        weight = log_w.softmax(0).detach()
        z.register_hook(lambda gradient: weight.unsqueeze(-1) * gradient)
        return -(weight * log_w).sum(0).mean(), terms


class BetaTc:
    """Chen et al. 2018, eq. 4, with minibatch-stratified sampling (appendix C.2)."""

    def __init__(self, job, tensors):
        self.alpha, self.beta, self.gamma = job["alpha"], job["beta"], job["gamma"]
        self.log_weights = self.importance_weights(job["rows"], job["examples"]).log()

    @staticmethod
    def importance_weights(batch, examples):
        """[i, j]: the weight of q(z_i|x_j) in q(z_i). 1/N for z_i's own example; of the M others the next has the rest."""
        others = batch - 1
        weights = torch.full((batch, batch), 1 / others).fill_diagonal_(1 / examples)
        rest = (examples - others) / (examples * others)
        return weights.where(torch.eye(batch).roll(1, 1) == 0, rest)

    def __call__(self, vae, x, eps):
        mu, logvar = vae.encode(x)
        z = mu + torch.exp(0.5 * logvar) * eps
        log_px = vae.log_px(x, z)
        log_pz = Normal(0.0, 1.0).log_prob(z).sum(1)
        log_qz_of_x = gaussian(mu, logvar).log_prob(z)
        # [i, j, d] = ln q(z_i,d | x_j)
        pairs = Normal(mu, torch.exp(0.5 * logvar)).log_prob(z[:, None])
        log_qz = (self.log_weights + pairs.sum(2)).logsumexp(1)
        log_product = (self.log_weights[:, :, None] + pairs).logsumexp(1).sum(1)
        information = (log_qz_of_x - log_qz).mean()
        correlation = (log_qz - log_product).mean()
        dimensions = (log_product - log_pz).mean()
        loss = -log_px.mean() + self.alpha * information + self.beta * correlation + self.gamma * dimensions
        return loss, {
            "loss": loss,
            "reconstruction": -log_px.mean(),
            "kl": kl_to_prior(mu, logvar).mean(),
            "mutual_information": information,
            "total_correlation": correlation,
            "dimension_wise_kl": dimensions,
        }


class Vq:
    """van den Oord et al. 2017, eq. 3, the codebook by moving averages (appendix A.1), counts smoothed as in Sonnet."""

    epsilon = 1e-5

    def __init__(self, job, tensors):
        self.commitment, self.decay = job["commitment"], job["decay"]
        self.codebook, self.count, self.sum = [tensors[name] for name in ("codebook", "count", "sum")]

    def __call__(self, vae, x, eps):
        encoded, _ = vae.encode(x)
        codes, dimension = self.codebook.shape
        vectors = encoded.reshape(-1, dimension)
        squared = (vectors.detach()[:, None] - self.codebook).square().sum(2)
        nearest = squared.argmin(1)
        quantized = F.embedding(nearest, self.codebook).reshape(encoded.shape)
        reconstruction = -vae.log_px(x, encoded + (quantized - encoded).detach()).mean()
        commitment = F.mse_loss(encoded, quantized, reduction="none").sum(1).mean()
        loss = reconstruction + self.commitment * commitment
        used = F.one_hot(nearest, codes).to(vectors.dtype)
        perplexity = torch.special.entr(used.mean(0)).sum().exp()
        self.move(used, vectors.detach())
        return loss, {
            "loss": loss,
            "reconstruction": reconstruction,
            "commitment": commitment,
            "perplexity": perplexity,
        }

    def move(self, used, vectors):
        self.count = torch.lerp(used.sum(0), self.count, self.decay)
        self.sum = torch.lerp(used.T @ vectors, self.sum, self.decay)
        total = self.count.sum()
        smoothed = (self.count + self.epsilon) / (total + len(self.count) * self.epsilon) * total
        self.codebook = self.sum / smoothed[:, None]


OBJECTIVES = {"elbo": Elbo, "iwae": Iwae, "beta-tc": BetaTc, "vq": Vq}


def train(job, tensors):
    vae = Vae(job, tensors)
    objective = OBJECTIVES[job["objective"]](job, tensors)
    # Keras's epsilon and not PyTorch's
    optimizer = torch.optim.Adam(vae.parameters(), lr=job["learning_rate"], eps=1e-7)
    steps = []
    for pixels, eps in zip(tensors["x"], tensors["eps"]):
        minimised, terms = objective(vae, pixels.flatten(1).to(eps.dtype) / 255, eps)
        optimizer.zero_grad()
        minimised.backward()
        optimizer.step()
        steps.append({name: term.item() for name, term in terms.items()})
    return steps


def read(path):
    """A .safetensors file -> the job of its metadata, its tensors"""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        body = bytearray(file.read())
    job = json.loads(header.pop("__metadata__")["job"])
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        dtype = {"F32": np.float32, "U8": np.uint8}[entry["dtype"]]
        tensors[name] = torch.from_numpy(np.frombuffer(body[start:end], dtype).reshape(entry["shape"]).copy())
    return job, tensors


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    # One thread: the same rounding on every machine, and no threads that wait in turns where others work.
    torch.set_num_threads(1)
    jobs = [{"file": path, "steps": train(*read(path))} for path in sys.argv[1:]]
    versions = {"version": torch.__version__, "python": platform.python_version()}
    json.dump({"peer": "pytorch", **versions, "unit": "nats per example", "jobs": jobs}, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
