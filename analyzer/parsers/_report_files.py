"""Classification reports beside a log, as scikit-learn writes them: JSON, its text, or a table."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from analyzer.parsers._base import LogFile
from analyzer.parsers._encoding import decode
from analyzer.parsers._file_names import is_named_for
from analyzer.parsers._json import cell_or_nan, read_value

MOST_CLASSES = 200
MOST_BYTES = 1 << 20
_NAMED = re.compile(
    r"(?:classification|class|clf|cls)[_\- ]?report|informe[_\- ](?:de[_\- ])?clasificaci[oó]n"
    r"|reporte[_\- ](?:de[_\- ])?clasificaci[oó]n",
    re.IGNORECASE,
)
_SUFFIXES = (".json", ".txt", ".csv")
_COLUMNS = ("precision", "recall", "f1-score", "support")
_SHARE = re.compile(r"\d(?:\.\d+)?|nan")
_SUPPORT = re.compile(r"\d+(?:\.0)?")
_ACCURACY, _MICRO = "accuracy", "micro avg"
_MEANS = (_ACCURACY, _MICRO, "macro avg", "weighted avg", "samples avg", "avg / total")


class ClassScores(NamedTuple):
    """A line of a report: shares of 0 to 1, and the number of true examples."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


class ClassReport(NamedTuple):
    """The classes of a report, and whether each example has exactly one of them.

    Only then does scikit-learn write an accuracy; with several labels for an example, or some of
    the classes left out, it writes the micro average instead.
    """

    classes: tuple[ClassScores, ...]
    has_accuracy: bool


def is_report_name(name: str) -> bool:
    """Say whether a file is named for a classification report."""
    return is_named_for(name, _NAMED, _SUFFIXES)


def is_report_file(file: LogFile) -> bool:
    """Say whether a file holds a report; only one that is named for it is opened."""
    return is_report_name(file.name) and read_report(file) is not None


def read_report(file: LogFile) -> ClassReport | None:
    """Return a report, None if it has fewer than two classes.

    The means over all classes are left out. Raises ParseError, OSError.
    """
    if file.length > MOST_BYTES:
        return None
    with file.open() as handle:
        text = decode(handle.read(MOST_BYTES))
    kinds = {".json": _in_json, ".csv": _in_table}
    rows = kinds.get(file.suffix.lower(), _in_text)(text)
    found = tuple(scores for scores in map(_scores, rows) if scores is not None)[:MOST_CLASSES]
    if len(found) < 2 or not any(scores.support for scores in found):
        return None
    names = {str(row[0]) for row in rows}
    return ClassReport(found, _ACCURACY in names and _MICRO not in names)


def _in_json(text: str) -> list[list[Any]]:
    value = read_value(text)
    if not isinstance(value, Mapping):
        return []
    return [
        [name, *(row.get(column) for column in _COLUMNS)] if isinstance(row, Mapping) else [name]
        for name, row in value.items()
    ]


def _in_text(text: str) -> list[list[Any]]:
    lines = text.replace("\0", "").splitlines()
    if not any(line.split() == [*_COLUMNS] for line in lines):
        return []
    rows = (line.strip().rsplit(None, len(_COLUMNS)) for line in lines)
    return [row for row in rows if _is_row(row)]


def _is_row(row: Sequence[str]) -> bool:
    """Say whether the parts of a line are a row of a report; the accuracy has one share only."""
    is_accuracy = row[:1] == [_ACCURACY] and len(row) == 3
    if len(row) != 1 + len(_COLUMNS) and not is_accuracy:
        return False
    *shares, support = row[1:]
    return all(map(_SHARE.fullmatch, shares)) and _SUPPORT.fullmatch(support) is not None


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
    precision, recall, f1, support = map(cell_or_nan, cells)
    if not all(0 <= share <= 1 for share in (precision, recall, f1)):
        return None
    if not 0 <= support < 2**53 or support % 1:
        return None
    return ClassScores(str(name), precision, recall, f1, int(support))
