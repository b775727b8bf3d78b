"""One column: what it can be, its blanks filled, some of its rows, and names made unique."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.parsers._column import LARGEST_STEP, Column, number, unique

NAN = np.nan


def column(*cells: float | str | None) -> Column:
    """Return a column in which None is a blank and a string a text cell."""
    value = [NAN if cell is None or isinstance(cell, str) else float(cell) for cell in cells]
    present = [cell is not None and not isinstance(cell, str) for cell in cells]
    text = {row: cell for row, cell in enumerate(cells) if isinstance(cell, str)}
    return Column("x", np.array(value), np.array(present, dtype=bool), text)


def test_blanks_take_the_number_before_them_and_those_at_the_start_the_first() -> None:
    filled = column(None, 2, None, 5).filled()
    assert filled.value.tolist() == [2, 2, 2, 5]
    assert filled.whole.tolist() == [2, 2, 2, 5]
    assert filled.blanks == 2


def test_whole_numbers_are_exact_where_a_float_is_not() -> None:
    large = 2**53 + 1
    exact = Column("x", np.array([float(large)]), np.array([True]), exact={0: large})
    assert exact.filled().whole.tolist() == [large]


def test_a_number_too_large_for_a_step_is_0_and_the_others_stay() -> None:
    filled = column(1, 2.0**63, -3).filled()
    assert filled.whole.tolist() == [1, 0, -3]
    assert column().filled().whole.tolist() == []


def test_one_fraction_far_down_makes_a_column_no_step() -> None:
    value = np.arange(200_000, dtype=np.float64)
    present = np.ones(len(value), dtype=bool)
    assert Column("x", value, present).can_be("step")
    value[-1] += 0.5
    assert not Column("x", value, present).can_be("step")


@pytest.mark.parametrize(
    ("cells", "step", "epoch"),
    [
        ((0, 1, 2), True, True),
        ((0, None, 2), True, True),
        ((0.5, 1), False, True),
        ((0, np.inf), False, False),
        ((0, float(LARGEST_STEP)), False, True),
        (("a", "b", 1), False, False),
    ],
)
def test_only_finite_numbers_are_an_axis_and_only_whole_ones_a_step(
    cells: tuple[float | str | None, ...], step: bool, epoch: bool
) -> None:
    assert (column(*cells).can_be("step"), column(*cells).can_be("epoch")) == (step, epoch)


def test_half_of_the_cells_must_be_numbers() -> None:
    assert column(1, "a").is_numeric
    assert not column(1, "a", "b").is_numeric
    assert not column(None, None).is_numeric


def test_words_need_a_word_in_every_row() -> None:
    assert column("a", " b ").words() == ["a", "b"]
    assert column("a", None).words() is None
    assert column("a", 1).words() is None
    assert column().words() is None


def test_rows_are_taken_masked_and_padded() -> None:
    cells = column(1, "a", 3, None)
    taken = cells.taken([2, 1])
    assert (taken.value[0], taken.text, taken.present.tolist()) == (3, {1: "a"}, [True, False])
    masked = cells.masked("y", np.array([True, False, False, True]))
    assert (masked.name, masked.present.tolist(), dict(masked.text)) == (
        "y",
        [True, False, False, False],
        {},
    )
    assert cells.padded(6).present.tolist() == [True, False, True, False, False, False]
    assert len(cells.padded(2)) == 4


@pytest.mark.parametrize(
    ("cell", "value"), [("1e3", 1000), (" -2 ", -2), ("2024_01", None), ("x", None), ("", None)]
)
def test_a_cell_is_a_number_only_in_plain_notation(cell: str, value: float | None) -> None:
    assert number(cell) == value


def test_repeated_names_get_a_number_that_is_free() -> None:
    assert unique(["a", "a", "a.1", "a"]) == ("a", "a.1", "a.1.1", "a.2")


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("-nan(ind)", "nan"),
        ("nan(0x8000000000000)", "nan"),
        (" 1.#QNAN ", "nan"),
        ("-1.#IND00", "nan"),
        ("1.#INF00", "inf"),
        ("-1.#INF", "-inf"),
        ("\u221e", "inf"),
        ("\u2212\u221e", "-inf"),
        ("#N/A", "None"),
        ("f(ind)", "None"),
    ],
)
def test_what_is_not_finite_is_no_text_however_it_is_written(cell: str, shown: str) -> None:
    assert str(number(cell)) == shown
