"""A validation loss below the training loss, with the causes that the log supports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.facts._base import Fact
from analyzer.measures.described import describes_data, describes_layers
from analyzer.measures.pairs import end_gap
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.settings import name_of, walk
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats
from analyzer.stats.levels import end_level

_LEAST = 0.02  # of the training loss: a smaller difference is not worth an explanation
_FEWEST = 5  # epochs that both curves have
_MASKS = ("dropout", "drop_rate", "drop_path", "drop_path_rate", "dropout_rate", "p_dropout")
_CHANGES = ("augment", "mixup", "cutmix", "label_smoothing", "randaug", "autoaug", "cutout")
_NEARLY = 0.9  # of the evaluations in the last half
_HALF = 0.5  # of an epoch: by so much a running mean of training lags behind


@dataclass(frozen=True, eq=False)
class ValidationBelowTrainingValues(Values):
    """How far validation lies below training at the end, and what may explain it."""

    tags: tuple[str, ...]
    metric: str
    split: str
    train: float  # levels at the end
    val: float
    below: float  # share of the training loss
    lag: float | None  # share that the running mean of an epoch explains
    dropout: str | None  # settings, as "dropout 0.5"
    changed: str | None


class ValidationBelowTraining(Fact):
    """Why the validation loss is below the training loss."""

    place: ClassVar[int | None] = 45

    def compute(self, run: Run, best: Best | None) -> ValidationBelowTrainingValues | None:
        """Return by how much it lies below and why, or None if it does not beyond its error."""
        if best is None or run.rewards or best.split not in ("val", "test"):
            return None
        train = run.find_curve(best.metric, run.trained_on(best.metric), at_least=_FEWEST)
        val = run.find_curve(best.metric, best.split, at_least=_FEWEST)
        if train is None or val is None or not val.lower_is_better:
            return None
        levels = end_level(train.finite().value), end_level(val.finite().value)
        if levels[0] <= 0 or 1 - levels[1] / levels[0] < _LEAST:
            return None
        if not _is_below(train.finite().value, val.finite().value):
            return None
        by_epoch = _is_by_epoch(train)
        lag = _lag(train.finite().value, val.finite().value) if by_epoch else None
        dropout, changed = _setting(run, _MASKS), _setting(run, _CHANGES)
        known = {"dropout": dropout, "changed": changed, "lag": lag}
        causes = [tag for tag, cause in known.items() if cause is not None]
        causes = causes or _without_cause(run, train, val)
        if _may_be_chance(run, best):
            causes.append("chance")
        return ValidationBelowTrainingValues(
            tags=("below", *causes, "eval_mode", "overlap"),
            metric=best.metric,
            split=best.split,
            train=levels[0],
            val=levels[1],
            below=1 - levels[1] / levels[0],
            lag=lag,
            dropout=dropout,
            changed=changed,
        )


def _without_cause(run: Run, train: Curve, val: Curve) -> list[str]:
    """Return the tags where nothing explains it: what is off, or that the log does not say it.

    A setting that was not logged may be on, unless the log holds settings of its kind.
    """
    states = describes_layers(run) or _is_set(run, _MASKS)
    states = states and (describes_data(run) or _is_set(run, _CHANGES))
    small = _is_by_epoch(train) and len(train.finite()) == len(val.finite())
    return ["unknown" if states else "no_settings", *(["small_lag"] if small else [])]


def _is_by_epoch(curve: Curve) -> bool:
    """Say whether a curve has one point for each epoch, so that a point is the mean of one."""
    return curve.has_epochs and bool(np.all(np.diff(curve.epoch) == 1))


def _is_set(run: Run, words: tuple[str, ...]) -> bool:
    """Say whether a setting is there whose name begins with one of some words, on or off."""
    return any(name_of(setting.key).startswith(words) for setting in walk(run.config))


def _is_below(train: Floats, val: Floats) -> bool:
    """Say whether the last half of validation lies below training nearly everywhere."""
    at = np.linspace(0, len(train) - 1, len(val)).round().astype(np.int64)
    return bool(np.mean(val < train[at], where=np.arange(len(val)) >= len(val) // 2) >= _NEARLY)


def _may_be_chance(run: Run, best: Best) -> bool:
    """Say whether the choice of validation examples alone could explain the difference."""
    try:
        gap = end_gap(run, best.metric, at_least=3)
    except NotApplicable:
        return False
    return gap.high is not None and gap.high > 0


def _lag(train: Floats, val: Floats) -> float | None:
    """Return how much of the difference half an epoch of training explains, if at least a third.

    The training loss of an epoch is the mean over its batches, so it lags by half an epoch.
    """
    if len(train) != len(val):
        return None
    last = slice(-max(3, len(train) // 5), None)
    difference = float(np.mean(train[last] - val[last]))
    fall = float(np.mean((train[:-1] - train[1:])[last]))
    share = _HALF * fall / difference if difference > 0 else 0.0
    return min(share, 1.0) if share >= 1 / 3 else None


def _setting(run: Run, words: tuple[str, ...]) -> str | None:
    """Return the first setting that is on and whose name begins with one of some words."""
    for setting in walk(run.config):
        name, value = name_of(setting.key), setting.value
        is_on = value not in (None, False, 0, "", "none", "None", "False", "false")
        if name.startswith(words) and is_on and not isinstance(value, dict | list):
            return f"{name} {str(value)[:40]}"
    return None
