"""What PyTorch computes for optimizers, clipping, learning rates, averaged weights and the KL's part of a loss, in
float64, as one JSON object. Its output is kept beside it, for tests that run without Python:

    python learning.py > learning.json
"""

import json

import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, MultiStepLR, ReduceLROnPlateau, SequentialLR, StepLR
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn, get_swa_avg_fn

torch.set_default_dtype(torch.float64)
random = torch.Generator().manual_seed(4)


def draw(*shape, scale=1.0):
    return (torch.randn(*shape, generator=random) * scale * 1024).round() / 1024


def numbers(tensor):
    return [float(f"{value:.12g}") for value in tensor.detach().flatten().tolist()]


def optimizers():
    start, gradients, learning_rates = draw(4), draw(8, 4), [0.1] * 4 + [0.02] * 4
    cases = {
        "adam": lambda w: torch.optim.Adam(w, betas=(0.8, 0.95), eps=1e-8),
        "adamw": lambda w: torch.optim.AdamW(w, weight_decay=0.3, eps=1e-7),
        "rmsprop": lambda w: torch.optim.RMSprop(w, alpha=0.7, eps=1e-15, momentum=0.6),
        "sgd": lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.8),
        "nesterov": lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.8, nesterov=True),
    }
    after = {}
    for name, create in cases.items():
        weight = start.clone().requires_grad_()
        optimizer = create([weight])
        after[name] = []
        for gradient, learning_rate in zip(gradients, learning_rates, strict=True):
            optimizer.param_groups[0]["lr"] = learning_rate
            weight.grad = gradient.clone()
            optimizer.step()
            after[name].append(numbers(weight))
    return {
        "start": numbers(start),
        "gradients": [numbers(gradient) for gradient in gradients],
        "learningRates": learning_rates,
        "after": after,
    }


def clip():
    cases = []
    for limit, scale in [(1.0, 1.0), (2.5, 100.0), (50.0, 1.0), (1.0, 0.0), (1e-4, 1e-3)]:
        values = [draw(2, 3, scale=1.0) * scale, draw(5) * scale]
        weights = [torch.zeros_like(value, requires_grad=True) for value in values]
        for weight, value in zip(weights, values, strict=True):
            weight.grad = value.clone()
        norm = torch.nn.utils.clip_grad_norm_(weights, limit)
        cases.append({
            "limit": limit,
            "gradients": [numbers(value) for value in values],
            "norm": float(norm),
            "clipped": [numbers(weight.grad) for weight in weights],
        })
    return cases


def rates():
    def of(create, steps, losses=None, learning_rate=0.4):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=learning_rate)
        scheduler = create(optimizer)
        rates = []
        for step in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step(*([losses[step]] if losses else []))
        return numbers(torch.tensor(rates))

    warmup = lambda o: LinearLR(o, start_factor=1 / 4, total_iters=3)
    losses = [9, 7, 7.2, 7.005, 6.995, 6.5, 6.6, 6.7, 6.8, 6.6, 6.6, 6.6, 5, 5.1, 5.1, 5.1, 5.1, 5.1, 5.1, 5.1, -3, -2, -3, -3, -3]
    plateau = {"threshold_mode": "abs", "eps": 0}
    return {
        "cosine": of(lambda o: CosineAnnealingLR(o, T_max=12, eta_min=0.05), 12),
        "warmup": of(lambda o: SequentialLR(o, [warmup(o), CosineAnnealingLR(o, T_max=8)], milestones=[4]), 12),
        "step": of(lambda o: StepLR(o, step_size=2, gamma=0.3), 7),
        "milestones": of(lambda o: MultiStepLR(o, milestones=[1, 4, 5], gamma=0.5), 7),
        "losses": losses,
        "plateau": of(lambda o: ReduceLROnPlateau(o, factor=0.5, patience=1, threshold=0.6, **plateau), 25, losses),
        "cooldown": of(
            lambda o: ReduceLROnPlateau(o, factor=0.5, patience=1, threshold=0, cooldown=2, min_lr=0.03, **plateau),
            25,
            losses,
        ),
    }


def average():
    """The running mean until its share 1/n falls below 1 - decay, the exponential average from there."""
    decay, values = 0.75, draw(12, 3)
    mean, exponential = get_swa_avg_fn(), get_ema_avg_fn(decay)

    def update(averaged, value, count):
        return (mean if 1 / (count + 1) > 1 - decay else exponential)(averaged, value, count)

    model = torch.nn.Linear(3, 1, bias=False)
    averaged = AveragedModel(model, avg_fn=update)
    after = []
    for value in values:
        model.weight.data = value.reshape(1, 3).clone()
        averaged.update_parameters(model)
        after.append(numbers(averaged.module.weight))
    return {"decay": decay, "weights": [numbers(value) for value in values], "after": after}


def kl_control():
    kl, beta, capacity, nats = draw(3, 6).abs(), 1.7, 6.25, 0.75
    rules = {
        "plain": lambda k: beta * k.sum(1).mean(),
        "below capacity": lambda k: beta * (k.sum(1).mean() - capacity).abs(),
        "above capacity": lambda k: beta * (k.sum(1).mean() - capacity / 4).abs(),
        "free bits 1": lambda k: beta * k.mean(0).clamp(min=nats).sum(),
        "free bits 2": lambda k: beta * k.reshape(3, 3, 2).sum(2).mean(0).clamp(min=2 * nats).sum(),
        "free bits 6": lambda k: beta * k.sum(1).mean().clamp(min=nats),
    }
    results = {}
    for name, rule in rules.items():
        leaf = kl.clone().requires_grad_()
        loss = rule(leaf)
        loss.backward()
        results[name] = {"loss": loss.item(), "gradient": numbers(leaf.grad)}
    return {"kl": numbers(kl), "beta": beta, "capacity": capacity, "nats": nats, "results": results}


values = {
    "torch": torch.__version__.split("+")[0],
    "optimizers": optimizers(),
    "clip": clip(),
    "rates": rates(),
    "average": average(),
    "klControl": kl_control(),
}
print(json.dumps(values, indent=2))
