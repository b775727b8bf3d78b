"""Blocks of rows that are only numbers: what is read at once, and what is left to others."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.parsers import _number_rows
from analyzer.parsers._column import Column
from analyzer.parsers._number_rows import NumberRows


@pytest.fixture(autouse=True, params=[True, False])
def ready(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with pandas, and without."""
    monkeypatch.setattr(_number_rows, "is_ready", lambda: request.param)


def columns(text: str, separator: str = ",") -> list[Column] | None:
    return NumberRows(("a", "b"), separator).columns(text.encode())


def test_numbers_and_blanks_become_columns() -> None:
    found = columns("1,0.5\n2,\n-0,1e400\n")
    assert found is None or found[1].value[2] == np.inf  # pandas before 3 leaves it to others
    found = columns("1,0.5\n2,\n-0,1e-3\n")
    assert found is not None
    assert found[0].value.tobytes() == np.array([1, 2, -0.0]).tobytes()
    assert found[1].present.tolist() == [True, False, True]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2\n3\n",
        "1,2\n3,4,5\n",
        "1,2,3\n",
        "1\n2\n",
        "1,2\n\n3,4\n",
        "1,2\n,\n",
        "1,nan\n",
        "1,2\r3,4\n",
        '1,"2"\n',
        "1, 2\n",
        "1,2\n3,4",
        "1,0x1\n",
        "1,9007199254740993\n",
        "-9007199254740993,1\n",
        "1,1_0\n",
        "1,\u0663\n",
        "#,1\n",
        "1,2\0\n",
    ],
)
def test_anything_unusual_is_left_to_the_careful_reader(text: str) -> None:
    assert columns(text) is None


def test_line_ends_of_windows_and_other_separators_are_read() -> None:
    assert columns("1,2\r\n3,4\r\n") is not None
    assert columns("1;2\n3;4\n", ";") is not None
    assert columns("1 2\n3 4\n", " ") is None


def test_a_cell_is_a_number_exactly_if_python_reads_it() -> None:
    for length in (1, 2, 3):
        for letters in itertools.product("09+-.eE", repeat=length):
            cell = "".join(letters)
            found = columns(f"{cell},1\n")
            try:
                number = float(cell)
            except ValueError:
                assert found is None, cell
                continue
            if number == number:
                assert found is not None, cell
                assert found[0].value.tobytes() == np.array([number]).tobytes(), cell


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(-1e15, 1e15), min_size=1), st.integers(0, 25))
def test_numbers_are_rounded_as_python_rounds_them(values: list[float], digits: int) -> None:
    cells = [f"{value:.{digits}e}" for value in values] + [repr(value) for value in values]
    found = columns("".join(f"{cell},1\n" for cell in cells))
    assert found is not None
    assert found[0].value.tobytes() == np.array([float(cell) for cell in cells]).tobytes()
