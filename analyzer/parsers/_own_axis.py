"""Find the step that a tracker's metric was logged by, where the tracker counts calls of log().

W&B numbers its rows (``_step``). The step of training stands beside: declared by
``define_metric(name, step_metric=...)``, or as ``trainer/global_step`` (Lightning),
``train/global_step`` (Transformers), ``iter`` (nanoGPT) or ``global_step``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.parsers._column import LARGEST_STEP
from analyzer.parsers._restarts import UNORDERED_SHARE
from analyzer.stats.arrays import Floats, Ints

CALLS = "_step"  # what counts the calls
_WITHIN = {CALLS, "batch"}  # these count calls, or within an epoch
_SHARED = "global_step"  # of the whole run, whatever its group
_MOST_ROWS = 0.5  # share of the rows of a metric that an axis has which nobody declared
_MOST_DISTINCT = 0.9


@dataclass(frozen=True, eq=False)
class AxisValues:
    """The values of an axis and the rows that have one, in ascending order."""

    row: Ints
    value: Floats

    def at(self, rows: Ints) -> Floats:
        """Return the value at each row: its own, or else the last one before, or the first."""
        place = np.searchsorted(self.row, rows, side="right") - 1
        return self.value[np.clip(place, 0, None)]

    def share(self, rows: Ints) -> float:
        """Return the share of rows that have a value of their own."""
        return float(np.isin(rows, self.row).mean()) if len(rows) else 0.0


class OwnSteps(NamedTuple):
    """An axis, and the step that it gives each row of a metric."""

    axis: str
    step: Ints


@dataclass(frozen=True)
class Declaration:
    """The axis that a name, or a pattern of names, was declared to be logged by."""

    pattern: str
    axis: str
    is_glob: bool = False


def declared_axis(name: str, declarations: Iterable[Declaration]) -> str:
    """Return the axis declared for a name: by the name itself, else by the first pattern."""
    fitting = [entry for entry in declarations if _fits(name, entry)]
    fitting.sort(key=lambda entry: entry.is_glob)
    return fitting[0].axis if fitting else ""


def _fits(name: str, entry: Declaration) -> bool:
    return fnmatchcase(name, entry.pattern) if entry.is_glob else name == entry.pattern


@lru_cache(maxsize=metrics.REMEMBERED)
def is_own_axis(name: str) -> bool:
    """Say whether a name counts steps of training rather than calls of log()."""
    last = metrics.normal(name.rpartition("/")[2])
    return last in metrics.STEP_AXES and last not in _WITHIN


def steps_by_name(
    rows: Mapping[str, Ints],
    axes: Mapping[str, AxisValues],
    declarations: Sequence[Declaration] = (),
) -> dict[str, OwnSteps]:
    """Return the steps of each name by its axis; of none unless every loss and score has some.

    The axes that are used are among the names: their values are their steps.

    Parameters
    ----------
    rows
        The rows in which each name has a value.
    axes
        The values of each name that may be an axis.
    """
    found = {}
    for name, own_rows in rows.items():
        own = own_steps(name, own_rows, axes, declared_axis(name, declarations))
        if own is not None:
            found[name] = own
    counts = Counter(own.axis for own in found.values())
    for axis, _ in counts.most_common(1):
        for name in [name for name in rows if name not in found]:
            carried = carried_steps(axis, rows[name], axes[axis])
            if carried is not None:
                found[name] = carried
            elif metrics.is_judged(name):
                return {}
    for axis in dict.fromkeys([own.axis for own in found.values()]):
        steps = _as_steps(axes[axis].value)
        if steps is not None:
            found[axis] = OwnSteps(axis, steps)
    return found


def own_steps(
    name: str, rows: Ints, axes: Mapping[str, AxisValues], declared: str = ""
) -> OwnSteps | None:
    """Return the axis of a metric and the step of each of its rows, None if it has no axis.

    Parameters
    ----------
    axes
        The values of each name that may be an axis.
    declared
        The axis that was declared for the metric, "" if none was.
    """
    candidates = [declared] if declared in axes else []
    likely = [axis for axis in axes if is_own_axis(axis) and axes[axis].share(rows) >= _MOST_ROWS]
    candidates += sorted(likely, key=lambda axis: (_distance(axis, name), axis))
    for axis in candidates:
        steps = _as_steps(axes[axis].at(rows))
        if steps is not None:
            return OwnSteps(axis, steps)
    return None


def carried_steps(axis: str, rows: Ints, values: AxisValues) -> OwnSteps | None:
    """Return the steps of a metric that was logged in rows of its own, after those of an axis.

    None if most of its points would share a step: the axis counts something slower.
    """
    steps = _as_steps(values.at(rows))
    if steps is None or len(np.unique(steps)) < _MOST_DISTINCT * len(steps):
        return None
    return OwnSteps(axis, steps)


def _distance(axis: str, name: str) -> int:
    """Return how far an axis is from a name: 0 in its group, 1 if of the run, 2 without group."""
    group, _, last = axis.rpartition("/")
    if group and group == name.rpartition("/")[0]:
        return 0
    if metrics.normal(last) == _SHARED:
        return 1
    return 3 if group else 2


def _as_steps(value: Floats) -> Ints | None:
    """Return values as steps, None if they do not count through the run."""
    if not np.isfinite(value).all() or (value != np.floor(value)).any():
        return None
    if (value < 0).any() or (value >= LARGEST_STEP).any():
        return None
    change = np.diff(value)
    falls = int((change < 0).sum())
    if falls > max(3, UNORDERED_SHARE * len(value)) or (len(change) and not change.any()):
        return None
    return value.astype(np.int64)
