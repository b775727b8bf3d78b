"""Early stopping replayed on a finished curve, value for value as Keras does it.

References
----------
Prechelt, L. (1998). Early stopping - but when? LNCS 1524. DOI 10.1007/3-540-49430-8_3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Floats


class Stop(NamedTuple):
    """Where early stopping ends a curve (None if it does not), and the point that it keeps."""

    at: int | None
    kept: int


def improvements(value: Floats, min_delta: float) -> list[int]:
    """Return the indices at which a curve that should fall improves by more than ``min_delta``.

    The first point counts as one. Only a new minimum can be an improvement, so no other point is
    looked at. A NaN never improves, and nothing improves on a NaN at the start. The comparison is
    one of 32-bit floats, as in Keras 3: it decides ties of values that were logged with few digits.
    """
    if not len(value) or np.isnan(value[0]):
        return [0] if len(value) else []
    lowest = np.fmin.accumulate(value)
    records = np.flatnonzero(value[1:] < lowest[:-1]) + 1
    with np.errstate(over="ignore"):
        least = (value[records] + min_delta).astype(np.float32).tolist()
        level = value[[0, *records]].astype(np.float32).tolist()
    found, best = [0], level[0]
    for at, reached, new in zip(records.tolist(), least, level[1:], strict=True):
        if reached < best:
            found.append(at)
            best = new
    return found


def stops(value: Floats, min_delta: float, patiences: Sequence[int]) -> list[Stop]:
    """Return where early stopping with each patience ends a curve that should fall.

    Training stops at the first point at which ``patience`` points, at least one, have gone by
    without an improvement, but not at the very first point. Shapes: (n,) -> one for each patience.
    """
    found = improvements(value, min_delta)
    gaps = np.diff([*found, len(value)])
    out = []
    for patience in patiences:
        wait = max(patience, 1)
        late = np.flatnonzero(gaps > wait)
        if len(late):
            kept = found[int(late[0])]
            out.append(Stop(kept + wait, kept))
        else:
            out.append(Stop(None, found[-1]))
    return out
