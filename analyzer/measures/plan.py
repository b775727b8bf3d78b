"""How much of its plan a run has done: the last step or epoch against the settings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.model.run import Run
from analyzer.model.settings import find

_MOST = 2.0**63  # what is larger counts nothing
_STEPS = (
    *("max_iters", "max_iter", "max_iterations", "max_steps", "max_train_steps", "total_steps"),
    *("num_steps", "num_iters", "num_iterations", "num_train_steps", "train_steps", "n_iters"),
    *("training_steps", "num_training_steps", "total_iters", "total_timesteps", "iterations"),
)
_EPOCHS = ("epochs", "num_epochs", "max_epochs", "n_epochs", "num_train_epochs", "total_epochs")


class Progress(NamedTuple):
    """What a run has done of its plan: ``done`` and ``planned``, in steps or epochs."""

    unit: str  # "step" or "epoch"
    done: float
    planned: float


def progress(run: Run) -> Progress | None:
    """Return the progress that the settings and the log show, None if they show none.

    What the log prints ("Epoch 3/100") counts, not what the settings say of the same unit. Of
    several plans (epochs and steps) the one that is nearest to its end counts: the other may be a
    default that nobody set. Trackers write -1 where no limit was set. Steps that only number the
    epochs, or points that were merely counted, are not compared.
    """
    found = []
    for unit, names in (("step", _STEPS), ("epoch", _EPOCHS)):
        done = _last(run, unit)
        printed = run.meta.planned.get(unit)
        plans = [printed] if printed else [setting.value for setting in find(run.config, names)]
        for planned in map(_number, plans):
            if done is not None and planned is not None:
                found.append(Progress(unit, done, planned))
    return max(found, key=lambda plan: plan.done / plan.planned, default=None)


def _last(run: Run, unit: str) -> float | None:
    """Return the last step or epoch of the whole log, None if it was not logged."""
    if unit not in run.meta.axes:
        return None
    last = None
    pairs = {(id(series.step), id(series.epoch)): series for series in run.series}
    for series in pairs.values():
        place = series.epoch if unit == "epoch" else series.step
        if unit == "step" and np.array_equal(series.step, series.epoch):
            continue
        if len(place) and np.isfinite(place[-1]):
            last = max(last or 0.0, float(place[-1]))
    return last


def _number(value: object) -> float | None:
    """Return a planned number of steps or epochs; None for what plans none, such as -1 or text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < _MOST else None
