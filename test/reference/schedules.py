"""Learning rates from torch.optim.lr_scheduler: schedules.json and schedules-random.json of the fixtures.

    python test/reference/schedules.py

writes these two alone; generate.py writes them with all others.
"""

import json
import random
from math import floor
from pathlib import Path

import torch
from torch import nn
from torch.optim import lr_scheduler as schedulers

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def rates_of(make, rate, total, warmup, start=0.01):
    """The learning rate of each step; `make` gives the scheduler for so many steps. None where PyTorch fails."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=rate)
    try:
        if warmup >= total:
            scheduler = schedulers.LinearLR(optimizer, start, 1.0, warmup)
        elif warmup > 0:
            first = schedulers.LinearLR(optimizer, start, 1.0, warmup)
            scheduler = schedulers.SequentialLR(optimizer, [first, make(optimizer, total - warmup)], [warmup])
        else:
            scheduler = make(optimizer, total)
        rates = []
        for _ in range(total):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return rates
    except ZeroDivisionError:
        return None


def schedules():
    """Learning rates of every step of a run, from torch.optim.lr_scheduler."""
    epochs, per_epoch, rate = 6, 7, 0.4
    total = epochs * per_epoch
    makers = {
        "constant": ({"kind": "constant"}, lambda o, n: schedulers.ConstantLR(o, 1.0)),
        "step": ({"kind": "step", "every": 2, "gamma": 0.5}, lambda o, n: schedulers.StepLR(o, 14, 0.5)),
        "multi-step": (
            {"kind": "multi-step", "milestones": [1, 3, 4.5], "gamma": 0.1},
            lambda o, n: schedulers.MultiStepLR(o, [7, 21, 32], 0.1),
        ),
        "cosine": ({"kind": "cosine", "finalFactor": 0.1}, lambda o, n: schedulers.CosineAnnealingLR(o, n, 0.04)),
        "linear": ({"kind": "linear", "finalFactor": 0.2}, lambda o, n: schedulers.LinearLR(o, 1.0, 0.2, n)),
        "one-cycle": (
            {"kind": "one-cycle", "risingShare": 0.3, "initialDivisor": 25, "finalDivisor": 1e4},
            lambda o, n: schedulers.OneCycleLR(o, rate, n, cycle_momentum=False),
        ),
    }
    cases = []
    for schedule, make in makers.values():
        for warmup, start in ((0, 0.01), (2, 0.01), (2, 0.25), (2, 1.0)):
            # OneCycleLR has a warm-up of its own and takes no part in a SequentialLR.
            if warmup and schedule["kind"] == "one-cycle":
                continue
            steps = round(warmup * per_epoch)
            rates = rates_of(make, rate, total, steps, start)
            cases.append({"schedule": schedule, "warmup": warmup, "warmupStart": start, "rates": rates})
    document = {"epochs": epochs, "stepsPerEpoch": per_epoch, "learningRate": rate, "cases": cases}
    (FIXTURES / "schedules.json").write_text(json.dumps(document, indent=1) + "\n")
    random_schedules()


def in_steps(epochs, per_epoch):
    """As the engine rounds lengths: Python's round goes to even numbers."""
    return max(1, floor(epochs * per_epoch + 0.5))


def draw(kind, rate, per_epoch, epochs):
    """A schedule's settings with values from their whole range, and its maker."""
    gamma = random.choice([0.1, 0.5, 0.97, 1.0])
    length = lambda: round(random.uniform(0.01, 1.2) * epochs, 3)
    final = random.choice([0, 1, round(random.random(), 4)])
    if kind == "constant":
        return {}, lambda o, n: schedulers.ConstantLR(o, 1.0)
    if kind == "step":
        every = length()
        return {"every": every, "gamma": gamma}, lambda o, n: schedulers.StepLR(o, in_steps(every, per_epoch), gamma)
    if kind == "multi-step":
        milestones = [length() for _ in range(random.randint(1, 5))]
        steps = [in_steps(milestone, per_epoch) for milestone in milestones]
        return (
            {"milestones": milestones, "gamma": gamma},
            lambda o, n: schedulers.MultiStepLR(o, sorted(steps), gamma),
        )
    if kind == "cosine":
        return {"finalFactor": final}, lambda o, n: schedulers.CosineAnnealingLR(o, n, final * rate)
    if kind == "linear":
        return {"finalFactor": final}, lambda o, n: schedulers.LinearLR(o, 1.0, final, n)
    share = random.choice([0.5, 0.25, 0.2, 0.1, 0.3, round(random.uniform(0.001, 0.999), 3)])
    initial, last = random.choice([1.0, 25.0, 1e6]), random.choice([1.0, 1e4, 1e9])
    return (
        {"risingShare": share, "initialDivisor": initial, "finalDivisor": last},
        lambda o, n: schedulers.OneCycleLR(
            o, rate, n, pct_start=share, div_factor=initial, final_div_factor=last, cycle_momentum=False
        ),
    )


def random_schedules(count=40, kept=16):
    """Runs of 1 to 3,000 steps with settings at random, the rates of some steps each; null where PyTorch fails."""
    random.seed(0)
    cases = []

    def add(kind, epochs, per_epoch, warmup, settings=None):
        rate = random.choice([0.1, 0.001, 3.0])
        drawn, make = settings(rate) if settings else draw(kind, rate, per_epoch, epochs)
        total, steps = epochs * per_epoch, floor(warmup * per_epoch + 0.5)
        rates = rates_of(make, rate, total, steps)
        places = sorted({0, total - 1, *random.sample(range(total), min(total, kept - 2))})
        cases.append(
            {
                "schedule": {"kind": kind, **drawn},
                "warmup": warmup,
                "epochs": epochs,
                "stepsPerEpoch": per_epoch,
                "learningRate": rate,
                "rates": rates and [[place, rates[place]] for place in places],
            }
        )

    for kind in ("constant", "step", "multi-step", "cosine", "linear", "one-cycle"):
        for _ in range(count):
            epochs = random.choice([1, 1, 2, 3, 5, 10, 30])
            per_epoch = random.choice([1, 2, 3, 4, 5, 7, 10, 50, random.randint(1, 3000 // epochs)])
            per_epoch = min(per_epoch, 3000 // epochs)
            # OneCycleLR has a warm-up of its own and takes no part in a SequentialLR.
            warm = kind != "one-cycle" and random.random() < 0.5
            add(kind, epochs, per_epoch, round(random.uniform(0, 1.2) * epochs, 2) if warm else 0)
    for share, total in ((0.5, 2), (0.2, 5), (0.1, 10), (0.25, 4), (0.001, 1000)):
        add(
            "one-cycle", 1, total, 0,
            lambda rate, share=share: (
                {"risingShare": share},
                lambda o, n: schedulers.OneCycleLR(o, rate, n, pct_start=share, cycle_momentum=False),
            ),
        )
    (FIXTURES / "schedules-random.json").write_text(json.dumps({"cases": cases}) + "\n")


if __name__ == "__main__":
    schedules()
