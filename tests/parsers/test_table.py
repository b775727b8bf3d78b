"""Columns to points: which column is the step, the epoch and the clock, and what is left out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from analyzer.errors import NotThisFormat
from analyzer.parsers._column import Column
from analyzer.parsers._series import Points
from analyzer.parsers._table import Table, read_table


def column(name: str, cells: Sequence[Any]) -> Column:
    """Return a column in which None is a blank and a string a text cell."""
    is_number = np.array([isinstance(cell, int | float) for cell in cells], dtype=bool)
    value = np.array(
        [float(cell) if number else np.nan for cell, number in zip(cells, is_number, strict=True)]
    )
    return Column(
        name,
        value,
        is_number,
        {row: cell for row, cell in enumerate(cells) if isinstance(cell, str)},
    )


def table(cells: Mapping[str, Sequence[Any]], **options: Any) -> Table:
    return read_table([column(name, values) for name, values in cells.items()], "here", **options)


def points(found: Table, tag: str) -> Points:
    (points,) = [points for points in found.points if points.tag == tag]
    return points


LOSS = [0.5, 0.4, 0.3, 0.2]


def test_the_first_known_name_is_the_step() -> None:
    found = table({"iteration": [1, 2, 3, 4], "loss": LOSS, "step": [10, 20, 30, 40]})
    assert found.axes == {"step": "step"}
    assert points(found, "loss").step.tolist() == [10, 20, 30, 40]
    assert points(found, "iteration").value.tolist() == [1, 2, 3, 4]


def test_a_step_that_is_no_number_gives_way_to_the_next_name() -> None:
    found = table({"step": ["a", "b", "c", "d"], "global_step": [1, 2, 3, 4], "loss": LOSS})
    assert found.axes == {"step": "global_step"}
    assert found.passed_over == (("step", "text_column", {"count": 4}),)


def test_of_two_columns_of_one_name_the_first_is_the_axis() -> None:
    found = table({"Step": [1, 2, 3, 4], "step": [10, 20, 30, 40], "loss": LOSS})
    assert found.axes == {"step": "Step"}


def test_epochs_alone_count_the_steps_too() -> None:
    loss = points(table({"epoch": [3, 4, 5, 6], "loss": LOSS}), "loss")
    assert loss.step.tolist() == loss.epoch.tolist() == [3, 4, 5, 6]


def test_fractions_of_an_epoch_leave_the_steps_to_be_counted() -> None:
    loss = points(table({"epoch": [0.5, 1.0, 1.5, 2.0], "loss": LOSS}), "loss")
    assert loss.step.tolist() == [0, 1, 2, 3]
    assert loss.epoch.tolist() == [0.5, 1.0, 1.5, 2.0]


def test_rows_that_are_no_epochs_get_none() -> None:
    loss = points(table({"loss": LOSS}, rows_are_epochs=False), "loss")
    assert loss.step.tolist() == [0, 1, 2, 3]
    assert np.isnan(loss.epoch).all()


@pytest.mark.parametrize("first", [0, 1, 17])
def test_an_unnamed_first_column_that_counts_is_the_step(first: int) -> None:
    found = table({"Unnamed: 0": [first, first + 1, first + 2, first + 3], "loss": LOSS})
    assert points(found, "loss").step.tolist() == [first, first + 1, first + 2, first + 3]


def test_an_unnamed_column_that_does_not_count_is_a_series() -> None:
    found = table({"": [3, 1, 2, 0], "loss": LOSS})
    assert found.axes == {}
    assert points(found, "").value.tolist() == [3, 1, 2, 0]


def test_a_blank_in_a_metric_is_no_point() -> None:
    loss = points(table({"epoch": [0, 1, 2, 3], "loss": [0.5, None, 0.3, None]}), "loss")
    assert (loss.step.tolist(), loss.value.tolist()) == ([0, 2], [0.5, 0.3])


def test_a_blank_in_an_axis_takes_the_last_number_and_the_first_reaches_back() -> None:
    found = table({"step": [None, 10, None, 20], "loss": LOSS})
    assert points(found, "loss").step.tolist() == [10, 10, 10, 20]
    assert [(issue.key, dict(issue.values)) for issue in found.issues] == [
        ("axis_filled", {"name": "step", "count": 2})
    ]


@pytest.mark.parametrize(
    ("step", "epoch", "keys"),
    [
        (None, [0, 1, None, 3], ["axis_filled"]),
        ([0, 1, 2, 3], [0, 1, None, 3], ["epoch_filled"]),
        ([0, 1, None, 3], [0, 1, 2, 3], ["axis_filled"]),
        ([0, None, 2, 3], [0, 1, None, 3], ["axis_filled", "epoch_filled"]),
    ],
)
def test_a_blank_is_reported_by_how_it_was_filled(
    step: list[Any] | None, epoch: list[Any], keys: list[str]
) -> None:
    axes = {"epoch": epoch} if step is None else {"step": step, "epoch": epoch}
    found = table({**axes, "loss": LOSS})
    assert [issue.key for issue in found.issues] == keys


@pytest.mark.parametrize("cell", [math.nan, math.inf, -1e300, float(2**63)])
def test_one_cell_that_is_no_step_costs_the_other_rows_nothing(cell: float) -> None:
    found = table({"step": [0, 1, cell, 3], "loss": LOSS})
    assert points(found, "loss").step.tolist() == [0, 1, 2, 3]
    assert [issue.key for issue in found.issues] == ["axis_filled"]


def test_a_blank_with_no_room_between_its_neighbours_takes_the_last_number() -> None:
    steps = [0, 5, None, 10, None, None, 25, None]
    found = table({"step": steps, "loss": [*LOSS, *LOSS]})
    assert points(found, "loss").step.tolist() == [0, 5, 5, 10, 15, 20, 25, 25]


def test_whole_numbers_that_no_float_holds_are_taken_as_they_are() -> None:
    steps = [2**53, 2**53 + 1, 2**53 + 3]
    column_ = Column(
        "step",
        np.array(steps, dtype=np.float64),
        np.ones(3, dtype=bool),
        exact=dict(enumerate(steps)),
    )
    found = read_table([column_, column("loss", LOSS[:3])], "here")
    assert points(found, "loss").step.tolist() == steps


def test_a_step_that_starts_anew_in_each_epoch_is_counted_through() -> None:
    cells = {"epoch": [0, 0, 1, 1], "batch": [0, 1, 0, 1], "loss": LOSS}
    found = table(cells)
    assert found.axes == {"step": "batch", "epoch": "epoch"}
    assert points(found, "loss").step.tolist() == [0, 1, 2, 3]
    assert points(found, "loss").epoch.tolist() == [0, 0, 1, 1]


def test_a_step_of_one_of_several_splits_is_no_axis() -> None:
    cells = {"epoch": [0, 0, 1, 1], "batch": [0, 1, 0, 1], "loss": LOSS}
    columns = [column(name, values) for name, values in cells.items()]
    found = read_table(columns, "here", counts_through=False)
    assert found.axes == {"epoch": "epoch"}
    assert points(found, "loss").step.tolist() == [0, 0, 1, 1]


def test_a_step_that_goes_back_with_its_epoch_is_a_restart_and_stays_the_step() -> None:
    found = table({"epoch": [0, 1, 0, 1], "step": [10, 20, 10, 20], "loss": LOSS})
    assert found.axes == {"step": "step", "epoch": "epoch"}


@pytest.mark.parametrize("name", ["wall_time", "timestamp", "_timestamp", "Wall time"])
def test_seconds_since_1970_are_the_clock(name: str) -> None:
    found = table({"step": [1, 2, 3, 4], "loss": LOSS, name: [1.7e9, None, 1.7e9 + 2, 1.7e9 + 3]})
    assert found.axes["wall_time"] == name
    assert np.array_equal(
        points(found, "loss").wall_time, [1.7e9, np.nan, 1.7e9 + 2, 1.7e9 + 3], equal_nan=True
    )


def test_seconds_since_the_start_are_a_series() -> None:
    found = table({"step": [1, 2, 3, 4], "loss": LOSS, "timestamp": [0.1, 1.1, 2.1, 3.1]})
    assert points(found, "timestamp").value.tolist() == [0.1, 1.1, 2.1, 3.1]
    assert np.isnan(points(found, "loss").wall_time).all()


def test_dates_in_every_row_are_the_clock_and_others_are_text() -> None:
    dates = [f"2026-01-01T00:0{minute}:00Z" for minute in range(4)]
    assert points(table({"when": dates, "loss": LOSS}), "loss").wall_time.tolist() == [
        1767225600.0 + 60 * minute for minute in range(4)
    ]
    found = table({"epoch": [0, 1, 2, 3], "when": [*dates[:3], "soon"], "loss": LOSS})
    assert np.isnan(points(found, "loss").wall_time).all()


def test_text_among_numbers_is_reported_with_the_line_of_its_row() -> None:
    found = table({"epoch": [0, 1, 2, 3], "loss": [0.5, "a\nb" * 50, "c", 0.2]}, lines=[2, 4, 5, 9])
    (issue,) = found.issues
    assert (issue.position, issue.kept, issue.lost) == (4, 2, 2)
    assert len(str(issue)) < 200
    assert "\n" not in str(issue)


REFUSED = [
    ({}, "no_metric"),
    ({"a": [1, 2], "b": [3, 4]}, "unknown_names"),
    ({"loss": ["x", "y"], "epoch": ["p", "q"]}, "no_metric"),
    ({"loss": [None, None]}, "no_metric"),
    ({"epoch": [0, 1]}, "no_metric"),
    ({"model": ["a", "b"], "accuracy": [0.9, 0.8]}, "table_of_results"),
]


@pytest.mark.parametrize(("cells", "key"), REFUSED, ids=[str(list(case[0])) for case in REFUSED])
def test_a_table_that_is_no_log_is_refused(cells: dict[str, list[Any]], key: str) -> None:
    with pytest.raises(NotThisFormat) as refused:
        table(cells)
    assert refused.value.key == key


def test_a_name_in_every_row_and_an_axis_that_stands_still_are_results() -> None:
    cells = {"name": ["a", "b", "c", "d"], "epochs": [50, 50, 50, 50], "loss": LOSS}
    with pytest.raises(NotThisFormat, match="table_of_results"):
        table(cells)
    assert table({**cells, "epochs": [1, 2, 3, 4]}).points


def test_a_loss_without_any_number_is_a_series_of_no_points() -> None:
    found = table({"epoch": [0, 1, 2, 3], "loss": LOSS, "val_loss": ["[1, 2]", "x", "y", "z"]})
    assert len(points(found, "val_loss").value) == 0
    assert [(issue.key, issue.lost) for issue in found.issues] == [("text_cells", 4)]


@pytest.mark.parametrize(
    ("cells", "at_end"),
    [
        ([1.0, 0.5, "#NUM!", "#NUM!"], 2),
        ([1.0, "#NUM!", "diverged", "#NUM!"], 3),
        ([1.0, 0.5, 0.4, "0.3x"], None),  # half a number
        ([1.0, "off", "off", 0.5, "off", "off"], None),  # not evaluated
    ],
)
def test_a_loss_that_ends_in_text_is_told(cells: list[float | str], at_end: int | None) -> None:
    epochs = list(range(len(cells)))
    (issue,) = table({"epoch": epochs, "loss": epochs, "val_loss": cells}).issues
    assert issue.values.get("at_end") == at_end


def test_the_name_of_a_loss_function_is_no_loss() -> None:
    found = table({"epoch": [0, 1, 2, 3], "val_loss": LOSS, "loss": ["mse"] * 4})
    assert [entry.name for entry in found.passed_over] == ["loss"]
    assert found.issues == ()


def test_the_index_of_pandas_beside_an_epoch_is_passed_over() -> None:
    found = table({"": [0, 1, 0, 1], "epoch": [1, 2, 3, 4], "loss": LOSS})
    assert [(entry.name, entry.key) for entry in found.passed_over] == [("", "index_column")]


def test_a_blank_epoch_belongs_to_the_next_row_where_the_table_begins_with_one() -> None:
    cells = {
        "epoch": [None, 0, None, 1, 1],
        "step": [0, 4, 5, 9, 9],
        "lr": [0.1, None, 0.05, None, None],
        "loss": [None, 0.5, None, 0.4, 0.4],
    }
    assert points(table(cells), "lr").epoch.tolist() == [0, 1]


def test_what_is_known_to_be_a_log_is_not_refused() -> None:
    found = table({"gradients": [1, 2], "note": ["a", "b"]}, is_log=True)
    assert [points.tag for points in found.points] == ["gradients"]
    assert found.passed_over == (("note", "text_column", {"count": 2}),)


def test_unknown_names_beside_an_axis_are_kept() -> None:
    assert [points.tag for points in table({"epoch": [0, 1], "something": [3, 4]}).points] == [
        "something"
    ]
