"""Read rows that are only numbers and blanks, many at a time, with the C reader of pandas.

A block of rows is read here only if the careful reader (_delimited.py) would read the same: it has
no characters but those of plain numbers, every row has as many cells as the header, and no row is
blank. Over these characters the reader of pandas takes the cells that ``float`` takes, and rounds
them as ``float`` does.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analyzer.parsers._column import Column
from analyzer.stats.arrays import Floats

_CHARACTERS = b"0123456789+-.eE"  # of a number
_LARGEST = 2.0**53  # from here on a float does not represent every whole number
_LONG = re.compile(rb"(?:^|[^0-9.eE])[0-9]{16,}(?:[^0-9.eE]|$)")  # a whole number with 16 digits
SEPARATORS = ",;\t"
_LARGE = 1 << 20  # bytes of a block
LARGE = 32 << 20  # bytes of a file
_MOST_COLUMNS = 1000  # more cost more than their rows
_EXACT = (3, 1)  # from this version on pandas rounds as ``float`` unless asked otherwise


@dataclass
class NumberRows:
    """Reads blocks of rows; ``may_be_blank`` remembers whether a block before had blank cells."""

    names: Sequence[str]
    separator: str
    may_be_blank: bool = False

    def columns(self, block: bytes) -> list[Column] | None:
        """Return the columns of a block of whole lines, None if it has anything unusual."""
        width = len(self.names)
        if not block or not 1 < width <= _MOST_COLUMNS or self.separator not in SEPARATORS:
            return None
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
        between = block.translate(None, _CHARACTERS)
        row = self.separator * (width - 1) + "\n"
        if between != row.encode() * (len(between) // width):
            return None
        values = self._values(block)
        return None if values is None else self._checked(values, block)

    def _values(self, block: bytes) -> Floats | None:
        """Return the cells as numbers, a blank as NaN; None if a cell is not a number.

        Without blank cells pandas need not look for them. A small block is not worth its import.
        """
        if len(block) < _LARGE and not is_ready():
            return _floats(block, self.separator, len(self.names))
        values = _parsed(block, self.separator, has_blanks=self.may_be_blank)
        if values is None and not self.may_be_blank:
            values = _parsed(block, self.separator, has_blanks=True)
            self.may_be_blank = values is not None
        return values

    def _checked(self, values: Floats, block: bytes) -> list[Column] | None:
        """Return columns, None if a whole number may not fit into a float, or a row is blank."""
        present = np.ones(values.T.shape, dtype=bool)
        lowest, highest = values.min(), values.max()
        if np.isnan(lowest):
            present = ~np.isnan(values.T)
            if not present.any(axis=0).all():
                return None
            lowest, highest = np.nanmin(values), np.nanmax(values)
        if (lowest <= -_LARGEST or highest >= _LARGEST) and _LONG.search(block):
            return None
        return list(map(Column, self.names, values.T, present))


def is_ready() -> bool:
    """Say whether pandas is loaded."""
    return "pandas" in sys.modules


def prepare() -> None:
    """Load pandas, for a file that is large while its blocks are small."""
    import pandas  # noqa: F401 - only loaded


def _floats(block: bytes, separator: str, width: int) -> Floats | None:
    """Return the cells as Python reads them, None if it cannot."""
    cells = block.replace(b"\n", separator.encode()).split(separator.encode())[:-1]
    try:
        values = np.array([float(cell or b"nan") for cell in cells])
    except ValueError:
        return None
    return values.reshape(-1, width)


def _parsed(block: bytes, separator: str, *, has_blanks: bool) -> Floats | None:
    """Return what pandas reads, None if it cannot."""
    import pandas as pd

    is_old = tuple(map(int, pd.__version__.split(".")[:2])) < _EXACT
    precision: Literal["round_trip"] | None = "round_trip" if is_old else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            table = pd.read_csv(
                io.BytesIO(block),
                sep=separator,
                header=None,
                dtype=np.float64,
                engine="c",
                quoting=csv.QUOTE_NONE,
                na_filter=has_blanks,
                float_precision=precision,
            )
        except (ValueError, OverflowError):  # pandas' ParserError among them
            return None
    values: Floats = table.to_numpy()
    return values
