"""The columns of the tidy frame, written to as little new memory as can be.

A frame of many points costs what it costs to write its memory for the first time: a column that is
the same everywhere is shared, and memory is taken in small pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
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


class Shared:
    """Numbers that series have, and that a frame may have as a column without a copy.

    ``array`` is read-only. Views of it keep this object and so ``column``, and as long as another
    series has the memory of a column, pandas copies the column before it changes it: a change of
    a frame does not reach the arrays. (What is written past pandas, to ``frame["value"].array``,
    does.) With the last view this object goes, and then the memory is the frame's alone.
    """

    def __init__(self, numbers: npt.NDArray[Any]) -> None:
        interface = numbers.__array_interface__
        self.__array_interface__ = interface | {"data": (interface["data"][0], True)}
        self._numbers = numbers

    @property
    def array(self) -> npt.NDArray[Any]:
        """The numbers as an array that cannot be written to."""
        return np.asarray(self)

    @cached_property
    def column(self) -> pd.Series[Any]:
        """The numbers as a column of a frame."""
        import pandas as pd

        return pd.Series(self._numbers, copy=False)


def column(arrays: Sequence[npt.NDArray[Any]], dtype: npt.DTypeLike) -> Any:
    """Return arrays one behind the other as a column, without a copy if they lie so in memory."""
    shared = _shared(arrays) if copies_on_write() else None
    return joined(arrays, dtype) if shared is None else shared.column


def whole(arrays: Sequence[npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
    """Return the one array that some are pieces of, one behind the other, else those themselves."""
    shared = _shared(arrays)
    return list(arrays) if shared is None else [shared.array]


def _shared(arrays: Sequence[npt.NDArray[Any]]) -> Shared | None:
    """Return what arrays are all of, one behind the other, None if they are anything else."""
    base: Any = arrays[0].base if arrays else None
    shared = getattr(base, "base", None)
    if not isinstance(shared, Shared):
        return None
    place = _address(base)
    for array in filter(len, arrays):  # where an empty view begins says nothing
        if array.base is not base or not array.flags.c_contiguous or _address(array) != place:
            return None
        place += array.nbytes
    return shared if place == _address(base) + base.nbytes else None


def _address(array: npt.NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])


def copies_on_write() -> bool:
    """Say whether pandas copies a column that shares its memory before it changes it."""
    import pandas as pd

    return int(pd.__version__.partition(".")[0]) >= _COPIES_ON_WRITE


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
        if not copies_on_write() or key not in self._columns:
            array = empty(self._rows, type(value))
            array.fill(value)
            self._columns[key] = pd.Series(array, copy=False)
        return self._columns[key]
