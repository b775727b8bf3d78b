"""Find the steps that a resumed run logged exactly once more: its last one, before it went on.

The step does not go back there, so that it is no step back for ``_restarts``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.parsers._restarts import UNORDERED_SHARE
from analyzer.stats.arrays import Bools, Floats, Ints

_FEWEST_BEFORE = 2  # points before the first resume: an evaluation may stand at the first step
_AT_ONCE = 0.5  # of the usual time between points: what is logged faster comes from no new start


@dataclass(frozen=True, eq=False)
class Trained:
    """The n points of a loss or score of the training in log order."""

    step: Ints
    epoch: Floats
    wall_time: Floats
    value: Floats


def repeated_steps(curves: Sequence[Trained]) -> Ints:
    """Return the steps that a run resumed at, in order: its training logged each of them again.

    Such a step is rare, has another value than before, and the log goes on behind it. Every curve
    of the training that has the step has it twice.
    """
    found = [steps for curve in curves if len(steps := _repeated(curve))]
    if not found:
        return np.array([], dtype=np.int64)
    kept = []
    for step in np.unique(np.concatenate(found)):
        having = [np.count_nonzero(curve.step == step) for curve in curves]
        if all(count != 1 for count in having):
            kept.append(step)
    return np.array(kept, dtype=np.int64)


def _repeated(curve: Trained) -> Ints:
    """Return the steps that a curve has again, [] if it repeats many or has no order there."""
    step = curve.step
    again = np.flatnonzero(step[1:] == step[:-1])
    if not 0 < len(again) <= max(1, UNORDERED_SHARE * len(step)):
        return step[:0]
    again = again[(again >= _FEWEST_BEFORE) & (again + 2 < len(step))]
    again = again[step[again + 2] > step[again + 1]]
    before, behind = curve.epoch[again], curve.epoch[again + 1]
    again = again[(before == behind) | np.isnan(before) | np.isnan(behind)]
    again = again[~_is_at_once(curve.wall_time, again)]
    values = curve.value
    is_new = [not _is_rounded(float(values[at]), float(values[at + 1])) for at in again]
    found: Ints = step[again[np.array(is_new, dtype=bool)]]
    return found


def _is_rounded(first: float, second: float) -> bool:
    """Say whether two values are one, perhaps printed with fewer decimals the second time."""
    fewest = min(_decimals(first), _decimals(second))
    return first == second or round(first, fewest) == round(second, fewest)


def _decimals(value: float) -> int:
    """Return how many decimals a value has: 2 of 0.25, 5 of 2e-05."""
    digits, _, exponent = repr(value).partition("e")
    return max(0, len(digits.partition(".")[2]) - int(exponent or 0))


def _is_at_once(wall_time: Floats, at: Ints) -> Bools:
    """Say of points whether the one behind was logged much faster than points usually are."""
    times = np.diff(wall_time)
    known = times[np.isfinite(times)]
    if not len(known):
        return np.zeros(len(at), dtype=bool)
    is_at_once: Bools = times[at] < _AT_ONCE * float(np.median(known))
    return is_at_once


def replaced(step: Ints, repeated: Ints) -> Bools:
    """Say which points of a curve stand at a repeated step that has another point behind them."""
    is_replaced = np.zeros(len(step), dtype=bool)
    is_replaced[:-1] = (step[1:] == step[:-1]) & np.isin(step[:-1], repeated)
    return is_replaced
