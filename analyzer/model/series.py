"""The points logged under one name, and the curve that they make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analyzer import metrics
from analyzer.stats.arrays import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class Series:
    """Every point logged under one name, in log order; all arrays have the same length.

    ``not_evaluated`` marks each NaN that a writer put where it had not computed the metric; None
    if there is none.
    """

    tag: str
    split: str
    metric: str
    grain: str
    step: Ints
    epoch: Floats
    wall_time: Floats
    value: Floats
    superseded: Bools
    not_evaluated: Bools | None = None

    def __len__(self) -> int:
        return len(self.value)

    @property
    def measured(self) -> Bools:
        """Which points are values of the metric, superseded ones included."""
        if self.not_evaluated is None:
            return np.ones(len(self), dtype=bool)
        return ~self.not_evaluated

    @property
    def counted(self) -> Bools:
        """Which points the curve has: neither superseded nor placeholders."""
        if self.not_evaluated is None:
            return ~self.superseded
        return ~self.superseded & ~self.not_evaluated


@dataclass(frozen=True, eq=False)
class Curve:
    """One series ready for analysis: only counted points, sorted by step (ties in log order).

    ``x`` is the epoch if the epochs can replace the steps, else the step. NaN and infinite values
    are kept.
    """

    metric: str
    split: str
    tag: str
    step: Ints
    epoch: Floats
    wall_time: Floats
    value: Floats

    def __len__(self) -> int:
        return len(self.value)

    @cached_property
    def has_epochs(self) -> bool:
        """Whether the epochs can be the axis.

        Every point has one, none is lower than the one before, and there are more than half as
        many epochs as steps.
        """
        if not len(self) or not np.isfinite(self.epoch).all():
            return False
        ahead = np.diff(self.epoch)
        if (ahead < 0).any():
            return False
        epochs = 1 + np.count_nonzero(ahead)  # distinct values: both arrays are sorted
        steps = 1 + np.count_nonzero(np.diff(self.step))
        return bool(2 * epochs > steps)

    @cached_property
    def x(self) -> Floats:
        """The epoch of each point if the epochs can replace the steps, else the step."""
        return self.epoch if self.has_epochs else self.step.astype(np.float64)

    @property
    def unit(self) -> str:
        """What ``x`` counts: "epoch" or "step"."""
        return "epoch" if self.has_epochs else "step"

    @property
    def lower_is_better(self) -> bool:
        """False for accuracies and other scores."""
        return not metrics.more_is_better(self.metric)

    @cached_property
    def finite_points(self) -> int:
        """How many values are finite."""
        return int(np.isfinite(self.value).sum())

    def finite(self) -> Curve:
        """Return the curve without the points whose value is NaN or infinite."""
        if self.finite_points == len(self):
            return self
        keep = np.isfinite(self.value)
        return replace(
            self,
            step=self.step[keep],
            epoch=self.epoch[keep],
            wall_time=self.wall_time[keep],
            value=self.value[keep],
        )

    def best(self) -> int:
        """Return the index of the best finite value, the first of equals."""
        value = np.where(np.isfinite(self.value), self.value, np.nan)
        find = np.nanargmin if self.lower_is_better else np.nanargmax
        return int(find(value))


def curve_of(series: Series) -> Curve:
    """Return the points that count, by step; points of one step keep the order of the log."""
    counted = series.counted
    order: slice | Ints = slice(None)
    if not counted.all() or (series.step[1:] < series.step[:-1]).any():
        keep = np.flatnonzero(counted)
        order = keep[np.argsort(series.step[keep], kind="stable")]
    return Curve(
        metric=series.metric,
        split=series.split,
        tag=series.tag,
        step=series.step[order],
        epoch=series.epoch[order],
        wall_time=series.wall_time[order],
        value=series.value[order],
    )
