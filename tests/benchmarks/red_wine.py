"""What explains the val MAE of the red-wine course: each choice that its text leaves open, tried.

    python tests/benchmarks/red_wine.py winequality-red.csv [--seeds 3] [--only NAME]

The course prints a lowest val MAE of 0.0921 for one run. Its code gives the network, the loss, the
optimizer, the batch size and early stopping; the split and the scaling are not shown. Each line
changes one choice against the reproduction of ``analyzer train red-wine`` and prints the lowest
val MAE of each seed, their mean, and the last epochs.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.trainer import red_wine
from analyzer.trainer.data import Array, Data, Rows
from analyzer.trainer.keras_model import build, import_keras
from analyzer.trainer.keras_session import fit
from analyzer.trainer.scenarios import SCENARIOS

_LEAST = 1e-12  # of a width: 0 would divide by zero


@dataclass(frozen=True)
class Choice:
    """What one reproduction of the course does; the defaults are those of the trainer."""

    share: float = 0.7  # of the rows that train
    split: int = 0  # seed of the order of the rows
    scaled_by: str = "train"
    unique: bool = False
    init: str = "glorot_uniform"
    patience: int | None = 20
    min_delta: float = 0.001
    epochs: int = 500


CHOICES: Mapping[str, Choice] = {
    "as analyzer train red-wine": Choice(),
    "80 % of the rows train": Choice(share=0.8),
    "75 % of the rows train": Choice(share=0.75),
    "90 % of the rows train": Choice(share=0.9),
    "another split (seed 1)": Choice(split=1),
    "another split (seed 5)": Choice(split=5),
    "scaled by all rows": Choice(scaled_by="all"),
    "features by mean and deviation": Choice(scaled_by="deviation"),
    "without duplicates": Choice(unique=True),
    "He initialisation": Choice(init="he_uniform"),
    "patience 50": Choice(patience=50),
    "min_delta 0": Choice(min_delta=0.0),
    "no early stopping, 300 epochs": Choice(patience=None, epochs=300),
}


def data_of(table: Array, choice: Choice) -> Data:
    """Return the rows as a choice splits and scales them."""
    if choice.unique:
        table = table[np.sort(np.unique(table, axis=0, return_index=True)[1])]
    order = np.random.RandomState(choice.split).permutation(len(table))
    train, val = np.split(table[order], [round(choice.share * len(table))])
    base = table if choice.scaled_by == "all" else train
    low, width = base.min(axis=0), np.maximum(np.ptp(base, axis=0), _LEAST)
    if choice.scaled_by == "deviation":
        low, width = low.copy(), width.copy()
        low[:-1], width[:-1] = train[:, :-1].mean(axis=0), train[:, :-1].std(axis=0)
    rows = [_rows((part - low) / width) for part in (train, val)]
    return Data(rows[0], rows[1], rows[1], classes=0, loss="mae")


def _rows(table: Array) -> Rows:
    return Rows(table[:, :-1].astype(np.float32), table[:, -1:].astype(np.float32))


def lowest(table: Array, choice: Choice, seed: int) -> tuple[float, int]:
    """Train once; return the lowest val MAE and the number of epochs."""
    scenario = replace(
        SCENARIOS["red-wine"],
        min_delta=choice.min_delta,
        epochs=choice.epochs,
    )
    data = data_of(table, choice)
    model = build(scenario, data, seed=seed, lr=scenario.lr)
    if choice.init != "glorot_uniform":
        _initialised(model, choice.init, seed)
    found = fit(model, scenario, data, patience=choice.patience).history["val_loss"]
    return float(min(found)), len(found)


def _initialised(model: Any, name: str, seed: int) -> None:
    """Draw the kernels of all layers again from another distribution."""
    keras = import_keras()
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    for at, layer in enumerate(dense):
        draw = keras.initializers.get({"class_name": name, "config": {"seed": 1000 * seed + at}})
        layer.kernel.assign(draw(layer.kernel.shape))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", action="append", help="names of choices; default: all")
    options = parser.parse_args()
    import_keras()
    import torch

    torch.set_num_threads(1)
    table = red_wine.read(options.table)
    for name in options.only or CHOICES:
        runs = [lowest(table, CHOICES[name], seed) for seed in range(options.seeds)]
        values = [value for value, _ in runs]
        shown = " ".join(f"{value:.4f}" for value in values)
        epochs = "/".join(str(count) for _, count in runs)
        print(f"{name:32} mean {np.mean(values):.4f}  {shown}  epochs {epochs}", flush=True)


if __name__ == "__main__":
    main()
