"""The lines of rows: as a list of numbers would have them."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers._line_numbers import LineNumbers


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 4))))
def test_the_lines_are_those_of_a_list(stretches: list[tuple[int, int]]) -> None:
    numbers, expected = LineNumbers(), []
    for line, rows in stretches:
        if rows == 1:
            numbers.append(line)
        else:
            numbers.extend_from(line, rows)
        expected += range(line, line + rows)
    assert len(numbers) == len(expected)
    assert list(numbers) == expected
    assert numbers[1:] == expected[1:]
    assert [numbers[-at] for at in range(1, len(expected) + 1)] == expected[::-1]


def test_a_row_that_is_not_there_has_no_line() -> None:
    with pytest.raises(IndexError):
        LineNumbers()[0]


def test_rows_that_do_not_follow_each_other_take_two_numbers_each() -> None:
    tracemalloc.start()
    numbers = LineNumbers()
    for row in range(10_000):
        numbers.append(2 * row)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(numbers) == 10_000
    assert size < 24 * 10_000  # 8 bytes a number, with room to grow; as objects 80 bytes a row
