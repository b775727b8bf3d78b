"""Classification reports beside a log, as scikit-learn writes them: JSON, its text, or a table."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from analyzer.parsers._base import LogFile
from analyzer.parsers._encoding import decode
from analyzer.parsers._json import number_or_nan, read_value

MOST_CLASSES = 200
MOST_BYTES = 1 << 20
_NAMED = re.compile(
    r"(?:classification|class|clf|cls)[_\- ]?report|informe[_\- ](?:de[_\- ])?clasificaci[oó]n"
    r"|reporte[_\- ](?:de[_\- ])?clasificaci[oó]n",
    re.IGNORECASE,
)
_SUFFIXES = (".json", ".txt", ".csv")
_COLUMNS = ("precision", "recall", "f1-score", "support")
_SHARE = r"(\d(?:\.\d+)?|nan)"
_LINE = re.compile(rf"\s*(\S.*?)\s+{_SHARE}\s+{_SHARE}\s+{_SHARE}\s+(\d+(?:\.0)?)\s*")
_HEADER = re.compile(r"\s*precision\s+recall\s+f1-score\s+support\s*")
_MEANS = ("accuracy", "micro avg", "macro avg", "weighted avg", "samples avg", "avg / total")


class ClassScores(NamedTuple):
    """A line of a report: shares of 0 to 1, and the number of true examples."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


def is_report_name(name: str) -> bool:
    """Say whether a file is named for a classification report."""
    stem, dot, suffix = name.rpartition(".")
    return f"{dot}{suffix.lower()}" in _SUFFIXES and _NAMED.search(stem) is not None


def is_report_file(file: LogFile) -> bool:
    """Say whether a file holds a report; only one that is named for it is opened."""
    return is_report_name(file.name) and read_report(file) is not None


def read_report(file: LogFile) -> tuple[ClassScores, ...] | None:
    """Return the classes of a report, None if there are fewer than two.

    The means over all classes are left out. Raises ParseError, OSError.
    """
    if file.size > MOST_BYTES:
        return None
    with file.open() as handle:
        text = decode(handle.read(MOST_BYTES))
    kinds = {".json": _in_json, ".csv": _in_table}
    rows = kinds.get(file.suffix.lower(), _in_text)(text)
    found = tuple(scores for scores in map(_scores, rows) if scores is not None)[:MOST_CLASSES]
    return found if len(found) > 1 and any(scores.support for scores in found) else None


def _in_json(text: str) -> list[list[Any]]:
    value = read_value(text)
    if not isinstance(value, Mapping):
        return []
    return [
        [name, *(row.get(column) for column in _COLUMNS)]
        for name, row in value.items()
        if isinstance(row, Mapping)
    ]


def _in_text(text: str) -> list[list[Any]]:
    lines = text.replace("\0", "").splitlines()
    if not any(_HEADER.fullmatch(line) for line in lines):
        return []
    return [list(found.groups()) for found in map(_LINE.fullmatch, lines) if found is not None]


def _in_table(text: str) -> list[list[Any]]:
    """Return the rows of a data frame of a report: classes by row, or by column."""
    try:
        rows = [row for row in csv.reader(text.replace("\0", "").splitlines()) if any(row)]
    except csv.Error:
        return []
    if not rows:
        return []
    if [row[0] for row in rows[1:]] == list(_COLUMNS):
        rows = [list(column) for column in zip(*rows, strict=False)]
    return rows[1:] if rows[0][1:] == list(_COLUMNS) else []


def _scores(row: Iterable[Any]) -> ClassScores | None:
    """Return a row as scores, None for a mean or what is not a class."""
    name, *cells = row
    if str(name) in _MEANS or len(cells) != len(_COLUMNS):
        return None
    precision, recall, f1, support = (_number(cell) for cell in cells)
    if not all(0 <= share <= 1 for share in (precision, recall, f1)):
        return None
    if not 0 <= support < 2**53 or support % 1:
        return None
    return ClassScores(str(name), precision, recall, f1, int(support))


def _number(cell: Any) -> float:
    if isinstance(cell, str):
        try:
            return float(cell)
        except ValueError:
            return float("nan")
    return number_or_nan(cell)
