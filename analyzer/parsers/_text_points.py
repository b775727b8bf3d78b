"""Turn the columns of console output into points: their steps, and each value once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer.parsers._column import LARGEST_STEP
from analyzer.parsers._series import Points
from analyzer.parsers._text_axes import distinct
from analyzer.parsers._text_rows import Column
from analyzer.stats.arrays import Bools, Floats, Ints


def points_of(columns: Sequence[Column]) -> list[Points]:
    """Return the columns as points; a value that is printed twice at one place counts once."""
    places = distinct([column.rows for column in columns])
    by_epoch = all(_is_whole(column.epoch) for column in columns)
    points = []
    for column in columns:
        if _are_steps(column.step):
            step = column.step.astype(np.int64)
        elif by_epoch:
            step = column.epoch.astype(np.int64)
        else:
            step = np.searchsorted(places, column.rows).astype(np.int64)
        again = _again(step, column.epoch, column.values)
        points.append(
            Points(
                tag=column.key.name,
                split=column.key.split,
                step=step[~again],
                epoch=column.epoch[~again],
                wall_time=np.full(int((~again).sum()), np.nan),
                value=column.values[~again],
                place=column.rows[~again],
            )
        )
    return points


def _again(step: Ints, epoch: Floats, value: Floats) -> Bools:
    """Say which values were printed before at the same place ("Best iteration is: [20] ...").

    A stretch that begins again (a restart, a second training) repeats nothing of the one before.
    """
    stretch = _stretches(step)
    order = np.lexsort((value, np.nan_to_num(epoch), step, stretch))
    same = np.zeros(len(step), dtype=bool)
    first, second = order[:-1], order[1:]
    no_epoch = np.isnan(epoch[first]) & np.isnan(epoch[second])
    same[second] = (
        (stretch[first] == stretch[second])
        & (step[first] == step[second])
        & (value[first] == value[second])
        & (no_epoch | (epoch[first] == epoch[second]))
    )
    return same


def _stretches(step: Ints) -> Ints:
    """Count the stretches of rising steps; a single step back belongs to the stretch before."""
    if not len(step):
        return step
    stretch = np.concatenate([[0], np.cumsum(np.diff(step) < 0)])
    is_single = np.bincount(stretch)[stretch] == 1
    numbered: Ints = stretch - (is_single & (stretch > 0))
    return numbered


def _are_steps(values: Floats) -> bool:
    return bool(np.isfinite(values).all() and (np.abs(values) < LARGEST_STEP).all())


def _is_whole(values: Floats) -> bool:
    return _are_steps(values) and bool((values == np.floor(values)).all())
