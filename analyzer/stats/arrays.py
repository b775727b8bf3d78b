"""The array types that statistics take and return, and memory for large ones."""

from __future__ import annotations

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
    return np.frombuffer(bytearray(size), dtype)
