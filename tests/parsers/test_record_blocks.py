"""Records that differ only in their numbers: which lines are read at once, and to what."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers._record_blocks import read_lines, shape_of

LINE = b'{"step": 1, "val": {"loss_2": 0.5}, "note": "a,1}", "on": true}\n'


def test_a_shape_is_the_text_between_the_numbers_of_a_record() -> None:
    shape = shape_of(LINE)
    assert shape is not None
    assert json.loads(shape.marked()) == {
        "step": 0,
        "val": {"loss_2": 1},
        "note": "a,1}",
        "on": True,
    }
    assert shape_of(b'{"loss": 1}\n') is None  # a number alone
    assert shape_of(LINE[:-1]) is None
    assert shape_of(LINE.replace(b"note", "\u00f1".encode())) is None


@pytest.mark.parametrize(
    "line",
    [
        LINE.replace(b"loss_2", b"loss_3"),
        LINE.replace(b'"a,1}"', b'"a,2}"'),
        LINE.replace(b"true", b"null"),
        LINE.replace(b": 0.5", b": .5"),
        LINE.replace(b": 0.5", b": +0.5"),
        LINE.replace(b": 0.5", b": 00.5"),
        LINE.replace(b": 0.5", b": -0"),
        LINE.replace(b": 0.5", b": NaN"),
        LINE.replace(b": 0.5", b": null"),
        LINE.replace(b": 0.5", b": "),
        LINE.replace(b": 0.5", b":  0.5"),
        LINE.replace(b"}\n", b"\n"),
        LINE.replace(b"}\n", b"}}\n"),
        LINE.replace(b"}\n", b"}\r\n"),
        b"{}\n",
        b"\n",
        b'{"step": 1,\n',
    ],
)
def test_a_line_of_another_shape_is_left(line: bytes) -> None:
    shape = shape_of(LINE)
    assert shape is not None
    read = read_lines([LINE, line, LINE], shape)
    assert read is not None
    assert read.fits.tolist() == [True, False, True]
    assert read.numbers.tolist() == [[1, 1], [0.5, 0.5]]


@pytest.mark.parametrize("number", [b"5.", b"5.e3", b"1e", b"1-2", b"9007199254740993", b"--1"])
def test_a_number_that_json_does_not_allow_or_a_float_not_hold_is_left(number: bytes) -> None:
    shape = shape_of(LINE)
    assert shape is not None
    read = read_lines([LINE, LINE.replace(b"0.5", number)], shape)
    assert read is None or not read.fits[1]


@given(st.lists(st.tuples(st.integers(-(10**14), 10**14), st.floats(allow_nan=False)), min_size=1))
def test_numbers_are_those_of_json(rows: list[tuple[int, float]]) -> None:
    shape = shape_of(b'{"a": 1, "b": 2}\n')
    assert shape is not None
    lines = [json.dumps({"a": whole, "b": value}).encode() + b"\n" for whole, value in rows]
    read = read_lines(lines, shape)
    assert read is not None
    fitting = [row for row, fits in zip(rows, read.fits, strict=True) if fits]
    assert len(fitting) >= sum(np.isfinite(value) for _, value in rows)
    found = read.numbers.T
    assert found.tobytes() == np.array(fitting, dtype=np.float64).reshape(-1, 2).tobytes()
