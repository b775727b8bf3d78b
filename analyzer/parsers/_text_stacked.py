"""Join the two lines of a table's header whose columns have a word in each: "Mini-batch / Loss".

MATLAB's ``trainNetwork`` and Vowpal Wabbit print such tables. Neither line alone names an axis and
a metric.
"""

from __future__ import annotations

import re

from analyzer.parsers._text_tables import header_of

# two lines without a digit, perhaps a rule, and a row that begins with a number
_STACK = re.compile(
    rb"^(?P<upper>[^\d\n]{12,400})\n(?P<lower>[^\d\n]{12,400})\n"
    rb"(?=(?:[ \t|=+_-]{3,400}\n)?[ \t|]*[-+.]?\d)",
    re.MULTILINE,
)
_FEWEST = 3  # columns; two words may stand above two others in any text


def with_one_header(data: bytes) -> bytes:
    """Return text in which such a header is one line."""
    return _STACK.sub(_joined, data)


def _joined(match: re.Match[bytes]) -> bytes:
    upper, lower = match["upper"], match["lower"]
    if any(header_of(line.decode("latin-1")) for line in (upper, lower)):
        return match[0]
    columns = _columns(upper, lower)
    mark = b" | " if b"|" in upper else b"  "
    header = mark.join(columns)
    if b"|" in upper:
        header = b"| %b |" % header
    if len(columns) < _FEWEST or not header_of(header.decode("latin-1")):
        return match[0]
    return b"%b\n" % header


def _columns(upper: bytes, lower: bytes) -> list[bytes]:
    """Return the names of the columns, none if the lines do not have equally many."""
    cells = [_cells(line) for line in (upper, lower)]
    if len(cells[0]) != len(cells[1]):
        return []
    return [b" ".join(filter(None, pair)) for pair in zip(*cells, strict=True)]


def _cells(line: bytes) -> list[bytes]:
    if b"|" not in line:
        return line.split()
    return [cell.strip() for cell in line.strip().strip(b"|").split(b"|")]
