"""How fast the fleet is.

The same kind of runs all at once, and one by one in plain torch on the same device.

python tests/benchmarks/fleet.py [--runs 256] [--epochs 100] [--alone 4] [--device auto|cuda|cpu]

Two hidden layers of 32, up to 512 examples, batches of a quarter of them, a population of 4,096;
every run with its second half and at two other rates. The peer is what one would write for one run:
torch's modules, optimizer and automatic differentiation, the same evaluations. ``--alone`` of the
runs are trained so and the time multiplied.
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
import time
from pathlib import Path

import torch
from torch import nn

from analyzer.trainer import fleet, pack
from analyzer.trainer.devices import choose_device, describe
from analyzer.trainer.sampling import Config, draw
from analyzer.trainer.tasks import FAMILIES, Source, Task


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=256)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--alone", type=int, default=4)
    parser.add_argument("--device", default="auto")
    given = parser.parse_args()
    device = choose_device(given.device)
    configs = [config(index, given.epochs) for index in range(given.runs)]
    together = fleet_seconds(configs, device)
    alone = alone_seconds(configs[: given.alone], device) * given.runs / given.alone
    work = given.runs * given.epochs
    print(f"device                         {describe(device)}")
    print(f"{given.runs} runs x {given.epochs} epochs")
    print(
        f"fleet                          {together:.1f} s, {work / together:.0f} run "
        "epochs a second"
    )
    print(
        f"one by one (from {given.alone})           {alone:.1f} s, {work / alone:.0f} "
        "run epochs a second"
    )
    print(f"ratio                          {alone / together:.1f}")


def config(index: int, epochs: int) -> Config:
    drawn = draw(0, index)
    examples = min(512, drawn.train_examples) // 4 * 4
    return dataclasses.replace(
        drawn,
        width=32,
        epochs=epochs,
        train_examples=examples,
        batch_size=examples // 4,
        per_step=False,
    )


def fleet_seconds(configs: list[Config], device: torch.device) -> float:
    """Return the seconds of a fleet of these configurations, labels and files included."""
    taken = dict(enumerate(configs))
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        fleet.make(
            runs=len(taken),
            seed=0,
            device=device,
            output=Path(folder),
            choose=lambda _, index: taken[index],
        )
        return time.perf_counter() - start


def alone_seconds(configs: list[Config], device: torch.device) -> float:
    start = time.perf_counter()
    for config in configs:
        for rate, epochs in zip(
            pack.RATES, (2 * config.epochs, config.epochs, config.epochs), strict=True
        ):
            alone(config, rate, epochs, device)
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def alone(
    config: Config, rate: float, epochs: int, device: torch.device
) -> list[tuple[float, ...]]:
    """Train one network as one would by hand, and evaluate it after every epoch."""
    family = FAMILIES[config.family]
    source = Source(torch.Generator(device).manual_seed(0), device, 1)
    task = Task(family, source, torch.tensor([config.noise], device=device))
    (x, y), *watched = (
        (inputs[0], target[0])
        for inputs, target in map(
            task.examples, (config.train_examples, pack.POPULATION, *config.val_examples)
        )
    )
    activation = nn.ReLU if family.activation == "relu" else nn.Tanh
    model = nn.Sequential(
        nn.Linear(family.features, config.width),
        activation(),
        nn.Dropout(config.dropout),
        nn.Linear(config.width, config.width),
        activation(),
        nn.Dropout(config.dropout),
        nn.Linear(config.width, max(family.classes, 1)),
    ).to(device)
    loss_of = (
        nn.functional.cross_entropy
        if family.classes
        else lambda out, want: ((out[:, 0] - want) ** 2).mean()
    )
    optimizer = torch.optim.Adam(model.parameters(), config.lr * rate)
    found = []
    for _ in range(epochs):
        model.train()
        for rows in torch.randperm(len(x), device=device).split(config.batch_size):
            optimizer.zero_grad()
            loss_of(model(x[rows]), y[rows]).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            found.append(
                tuple(
                    float(loss_of(model(inputs), target)) for inputs, target in [(x, y), *watched]
                )
            )
    return found


if __name__ == "__main__":
    main()
