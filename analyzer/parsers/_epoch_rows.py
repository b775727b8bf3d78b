"""Place the rows that have no epoch of their own beside rows that have one.

Lightning's callbacks (LearningRateMonitor, DeviceStatsMonitor) log a row without an epoch at the
start of what it belongs to; the rows of metrics that follow name the epoch.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer.parsers._column import Column
from analyzer.stats.arrays import Bools, Floats


def opens_epoch(epoch: Column, columns: Sequence[Column]) -> Bools:
    """Return the rows without an epoch whose metrics are never logged in a row that has one.

    Columns that are filled in every row say nothing. If no metric stands beside an epoch, the
    epoch may be a heading, and what follows belongs to it.
    """
    shared = np.zeros(len(epoch), dtype=bool)
    apart = np.zeros(len(epoch), dtype=bool)
    for column in columns:
        if column is epoch or column.present.all():
            continue
        if (column.present & epoch.present).any():
            shared |= column.present
        else:
            apart |= column.present
    if not shared.any():
        return shared
    return apart & ~shared & ~epoch.present


def following(value: Floats, present: Bools) -> Floats:
    """Return the number in each row or else the next one below, the last one at the end."""
    known = np.flatnonzero(present)
    place = np.searchsorted(known, np.arange(len(value)), side="left")
    filled: Floats = value[known[np.clip(place, None, len(known) - 1)]]
    return filled
