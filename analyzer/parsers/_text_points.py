"""Turn the columns of console output into points: their steps, and each value once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer.parsers._column import LARGEST_STEP
from analyzer.parsers._series import Points
from analyzer.parsers._text_axes import distinct
from analyzer.parsers._text_repeats import printed_again
from analyzer.parsers._text_rows import Column
from analyzer.stats.arrays import Floats


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
        again = printed_again(step, column.epoch, column.values)
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


def _are_steps(values: Floats) -> bool:
    return bool(np.isfinite(values).all() and (np.abs(values) < LARGEST_STEP).all())


def _is_whole(values: Floats) -> bool:
    return _are_steps(values) and bool((values == np.floor(values)).all())
