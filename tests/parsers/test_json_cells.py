"""Cells of JSON records: plain numbers at once, all others one by one, with the same answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers._json_cells import are_lists, column_of, column_of_series

INF = float("inf")


def column(*cells: Any) -> Any:
    return column_of("loss", enumerate(cells), len(cells))


def test_plain_numbers_are_themselves_and_none_is_blank() -> None:
    found = column(1, 2.5, None, True, -INF)
    assert found.present.tolist() == [True, True, False, True, True]
    assert found.value[found.present].tolist() == [1.0, 2.5, 1.0, -INF]
    assert (found.text, found.exact) == ({}, {})


def test_a_nan_is_a_number_that_is_present() -> None:
    found = column(float("nan"), 1.0)
    assert found.present.all()
    assert np.isnan(found.value[0])


def test_rows_that_are_missing_are_blank() -> None:
    found = column_of("loss", [(1, 0.5), (3, 0.25)], 5)
    assert found.present.tolist() == [False, True, False, True, False]
    assert not column_of("loss", [], 2).present.any()


@pytest.mark.parametrize("large", [2**53 + 1, -(2**53) - 1, 2**62 + 1])
def test_a_whole_number_that_no_float_holds_is_kept_exactly(large: int) -> None:
    found = column(0.5, large)
    assert found.present.all()
    assert found.exact == {1: large}


def test_a_number_beyond_every_float_is_no_number() -> None:
    found = column(0.5, 10**400)
    assert found.present.tolist() == [True, False]
    assert found.text == {1: "100000000000..."}


def test_texts_and_lists_of_one_are_read_among_numbers() -> None:
    found = column(0.5, "0.25", [0.125], "broken", [1, 2], {"a": 1})
    assert found.value[found.present].tolist() == [0.5, 0.25, 0.125]
    assert found.text == {3: "broken", 4: "(list)", 5: "(dict)"}


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (("2,776.80", "951.25", 12), [2776.8, 951.25, 12]),
        (("2,776", "1,951,000"), [2776, 1951000]),
        (("2.776,8", "951,25"), [2776.8, 951.25]),
        (("0,512", "1,204"), [0.512, 1.204]),
        (("85.3%", "90 %"), [85.3, 90]),
    ],
)
def test_numbers_written_for_people_are_read(cells: tuple[Any, ...], values: list[float]) -> None:
    found = column(*cells)
    assert found.value.tolist() == pytest.approx(values)
    assert not found.text


def test_a_name_with_nothing_but_lists_is_told_apart() -> None:
    assert are_lists([[1, 2], None, {"a": 1, "b": 2}])
    assert not are_lists([[1], [2]])
    assert not are_lists([None])


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["0.5", "NaN", "broken", [0.25], [1, 2], {}, 2**53 + 1, 10**400]),
)


@given(st.one_of(st.lists(st.floats()), st.lists(CELLS)))
def test_a_whole_series_is_read_as_its_cells_one_by_one(cells: list[Any]) -> None:
    at_once, one_by_one = column_of_series("loss", cells), column(*cells)
    assert at_once.value.tobytes() == one_by_one.value.tobytes()
    assert at_once.present.tolist() == one_by_one.present.tolist()
    assert (at_once.text, at_once.exact) == (one_by_one.text, one_by_one.exact)


@pytest.mark.parametrize("blank", ["N/A", "None", "-", "null", " "])
def test_words_for_nothing_are_blank_among_numbers_and_under_a_loss(blank: str) -> None:
    found = column(0.5, blank, "0.25", blank)
    assert found.present.tolist() == [True, False, True, False]
    assert not found.text
    assert not column(blank, blank).text
    assert not column_of("size", enumerate([1, blank]), 2).text


def test_words_for_nothing_are_words_among_words() -> None:
    assert column_of("schedule", enumerate(["none", "cosine"]), 2).words() == ["none", "cosine"]
