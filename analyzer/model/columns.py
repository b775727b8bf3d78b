"""The columns of the tidy frame, written to as little new memory as can be.

A frame of many points costs what it costs to write its memory for the first time: a column that is
the same everywhere is shared, and memory is taken in small pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from analyzer.stats.arrays import Floats, Ints, empty

if TYPE_CHECKING:
    import pandas as pd

_COPIES_ON_WRITE = 3  # pandas, from this version on


def joined(arrays: Sequence[npt.NDArray[Any]], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return arrays one behind the other."""
    if not arrays:
        return np.empty(0, dtype)
    return np.concatenate(arrays, out=empty(sum(map(len, arrays)), dtype))


def repeated(numbers: npt.NDArray[Any], lengths: Ints) -> npt.NDArray[Any]:
    """Return each number as often as its length says."""
    column = empty(int(lengths.sum()), numbers.dtype)
    start = 0
    for number, end in zip(numbers.tolist(), np.cumsum(lengths).tolist(), strict=True):
        column[start:end] = number
        start = end
    return column


def is_unknown(numbers: Floats) -> bool:
    """Say whether an array is one NaN that stands for every point."""
    return numbers.strides == (0,) and bool(np.isnan(numbers[:1]).all())


class Constants:
    """Columns of one value, which share their memory until one is changed.

    pandas 3 copies a column that shares its memory before it changes it. Under older versions each
    has its own.
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._columns: dict[str, pd.Series[Any]] = {}

    def column(self, value: float | bool) -> pd.Series[Any]:
        """Return a column with this value in every row."""
        import pandas as pd

        key = str(value)
        is_shared = int(pd.__version__.partition(".")[0]) >= _COPIES_ON_WRITE
        if not is_shared or key not in self._columns:
            array = empty(self._rows, type(value))
            array.fill(value)
            self._columns[key] = pd.Series(array, copy=False)
        return self._columns[key]
