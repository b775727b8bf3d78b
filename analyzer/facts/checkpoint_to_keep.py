"""The checkpoint to keep, of those that lie beside the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer.facts._base import Fact
from analyzer.facts._checkpoint_names import Named, checkpoints_beside
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.values import Values
from analyzer.safe.names import printable
from analyzer.stats.arrays import Floats
from analyzer.stats.levels import jitter_of

_NOISES = 2.0  # standard deviations of the difference of two evaluations
_FEWEST = 5  # evaluations: with fewer, their noise is unknown
_MOST_ROWS = 40


@dataclass(frozen=True, eq=False)
class Checkpoint(Values):
    """A checkpoint, and the metric there: as evaluated or, between evaluations, interpolated."""

    name: str
    at_step: int
    at_epoch: float | None
    value: float | None  # None before the first and after the last evaluation
    loss: float | None  # by how much it is worse than the best evaluation; below 0 never


@dataclass(frozen=True, eq=False)
class CheckpointToKeepValues(Values):
    """The checkpoints of a run, the one to keep, and those that could go."""

    tags: tuple[str, ...]
    metric: str
    split: str
    count: int
    keep_name: str | None
    keep_step: int | None
    keep_epoch: float | None
    keep_value: float | None
    best_step: int
    best_epoch: float | None
    best_value: float
    last: str | None
    last_loss: float | None  # how much worse the last one is than the one to keep
    noise: float | None  # standard deviation of one evaluation, in the unit of the metric
    named_best: tuple[str, ...]
    delete: tuple[str, ...]
    delete_count: int
    rows: tuple[Checkpoint, ...]


class CheckpointToKeep(Fact):
    """The checkpoint with the best evaluation; only names are read."""

    place: ClassVar[int | None] = 10

    def compute(self, run: Run, best: Best | None) -> CheckpointToKeepValues | None:
        """Return the checkpoints, or None if none lies beside the log."""
        if best is None or not run.paths:
            return None
        named = checkpoints_beside(run.paths, alone=run.meta.alone)
        curve = run.curve(best.metric, best.split).finite()
        rows = placed(named, curve)
        named_best = tuple(printable(item.name) for item in named if item.role == "best")
        if not rows and not named_best:
            return None
        return _values(curve, best, rows, named_best)


def placed(named: Sequence[Named], curve: Curve) -> list[Checkpoint]:
    """Return the checkpoints whose number can be placed on a curve, in the order of training."""
    steps = _steps(curve)
    epochs = curve.epoch if np.isfinite(curve.epoch).all() else None
    by_epoch = _offset([item.epoch for item in named if item.epoch is not None], epochs)
    numbers = [item.number for item in named if item.number is not None]
    counts_epochs = _counts_epochs(numbers, steps, epochs)
    offset = _offset(numbers, epochs)
    found = []
    for item in named:
        epoch = None if item.epoch is None else item.epoch + by_epoch
        step = item.step
        if item.number is not None and counts_epochs:
            epoch = item.number + offset
        elif item.number is not None:
            step = item.number
        row = _row(item.name, step, epoch, curve, steps, epochs)
        if row is not None:
            found.append(row)
    return sorted(found, key=lambda row: row.at_step if row.at_epoch is None else row.at_epoch)


def _steps(curve: Curve) -> Floats | None:
    """Return the steps of a curve, None if they only number its epochs."""
    if np.array_equal(curve.step, curve.epoch):
        return None
    return curve.step.astype(np.float64)


def _counts_epochs(numbers: Sequence[int], steps: Floats | None, epochs: Floats | None) -> bool:
    """Say whether numbers without a unit are epochs: the last one lies within their range."""
    if epochs is None or not numbers:
        return False
    if steps is None:
        return True
    return bool(max(numbers) <= epochs[-1] + 1 and max(numbers) < steps[-1] / 2)


def _offset(numbers: Sequence[int], epochs: Floats | None) -> int:
    """Return what to add to the epochs in names so that they count as the log does.

    Keras names the first epoch 1 and its CSVLogger calls it 0.
    """
    if not numbers or epochs is None or not len(epochs):
        return 0
    first, last = epochs[0], epochs[-1]
    if first == 0 and 0 not in numbers and max(numbers) == last + 1:
        return -1
    if first == 1 and 0 in numbers and max(numbers) < last:
        return 1
    return 0


def _row(
    name: str,
    step: float | None,
    epoch: float | None,
    curve: Curve,
    steps: Floats | None,
    epochs: Floats | None,
) -> Checkpoint | None:
    """Return a checkpoint with the metric there, None if the log has nothing in its unit."""
    if step is not None and steps is not None:
        x, at = steps, float(step)
    elif epoch is not None and epochs is not None:
        x, at = epochs, float(epoch)
    else:
        return None
    value = _value_at(x, curve.value, at)
    other = None
    if x is steps:
        if epochs is not None and x[0] <= at <= x[-1]:
            other = float(np.interp(at, x, epochs))
        return Checkpoint(printable(name), int(at), other, value, None)
    shown = int(at) if steps is None else int(np.interp(at, x, steps))
    return Checkpoint(printable(name), shown, at, value, None)


def _value_at(x: Floats, value: Floats, at: float) -> float | None:
    """Return the value of the evaluation at a place, or between the two around it.

    Just before the first and after the last one, within half their distance, these stand in.
    """
    reach = float(np.median(np.diff(x))) / 2 if len(x) > 1 else 0.5
    if not x[0] - reach <= at <= x[-1] + reach:
        return None
    return float(np.interp(at, x, value))


def _values(
    curve: Curve, best: Best, rows: Sequence[Checkpoint], named_best: tuple[str, ...]
) -> CheckpointToKeepValues:
    sign = 1.0 if curve.lower_is_better else -1.0
    noise = jitter_of(curve.value) if len(curve) >= _FEWEST else None
    rows = [_with_loss(row, sign, best.value) for row in rows]
    known = [row for row in rows if row.value is not None]
    keep = min(known, key=lambda row: sign * (row.value or 0.0), default=None)
    last = known[-1] if known else None
    last_loss = None
    if keep is not None and last is not None and keep.value is not None and last.value is not None:
        last_loss = sign * (last.value - keep.value)
    kept = {row.name for row in (keep, rows[-1] if rows else None) if row is not None}
    delete = tuple(row.name for row in rows if row.name not in kept) if keep else ()
    return CheckpointToKeepValues(
        tags=_tags(keep, last, last_loss, noise, best, named_best, delete),
        metric=best.metric,
        split=best.split,
        count=len(rows),
        keep_name=keep.name if keep else None,
        keep_step=keep.at_step if keep else None,
        keep_epoch=keep.at_epoch if keep else None,
        keep_value=keep.value if keep else None,
        best_step=best.step,
        best_epoch=best.epoch,
        best_value=best.value,
        last=last.name if last else None,
        last_loss=last_loss,
        noise=noise,
        named_best=named_best,
        delete=delete,
        delete_count=len(delete),
        rows=tuple(rows[:_MOST_ROWS]),
    )


def _with_loss(row: Checkpoint, sign: float, best: float) -> Checkpoint:
    if row.value is None:
        return row
    loss = max(0.0, sign * (row.value - best))
    return Checkpoint(row.name, row.at_step, row.at_epoch, row.value, loss)


def _tags(
    keep: Checkpoint | None,
    last: Checkpoint | None,
    last_loss: float | None,
    noise: float | None,
    best: Best,
    named_best: tuple[str, ...],
    delete: tuple[str, ...],
) -> tuple[str, ...]:
    if keep is None or last is None:
        return ("named_best",) if named_best else ("unplaced",)
    is_best = keep.value == best.value
    tags = ["best_saved" if is_best else "keep"]
    if not is_best and not named_best:
        tags.append("near_best" if _is_noise(keep.loss, noise, 1.0) else "never_saved")
    if named_best:
        tags.append("also_named_best")
    if last.name != keep.name and last_loss is not None and noise is not None:
        tags.append(_tag_of_last(last_loss, noise))
    if delete:
        tags.append("delete")
    return tuple(tags)


def _is_noise(loss: float | None, noise: float | None, deviations: float) -> bool:
    """Say whether two evaluations may differ as much by their noise alone.

    The bend of a short curve counts as noise, so "as good as the best" takes one standard
    deviation of the difference of two evaluations, and "worse than it" more of them.
    """
    return loss is not None and noise is not None and loss <= deviations * 2**0.5 * noise


def _tag_of_last(loss: float, noise: float) -> str:
    """Return the tag of the last checkpoint, which has a loss against the one to keep."""
    if loss == 0:
        return "last_same"
    return "last_within_noise" if _is_noise(loss, noise, _NOISES) else "last_worse"
