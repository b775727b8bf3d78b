"""History rows as points: step, epoch and clock of each, and what is not a number."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from analyzer.parsers._json import Unreadable
from analyzer.parsers._series import Points
from analyzer.parsers._wandb_columns import Columns
from analyzer.parsers._wandb_items import Item
from analyzer.parsers._wandb_records import History, Stats


def row(step: int | None = None, **values: Any) -> History:
    """Return a row; a double underscore in a name separates the parts of a path."""
    items = [Item(tuple(name.split("__")), value) for name, value in values.items()]
    return History(tuple(items), step)


def columns_of(*rows: History) -> Columns:
    columns = Columns()
    for each in rows:
        assert columns.add(each) == []
    return columns


def points(columns: Columns, name: str) -> Points:
    (found,) = [points for points in columns.points() if points.tag == name]
    return found


def test_points_keep_the_order_of_the_log_and_names_that_of_their_first_row() -> None:
    columns = columns_of(row(0, b=1.0), row(1, a=2, b=3.0), row(1, b=4.0))
    assert [found.tag for found in columns.points()] == ["b", "a"]
    assert points(columns, "b").value.tolist() == [1, 3, 4]
    assert points(columns, "b").step.tolist() == [0, 1, 1]
    assert columns.count == 4


def test_the_step_of_the_row_comes_before_that_of_the_record() -> None:
    columns = columns_of(row(5, _step=7, loss=1), row(6, _step=8.0, loss=2), row(9, loss=3))
    assert points(columns, "loss").step.tolist() == [7, 8, 9]
    assert columns.axes == {"step": "_step"}


def test_rows_without_a_step_are_counted_on_from_the_last() -> None:
    columns = columns_of(row(loss=1), row(loss=2), row(10, loss=3), row(loss=4))
    assert points(columns, "loss").step.tolist() == [0, 1, 10, 11]
    uncounted = columns_of(row(loss=1))
    assert "step" not in uncounted.axes


@pytest.mark.parametrize("step", [2**63, -(2**63) - 1, "12", 1.5, math.nan, math.inf, None])
def test_a_step_that_cannot_be_one_is_not_taken(step: Any) -> None:
    assert points(columns_of(row(3, _step=step, loss=1)), "loss").step.tolist() == [3]


def test_the_clock_is_kept_with_its_ends() -> None:
    columns = columns_of(
        row(0, _timestamp=1000.5, loss=1), row(1, loss=2), row(2, _timestamp=990, loss=3)
    )
    times = points(columns, "loss").wall_time
    assert times[[0, 2]].tolist() == [1000.5, 990]
    assert np.isnan(times[1])
    assert (columns.start, columns.end) == (990, 1000.5)
    assert columns.axes["wall_time"] == "_timestamp"


@pytest.mark.parametrize("time", ["soon", None, math.nan, math.inf])
def test_a_clock_that_is_not_a_number_is_unknown(time: Any) -> None:
    columns = columns_of(row(0, _timestamp=time, loss=1))
    assert (columns.start, columns.end) == (None, None)
    assert np.isnan(points(columns, "loss").wall_time).all()


def test_a_clock_too_large_for_a_float_is_reported_and_the_rest_kept() -> None:
    columns = Columns()
    assert columns.add(row(0, _timestamp=10**400, loss=1)) == ["bad_wandb_value"]
    assert points(columns, "loss").value.tolist() == [1]


def test_an_epoch_beside_the_values_is_theirs() -> None:
    columns = columns_of(row(0, epoch=0.5, loss=1), row(1, loss=2), row(2, epoch=math.nan, loss=3))
    epochs = points(columns, "loss").epoch
    assert epochs[0] == 0.5
    assert np.isnan(epochs[1:]).all()
    assert columns.axes["epoch"] == "epoch"


def test_the_part_before_a_slash_does_not_hide_an_epoch() -> None:
    columns = columns_of(row(0, **{"train/epoch": 2, "train/loss": 1}))
    assert points(columns, "train/loss").epoch.tolist() == [2]


def test_text_and_lists_are_counted_by_name_and_none_is_nothing() -> None:
    columns = columns_of(
        row(0, note="a", loss=1), row(1, note="b", table=[1, 2]), row(2, note=None)
    )
    passed_over = {(name, key): values for name, key, values in columns.passed_over()}
    assert passed_over == {
        ("note", "text_column"): {"count": 2},
        ("table", "not_scalar"): {"count": 1},
    }
    assert [found.tag for found in columns.points()] == ["loss"]


def test_values_that_cannot_be_read_are_reported_for_each() -> None:
    columns = Columns()
    wrong = columns.add(row(0, a=Unreadable, b=10**400, c=1.0))
    assert wrong == ["bad_wandb_value", "bad_wandb_value"]
    repaired = History((Item(("lo\ufffdss",), 2.0, is_repaired=True),), 1)
    assert columns.add(repaired) == ["bad_name"]
    assert points(columns, "lo\ufffdss").value.tolist() == [2]


def test_numbers_that_are_not_finite_are_points_and_true_counts_as_one() -> None:
    columns = columns_of(row(0, loss=math.nan, ok=True), row(1, loss=-math.inf, ok=False))
    assert np.isnan(points(columns, "loss").value[0])
    assert points(columns, "loss").value[1] == -math.inf
    assert points(columns, "ok").value.tolist() == [1, 0]


def test_nested_values_are_named_by_their_path() -> None:
    columns = columns_of(row(0, val={"loss": 1, "deep": {"er": 2}}, train__loss=3))
    assert {found.tag for found in columns.points()} == {"val.loss", "val.deep.er", "train.loss"}


def test_media_in_parts_are_one_value_and_their_neighbours_stay() -> None:
    columns = columns_of(
        row(0, hist___type="histogram", hist__bins=[1], hist__size=5, history__size=6, loss=1)
    )
    assert {found.tag for found in columns.points()} == {"history.size", "loss"}
    assert [(name, key) for name, key, _ in columns.passed_over()] == [("hist", "not_scalar")]


def test_what_wandb_keeps_for_itself_is_not_a_metric() -> None:
    columns = columns_of(row(0, _wandb={"runtime": 5}, _step=0, _timestamp=1.0, loss=1))
    assert [found.tag for found in columns.points()] == ["loss"]


def test_samples_of_hardware_are_numbered_by_themselves() -> None:
    columns = columns_of(row(50, loss=1))
    for time in (10.0, 20.0):
        assert columns.add_stats(Stats((Item(("gpu", "0"), 40),), time)) == []
    gpu = points(columns, "system/gpu.0")
    assert gpu.step.tolist() == [0, 1]
    assert gpu.wall_time.tolist() == [10, 20]
    assert (columns.start, columns.end) == (None, None)  # the clock of the run is that of its rows
