"""The result on the test set, where it was logged once, beside training and validation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import metrics
from analyzer.facts._base import Fact
from analyzer.measures.cost import PERCENT_FROM
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.settings import walk
from analyzer.model.values import Values

_FAR = 10.0  # points of accuracy: more than the luck of a usual test set
_OPTIMISTIC = 5.0
_FEW = 3  # values: with more, the test set has a curve, which the detectors judge


@dataclass(frozen=True, eq=False)
class ResultOnTestValues(Values):
    """A metric on the test set, and at the end of training on the other sets."""

    tags: tuple[str, ...]
    metric: str
    split: str
    test: float
    train: float | None
    val: float | None
    points_below_train: float | None  # per cent of all examples; None for a loss
    points_below_val: float | None


class ResultOnTest(Fact):
    """An accuracy on the test set, else a loss, if the test set was used at the end only."""

    place: ClassVar[int | None] = 48

    def compute(self, run: Run, best: Best | None) -> ResultOnTestValues | None:
        """Return the result, or None if there is none or nothing to compare it with."""
        if best is None or best.split == "test" or run.rewards:
            return None
        for metric in (*run.metrics_of("score"), *run.metrics_of("loss")):
            test = _on_test(run, metric)
            train, val = _at_end(run, metric, run.trained_on(metric)), _at_end(run, metric, "val")
            if test is None or (train is None and val is None):
                continue
            if metric != "accuracy" or _are_of_one_scale(test, train, val):
                return _values(metric, test, train, val)
        return None


def _on_test(run: Run, metric: str) -> float | None:
    """Return the last of a few values on the test set, in the curves or in the settings."""
    curve = run.find_curve(metric, "test")
    if curve is not None:
        return float(curve.finite().value[-1]) if curve.finite_points <= _FEW else None
    for setting in walk(run.config):
        value = setting.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            continue
        reading = metrics.read(setting.key.rpartition(".")[2])
        if (reading.split, reading.metric) == ("test", metric):
            return float(value)
    return None


def _at_end(run: Run, metric: str, split: str) -> float | None:
    curve = run.find_curve(metric, split)
    return None if curve is None else float(curve.finite().value[-1])


def _are_of_one_scale(*values: float | None) -> bool:
    """Say whether all known accuracies are percentages, or all are shares."""
    return len({value > PERCENT_FROM for value in values if value is not None}) == 1


def _values(metric: str, test: float, train: float | None, val: float | None) -> ResultOnTestValues:
    below_train = below_val = None
    if metric == "accuracy":
        below_train, below_val = _points_below(test, train), _points_below(test, val)
    tags = ["_".join(name for name, value in (("train", train), ("val", val)) if value is not None)]
    is_below_val = below_val is not None and below_val >= _OPTIMISTIC
    if below_train is not None and below_train >= _FAR and (val is None or is_below_val):
        tags.append("far")
    if is_below_val:
        tags.append("optimistic")
    return ResultOnTestValues(
        tags=tuple(tags),
        metric=metric,
        split="test",
        test=test,
        train=train,
        val=val,
        points_below_train=below_train,
        points_below_val=below_val,
    )


def _points_below(test: float, other: float | None) -> float | None:
    """Return by how many points a test accuracy is lower, None if there is no other to compare."""
    if other is None:
        return None
    return (other - test) * (1.0 if test > PERCENT_FROM else 100.0)
