"""The array types that statistics take and return, and memory for large ones."""

from __future__ import annotations

import mmap
import sys
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_LARGE = 1 << 22  # bytes from which NumPy asks for huge pages


def empty(length: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return an array to be written, its memory in small pages.

    To write huge ones for the first time took four times as long on virtual machines.
    """
    size = length * np.dtype(dtype).itemsize
    if size < _LARGE:
        return np.empty(length, dtype)
    return np.frombuffer(_memory(size), dtype)


def _memory(size: int) -> mmap.mmap | bytearray:
    """Return memory in small pages; Linux gives all of them at once, in three quarters of the time.

    Raises MemoryError if there is not so much.
    """
    if sys.platform != "linux":
        return bytearray(size)
    try:
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE)
    except OSError as error:
        raise MemoryError from error
