"""Read JSON records that differ only in their numbers, many at a time.

A program writes the same names in the same order, so that its records are a fixed text with numbers
between. A shape is that text. Records of a shape are read without a JSON parser: every byte of the
text is compared, and the numbers are read as a table (_number_rows.py) if JSON allows them as they
are written. Anything else is left to the reader of single records.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analyzer.parsers._number_rows import NumberRows
from analyzer.stats.arrays import Bools, Floats, Ints

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)')
_IN_NUMBER = np.zeros(256, dtype=bool)
_IN_NUMBER[list(b"0123456789+-.eE")] = True
_IS_DIGIT = np.zeros(256, dtype=bool)
_IS_DIGIT[list(b"0123456789")] = True
_MOST_NUMBERS = 1000  # of a record
_COMMA, _END, _POINT, _MINUS, _ZERO = b",\n.-0"
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Shape:
    """The text before each number of a record, and the text behind the last with the line end."""

    before: tuple[bytes, ...]
    behind: bytes

    def marked(self) -> str:
        """Return a record of the shape whose numbers are 0, 1, 2 and so on."""
        numbers = (text + str(place).encode() for place, text in enumerate(self.before))
        return (b"".join(numbers) + self.behind).decode()


def shape_of(line: bytes) -> Shape | None:
    """Return the shape of a line with a record, None if it is not plain text with numbers."""
    if not line.isascii() or b"\0" in line or not line.endswith(b"\n"):
        return None
    before = []
    at = 0
    for match in _TOKEN.finditer(line):
        if match[1] is not None:
            before.append(line[at : match.start()])
            at = match.end()
    if not 1 < len(before) <= _MOST_NUMBERS:
        return None
    return Shape(tuple(before), line[at:])


@dataclass(frozen=True, eq=False)
class Read:
    """Which lines have a shape, and the numbers of each: a row for each place in the shape."""

    fits: Bools
    numbers: Floats


def read_lines(lines: Sequence[bytes], shape: Shape) -> Read | None:
    """Read the lines of a shape; None if a number of one of them is not as JSON writes it."""
    text = np.frombuffer(b"".join(lines), dtype=np.uint8)
    lengths = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines))
    ends = np.cumsum(lengths)
    ending = {piece[0] for piece in (*shape.before[1:], shape.behind)}  # of a number
    is_ending = np.zeros(len(text), dtype=bool)
    for code in ending:
        is_ending |= text == code
    cuts = np.flatnonzero(is_ending)
    cut_of = np.cumsum([sum(code in ending for code in piece) for piece in shape.before])
    if not len(cuts):
        return Read(np.zeros(len(lines), dtype=bool), np.empty((len(cut_of), 0)))
    first = np.searchsorted(cuts, ends - lengths)
    stops = cuts[np.minimum(first + cut_of[:, None], len(cuts) - 1)]
    before = np.concatenate([(ends - lengths)[None], stops[:-1]])
    sizes = np.array([[len(piece)] for piece in shape.before])
    fits = stops[-1] + len(shape.behind) == ends
    for at, piece in zip(before, shape.before, strict=True):
        fits &= stands(text, at, piece)
    fits &= stands(text, stops[-1], shape.behind)
    starts = np.minimum(before + sizes, stops)
    fits &= are_json(text, starts)
    numbers = numbers_between(text, starts[:, fits], stops[:, fits])
    return None if numbers is None else Read(fits, numbers)


def stands(text: Bytes, at: Ints, piece: bytes) -> Bools:
    """Say at which places a piece of text stands."""
    last = len(text) - len(piece)
    if last < 0:
        return np.zeros(len(at), dtype=bool)
    windows = np.ndarray((last + 1,), dtype=f"V{len(piece)}", buffer=text.data, strides=(1,))
    found = windows[np.minimum(at, last)].view(np.uint8).reshape(len(at), -1)
    stands: Bools = (found == np.frombuffer(piece, dtype=np.uint8)).all(axis=1)
    return stands & (at <= last)


def numbers_between(text: Bytes, starts: Ints, stops: Ints) -> Floats | None:
    """Return the numbers between places, None if one of them is not as JSON writes it."""
    if not starts.size:
        return np.empty(starts.shape)
    edges = np.stack([starts, stops + 1]).transpose(2, 1, 0).ravel()
    sizes = np.diff(edges, prepend=0)  # of what stands between numbers, and of numbers, in turn
    keep = np.repeat(np.tile([False, True], len(edges) // 2), sizes)
    marked = text[: len(keep)].copy()
    marked[stops] = _COMMA  # the character behind a number separates it from the next
    marked[stops[-1]] = _END
    table = marked[keep]
    points = np.flatnonzero(table == _POINT)
    if not _IS_DIGIT[table[points + 1]].all():
        return None
    columns = NumberRows([""] * len(starts), ",").columns(table.tobytes())
    if columns is None:
        return None
    return np.array([column.value for column in columns])


def are_json(text: Bytes, starts: Ints) -> Bools:
    """Say in which lines all numbers begin as in JSON: no plus, no needless zero, no whole -0."""
    last = len(text) - 1
    is_negative = text[starts] == _MINUS
    digit = text[np.minimum(starts + is_negative, last)]
    following = text[np.minimum(starts + is_negative + 1, last)]
    is_zero = digit == _ZERO
    is_odd = ~_IS_DIGIT[digit] | (is_zero & _IS_DIGIT[following])
    is_odd |= is_zero & is_negative & ~_IN_NUMBER[following]
    are_json: Bools = ~is_odd.any(axis=0)
    return are_json
