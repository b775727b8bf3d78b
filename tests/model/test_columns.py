"""The columns of the tidy frame: values as copied, memory shared until it is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from analyzer.model.columns import Constants, Shared, column, is_unknown, joined, repeated, whole
from analyzer.stats.arrays import Floats

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


def shared(*lengths: int) -> list[Floats]:
    """Return arrays of these lengths, one behind the other in one piece of memory."""
    ends = [0, *np.cumsum(lengths).tolist()]
    numbers = Shared(np.arange(float(ends[-1]))).array
    return [numbers[low:high] for low, high in pairwise(ends)]


def is_copy(arrays: Sequence[Floats]) -> bool:
    joined_ = pd.DataFrame({"value": column(arrays, np.float64)}, copy=False)["value"].to_numpy()
    np.testing.assert_array_equal(joined_, np.concatenate(arrays))
    return not np.shares_memory(joined_, arrays[0])


@pytest.mark.parametrize("version", ["2.3.3", "3.1.1"])
def test_arrays_of_one_piece_of_memory_are_a_column_without_a_copy(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pd, "__version__", version)
    assert is_copy(shared(3, 0, 2)) == (version < "3")


def test_other_arrays_are_copied() -> None:
    first, second, third = shared(3, 2, 2)
    assert is_copy([first, second])
    assert is_copy([first, third])
    assert is_copy([second, first, third])
    assert is_copy([first, second, third + 0])
    assert is_copy([first[::-1], second, third])
    assert is_copy([*shared(2), *shared(2)])
    assert is_copy([np.arange(3.0)])
    assert len(column([], np.float64)) == 0


def test_pieces_of_one_array_are_that_array_again() -> None:
    first, second = shared(3, 2)
    assert [array.tolist() for array in whole([first, second])] == [[0, 1, 2, 3, 4]]
    assert whole([second]) == [second]
    assert whole([]) == []


CHANGES: list[Callable[[pd.DataFrame], object]] = [
    lambda frame: frame.loc.__setitem__((2, "value"), 99.0),
    lambda frame: frame.iloc.__setitem__((2, 0), 99.0),
    lambda frame: frame.at.__setitem__((2, "value"), 99.0),
    lambda frame: frame.__setitem__(frame > 1, 99.0),
    lambda frame: frame.where(frame < 2, 99.0, inplace=True),
    lambda frame: frame.update(pd.DataFrame({"value": [99.0] * 5})),
    lambda frame: frame.__setitem__("value", frame["value"] + 97),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("frames", [1, 2])
def test_a_change_of_a_frame_reaches_neither_the_arrays_nor_another_frame(
    change: Callable[[pd.DataFrame], object], frames: int
) -> None:
    (array,) = shared(5)
    made = [pd.DataFrame({"value": column([array], np.float64)}, copy=False) for _ in range(frames)]
    part = array[1:4]
    del array
    change(made[0])
    assert made[0]["value"][2] == 99
    assert part.tolist() == [1, 2, 3]
    for other in made[1:]:
        assert other["value"].tolist() == [0, 1, 2, 3, 4]


@pytest.mark.skipif(pd.__version__ < "3", reason="older versions have columns of their own")
def test_without_the_arrays_a_frame_is_changed_in_place() -> None:
    arrays = shared(5)
    frame = pd.DataFrame({"value": column(arrays, np.float64)}, copy=False)
    before = frame["value"].to_numpy()
    place = before.ctypes.data
    del arrays, before
    frame.loc[2, "value"] = 99.0
    assert frame["value"].tolist() == [0, 1, 99, 3, 4]
    assert frame["value"].to_numpy().ctypes.data == place
