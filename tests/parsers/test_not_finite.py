"""NaN and infinity as C prints them are the same in tables, JSON and text."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import pytest

from analyzer.parsers._cell import Marks, read_number
from analyzer.parsers._json import load_json
from analyzer.parsers._not_finite import not_finite
from analyzer.parsers._text_lines import text_chunks

PRINTED = [
    ("nan(ind)", "nan"),
    ("-nan(snan)", "nan"),
    ("nan(0x8000)", "nan"),
    ("1.#IND00", "nan"),
    ("-1.#QNAN", "nan"),
    ("1.#INF", "inf"),
    ("-1.#INF00", "-inf"),
]


def in_text(cell: str) -> float:
    return float(b"".join(text_chunks(io.BytesIO(f"loss {cell}\n".encode()))).split()[1])


READERS = [
    not_finite,
    in_text,
    lambda cell: load_json(f'{{"loss": {cell}}}')["loss"],
    lambda cell: read_number(cell, Marks(decimal_comma=False)),
    lambda cell: read_number(cell, Marks(decimal_comma=True)),
]


@pytest.mark.parametrize(("cell", "value"), PRINTED)
@pytest.mark.parametrize("read", READERS)
def test_every_reader_knows_it(read: Callable[[str], float], cell: str, value: str) -> None:
    assert str(abs(read(cell)) if value == "nan" else read(cell)) == value


@pytest.mark.parametrize("comma", [False, True])
def test_a_mark_of_the_language_is_one(comma: bool) -> None:
    marks = Marks(decimal_comma=comma)
    assert read_number("1,#INF", marks) == math.inf
    assert str(read_number("-1,#IND", marks)) == "nan"


@pytest.mark.parametrize("cell", ["nan(x)", "nan", "inf", "2.#INF", "#", "f(ind)"])
def test_other_words_are_not(cell: str) -> None:
    assert not_finite(cell) is None
