"""What was built into a run, measured where it can be.

Sizes, shares, dead units, faded gradients, restarts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from analyzer.trainer import networks
from analyzer.trainer.data import Data
from analyzer.trainer.loop import Trainee
from analyzer.trainer.records import Point
from analyzer.trainer.scenarios import Scenario

_IN_DROPS = ("step", "reduce_on_plateau", "late_drop")  # the schedules that fall in drops


@dataclass(frozen=True)
class Logged:
    """What came out of the logged run.

    The ends of its epochs and its steps, in order, with the restart between.
    """

    ends: tuple[Point, ...]
    resumed_at: int | None = None
    killed_at: int | None = None


def of_run(
    scenario: Scenario, data: Data, logged: Logged, *, patience_ran_out: bool
) -> dict[str, Any]:
    """Return what holds for a run of any framework; epochs count from 1."""
    val = [end.values["val/loss"] for end in logged.ends]
    train = [end.values["train/loss"] for end in logged.ends]
    finite = [
        place for place, pair in enumerate(zip(val, train, strict=True)) if np.isfinite(pair).all()
    ]
    return {
        "train_rows": len(data.train),
        "val_rows": len(data.val),
        "population_rows": len(data.population),
        "best_val_epoch": logged.ends[int(np.nanargmin(val))].epoch if finite else None,
        "val_below_train_share": _short(np.mean(np.less(val, train))),
        "non_finite_epoch": _first_broken(logged.ends),
        "stopped_epoch": logged.ends[-1].epoch if patience_ran_out else None,
        "patience": scenario.patience,
        "schedule": scenario.schedule
        if scenario.name.startswith("schedule") or scenario.schedule != "constant"
        else None,
        "lr_drop_epochs": _drops(logged.ends) if scenario.schedule in _IN_DROPS else None,
        "label_noise_share": scenario.label_noise or None,
        "leaked_share": _leaked_share(data) or None,
        "gradient_is_kept": True if not scenario.zero_grad else None,
        "killed_after_step": logged.killed_at,
        "resumed_after_step": logged.resumed_at,
        "repeated_steps": None
        if logged.killed_at is None
        else logged.killed_at - (logged.resumed_at or 0),
    }


def of_network(trainee: Trainee) -> dict[str, Any]:
    """Return what the weights at the end say.

    The share of dead ReLU units, and how far the gradient fades.
    """
    x = torch.from_numpy(trainee.data.train.x).to(trainee.device)
    found: dict[str, Any] = {}
    hidden = networks.hidden_outputs(trainee.model, x)
    if hidden and trainee.scenario.network.activation == "relu":
        found["dead_unit_share"] = _short(dead_share([layer.cpu().numpy() for layer in hidden]))
    norms = [
        float(layer.weight.grad.norm())
        for layer in trainee.model
        if isinstance(layer, nn.Linear) and layer.weight.grad is not None
    ]
    if len(norms) > 1 and norms[-1] > 0:
        found["first_to_last_gradient"] = _short(norms[0] / norms[-1])
    return found


def dead_share(hidden: Sequence[np.ndarray[Any, Any]]) -> float:
    """Return the share of units that are zero for every row."""
    return float(np.mean(np.concatenate([(layer <= 0).all(axis=0) for layer in hidden])))


def _first_broken(ends: Sequence[Point]) -> int | None:
    """Return the first epoch with a loss that is not finite."""
    return next(
        (
            end.epoch
            for end in ends
            if not np.isfinite([end.values["train/loss"], end.values["val/loss"]]).all()
        ),
        None,
    )


def _drops(ends: Sequence[Point]) -> list[int]:
    """Return the epochs that begin at less than half of the rate before."""
    lr = [end.values.get("lr", np.nan) for end in ends]
    return [
        ends[at].epoch for at in range(1, len(ends)) if lr[at] < 0.5 * lr[at - 1] and lr[at] > 0
    ]


def _leaked_share(data: Data) -> float:
    """Return the share of validation rows that are training rows as they stand."""
    train = {row.tobytes() for row in data.train.x}
    return _short(np.mean([row.tobytes() in train for row in data.val.x]))


def _short(value: Any) -> float:
    return float(f"{float(value):.4g}")
