"""The median of one array against numpy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stats.median import median


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=60).map(np.array))
def test_it_equals_numpy_s(y: np.ndarray) -> None:
    assert median(y) == np.median(y)


@pytest.mark.parametrize("points", [999, 1000, 1001, 4096, 4097])
def test_long_arrays_are_divided_and_a_nan_is_not_lost(points: int) -> None:
    y = np.random.default_rng(points).standard_normal(points)
    kept = y.copy()
    assert median(y) == np.median(y)
    assert (y == kept).all()
    y[points // 3] = np.nan
    assert np.isnan(median(y))


def test_infinite_values_are_values() -> None:
    assert median(np.array([1.0, np.inf, np.inf])) == np.inf
    assert median(np.array([-np.inf, 2.0, np.inf])) == 2.0
