"""What was built into a run, measured if possible: sizes, shares, dead units, restarts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from analyzer.trainer import networks
from analyzer.trainer.data import Data
from analyzer.trainer.digits import significant
from analyzer.trainer.loop import Trainee
from analyzer.trainer.records import Point
from analyzer.trainer.scenarios import Scenario

_DIGITS = 4
_DROPPING = ("step", "reduce_on_plateau", "late_drop")  # schedules that fall in discrete drops


@dataclass(frozen=True)
class Logged:
    """What the logged run produced: the end of each epoch, in order, and the steps of a restart."""

    ends: tuple[Point, ...]
    resumed_at: int | None = None
    killed_at: int | None = None


def of_run(
    scenario: Scenario, data: Data, logged: Logged, *, patience_ran_out: bool
) -> dict[str, Any]:
    """Return the facts about a run that apply to any framework; epochs count from 1.

    A fact that does not apply is None.
    """
    val = [point.values["val/loss"] for point in logged.ends]
    train = [point.values["train/loss"] for point in logged.ends]
    has_finite = bool((np.isfinite(val) & np.isfinite(train)).any())
    names_schedule = scenario.name.startswith("schedule") or scenario.schedule != "constant"
    return {
        "train_rows": len(data.train),
        "val_rows": len(data.val),
        "population_rows": len(data.population),
        "best_val_epoch": logged.ends[int(np.nanargmin(val))].epoch if has_finite else None,
        "val_below_train_share": significant(np.mean(np.less(val, train)), _DIGITS),
        "non_finite_epoch": _first_non_finite(logged.ends),
        "stopped_epoch": logged.ends[-1].epoch if patience_ran_out else None,
        "patience": scenario.patience,
        "schedule": scenario.schedule if names_schedule else None,
        "lr_drop_epochs": _drops(logged.ends) if scenario.schedule in _DROPPING else None,
        "label_noise_share": scenario.label_noise or None,
        "leaked_share": _leaked_share(data) or None,
        "gradient_is_kept": (not scenario.zero_grad) or None,
        "killed_after_step": logged.killed_at,
        "resumed_after_step": logged.resumed_at,
        "repeated_steps": _repeated_steps(logged),
    }


def of_network(trainee: Trainee) -> dict[str, Any]:
    """Return what the final weights show: the share of dead ReLU units and the gradient's fade.

    The fade is the gradient norm of the first layer divided by the norm of the last.
    """
    x = torch.from_numpy(trainee.data.train.x).to(trainee.device)
    facts: dict[str, Any] = {}
    hidden = networks.hidden_outputs(trainee.model, x)
    if hidden and trainee.scenario.network.activation == "relu":
        share = dead_share([output.cpu().numpy() for output in hidden])
        facts["dead_unit_share"] = significant(share, _DIGITS)
    norms = [
        float(layer.weight.grad.norm())
        for layer in trainee.model
        if isinstance(layer, nn.Linear) and layer.weight.grad is not None
    ]
    if len(norms) > 1 and norms[-1] > 0:
        facts["first_to_last_gradient"] = significant(norms[0] / norms[-1], _DIGITS)
    return facts


def dead_share(hidden: Sequence[np.ndarray[Any, Any]]) -> float:
    """Return the share of units that are zero for every row; each array is one layer's output."""
    return float(np.mean(np.concatenate([(output <= 0).all(axis=0) for output in hidden])))


def _first_non_finite(ends: Sequence[Point]) -> int | None:
    """Return the first epoch with a loss that is not finite."""
    for point in ends:
        if not np.isfinite([point.values["train/loss"], point.values["val/loss"]]).all():
            return point.epoch
    return None


def _repeated_steps(logged: Logged) -> int | None:
    if logged.killed_at is None:
        return None
    return logged.killed_at - (logged.resumed_at or 0)


def _drops(ends: Sequence[Point]) -> list[int]:
    """Return the epochs whose learning rate is less than half of the previous epoch's."""
    epochs = []
    previous = np.nan
    for point in ends:
        lr = point.values.get("lr", np.nan)
        if 0 < lr < 0.5 * previous:
            epochs.append(point.epoch)
        previous = lr
    return epochs


def _leaked_share(data: Data) -> float:
    """Return the share of validation rows that are exact copies of training rows."""
    train = {row.tobytes() for row in data.train.x}
    return significant(np.mean([row.tobytes() in train for row in data.val.x]), _DIGITS)
