"""Find how many epochs or steps console output plans: the 100 of "Epoch 3/100"."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analyzer.parsers._text_axes import FEW_ROWS
from analyzer.parsers._text_plan import EPOCH, PLANNED, STEP, Cells, Key
from analyzer.parsers._text_rows import Rows

_MOST_OF = 0.5  # of the lines with the axis: a total on few lines is a sentence


def planned_of(columns: Mapping[Key, Cells], rows: Rows) -> dict[str, float]:
    """Return the number of epochs, or of steps in a log without epochs, that a text plans.

    The total must be one number on most lines with the axis, and at least the axis itself; steps
    that begin again count within something. "Epoch 0/24" to "Epoch 24/24" are 25 epochs.
    """
    plans = {}
    for role, axis in ((EPOCH, rows.epochs), (STEP, rows.steps)):
        cells = columns.get(Key(PLANNED, role))
        if (
            cells is None
            or not len(axis.rows)
            or len(cells.rows) < max(FEW_ROWS, _MOST_OF * len(axis.rows))
        ):
            continue
        total = float(cells.values[-1])
        is_steady = bool((cells.values == total).all())
        begins = role == STEP and (len(rows.epochs.rows) or (np.diff(axis.values) < 0).any())
        first, last = float(axis.values.min()), float(axis.values.max())
        if is_steady and not begins and total >= last:
            plans[role] = total + (role == EPOCH and first == 0 and last == total)
    return plans
