"""Read numbers without a header, one on each line, as ``np.savetxt`` writes a curve."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from analyzer.model.issues import LogIssue
from analyzer.parsers._cell import is_torn, is_whole
from analyzer.parsers._column import Column, number
from analyzer.parsers._file_names import read_name

_SUFFIXES = (".txt", ".csv", ".tsv", ".dat", ".log", "")
_FEWEST = 5  # numbers
_TIMED = 3  # cells of a row: a step, a time and a number
_EARLIEST = 1e9  # seconds since 1970: 2001
_NAMELESS = ("0", "value", "values")
_SPLIT = re.compile(r"[,;\s]+")


class Bare(NamedTuple):
    """The columns of such a file, the line of each row, and what was lost."""

    columns: list[Column]
    lines: list[int]
    issues: list[LogIssue]


def metric_of(stem: str, suffix: str) -> str:
    """Return the metric that the name of a file gives to its numbers, "" if it gives none."""
    if suffix.lower() not in _SUFFIXES:
        return ""
    name = read_name(stem)
    return name.tag if name.metric else ""


def is_bare(head: str, *, cut: bool) -> bool:
    """Say whether a text is rows of as many numbers, so that it has no header."""
    rows = _rows(head)
    if cut:
        rows = rows[:-1]
    return len(rows) >= _FEWEST and _are_numbers(rows)


def are_numbers(line: str) -> bool:
    """Say whether the cells of a line are numbers; a blank line has no other."""
    return not line.strip() or None not in map(number, _SPLIT.split(line.strip()))


def read_bare(text: str, metric: str, source: str) -> Bare | None:
    """Return the numbers of a text as a column under the name of a metric, None for other text."""
    rows = _rows(text)
    issues = []
    if len(rows) > _FEWEST and not text.endswith(("\n", "\r")):
        above = [cells[-1] for _, cells in rows[-200:-1]]
        last, line = rows[-1].cells[-1], rows[-1].line
        if is_torn(last, above) or len(rows[-1].cells) < len(rows[0].cells):
            issues.append(LogIssue("warning", source, "cut_line", line, len(rows) - 1))
            rows = rows[:-1]
        elif not is_whole(last, above):
            issues.append(LogIssue("warning", source, "line_unended", line, len(rows) - 1))
            rows = rows[:-1]
        else:
            issues.append(LogIssue("info", source, "no_line_end", line))
    if len(rows) < _FEWEST or not _are_numbers(rows) or not _is_curve(rows):
        return None
    present = np.ones(len(rows), dtype=bool)
    cells = np.array([[float(cell) for cell in row.cells] for row in rows])
    columns = [Column(metric, cells[:, -1], present)]
    if cells.shape[1] == _TIMED:
        columns.insert(0, Column("timestamp", cells[:, 1], present))
    if cells.shape[1] > 1:
        columns.insert(0, Column("" if cells.shape[1] < _TIMED else "step", cells[:, 0], present))
    return Bare(columns, [row.line for row in rows], issues)


class _Row(NamedTuple):
    line: int
    cells: list[str]


def _rows(text: str) -> list[_Row]:
    """Return the lines that are not comments, cut at blanks and commas."""
    rows = []
    for line, content in enumerate(text.splitlines(), 1):
        if content.strip() and not content.startswith("#"):
            rows.append(_Row(line, _SPLIT.split(content.strip())))
    return rows[1:] if _is_series(rows) else rows


def _is_series(rows: list[_Row]) -> bool:
    """Say whether a series of pandas without a name was saved: "0" or "value" above its numbers.

    A number 0 of a curve is written with decimals, as the others are.
    """
    if len(rows) <= _FEWEST or any(len(row.cells) != 1 for row in rows[: _FEWEST + 1]):
        return False
    name = rows[0].cells[0].strip('"').lower()
    return name in _NAMELESS and all("." in row.cells[0] for row in rows[1:])


def _are_numbers(rows: list[_Row]) -> bool:
    """Say whether rows have only numbers, as many in each."""
    width = len(rows[0].cells)
    if any(len(row.cells) != width for row in rows):
        return False
    return not any(number(cell) is None for row in rows for cell in row.cells)


def _is_curve(rows: list[_Row]) -> bool:
    """Say whether each row has one number, or a count from row to row and one number.

    A time may stand between both, as in what Neptune's page saves of a chart.
    """
    width = len(rows[0].cells)
    if width == 1:
        return True
    counts = np.diff([float(row.cells[0]) for row in rows])
    if width == _TIMED:
        times = np.array([float(row.cells[1]) for row in rows])
        is_clock = times.min() > _EARLIEST and bool((np.diff(times) >= 0).all())
        return is_clock and bool((counts > 0).all())
    return width == 2 and bool((counts == 1).all())
