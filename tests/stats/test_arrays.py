"""Memory for arrays: writable at any length, and one error where there is not so much."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.arrays import empty


@pytest.mark.parametrize("length", [0, 5, 1 << 20])
@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.float64])
def test_an_array_of_any_length_can_be_written(length: int, dtype: type) -> None:
    array = empty(length, dtype)
    array[:] = 7
    assert array.dtype == dtype
    assert int(array.sum(dtype=np.int64)) == 7 * length


def test_memory_that_there_is_not_is_an_error_of_memory() -> None:
    with pytest.raises(MemoryError):
        empty(1 << 58, np.int8)
