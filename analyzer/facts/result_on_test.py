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

_FAR = 0.1  # of all examples: ten points of accuracy are more than the luck of a usual test set
_OPTIMISTIC = 0.05
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
    below_train: float | None  # share of all examples; None for a loss
    below_val: float | None


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
            if test is not None and (train is not None or val is not None):
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


def _values(metric: str, test: float, train: float | None, val: float | None) -> ResultOnTestValues:
    below_train = below_val = None
    if metric == "accuracy":
        known = [value for value in (test, train, val) if value is not None]
        whole = 100.0 if max(known) > PERCENT_FROM else 1.0
        below_train = None if train is None else (train - test) / whole
        below_val = None if val is None else (val - test) / whole
    tags = ["_".join(name for name, value in (("train", train), ("val", val)) if value is not None)]
    if below_train is not None and below_train >= _FAR:
        tags.append("far")
    if below_val is not None and below_val >= _OPTIMISTIC:
        tags.append("optimistic")
    return ResultOnTestValues(
        tags=tuple(tags),
        metric=metric,
        split="test",
        test=test,
        train=train,
        val=val,
        below_train=below_train,
        below_val=below_val,
    )
