"""The columns of the tidy frame: values as copied, memory shared until it is changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analyzer.model.columns import Constants, is_unknown, joined, repeated

LONG = 3_000_000  # numbers that fill more than 4 MiB


@pytest.mark.parametrize("count", [0, 5, LONG])
def test_arrays_are_joined_in_their_order(count: int) -> None:
    parts = [np.arange(count), np.arange(3)]
    np.testing.assert_array_equal(joined(parts, np.int64), np.concatenate(parts))
    assert joined([], np.float64).dtype == np.float64


def test_each_number_is_repeated_as_often_as_asked() -> None:
    numbers, lengths = np.array([3, 1, 2], dtype=np.int8), np.array([2, 0, LONG])
    column = repeated(numbers, lengths)
    assert column.dtype == np.int8
    np.testing.assert_array_equal(column, np.repeat(numbers, lengths))


def test_one_nan_for_all_points_is_unknown() -> None:
    assert is_unknown(np.broadcast_to(np.nan, 4))
    assert not is_unknown(np.full(4, np.nan))
    assert not is_unknown(np.broadcast_to(1.0, 4))


def test_a_change_of_one_column_leaves_the_others() -> None:
    constants = Constants(4)
    columns = {name: constants.column(np.nan) for name in ("epoch", "wall_time")}
    columns |= {name: constants.column(False) for name in ("superseded", "not_evaluated")}
    frame = pd.DataFrame(columns, copy=False)
    part = frame["wall_time"]
    frame.loc[1, "epoch"] = 2.0
    frame.loc[2, "superseded"] = True
    assert frame["epoch"].tolist()[1] == 2.0
    assert frame["wall_time"].isna().all()
    assert part.isna().all()
    assert frame["superseded"].tolist() == [False, False, True, False]
    assert not frame["not_evaluated"].any()
    frame.loc[:, "wall_time"] = 3.0
    assert frame["epoch"].isna().sum() == 3
