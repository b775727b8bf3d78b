"""Confusion matrices beside a log: counts by true and predicted class, as JSON or as a table."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from analyzer.parsers._base import LogFile
from analyzer.parsers._encoding import decode
from analyzer.parsers._file_names import is_named_for
from analyzer.parsers._json import cell_or_nan, read_value
from analyzer.stats.arrays import Ints

MOST_CLASSES = 200
MOST_BYTES = 4 << 20
_NAMED = re.compile(r"(?:^|[^a-z])(?:confusion|confusi[oó]n|conf_?mat(?:rix)?)(?:$|[^a-z])", re.I)
_SUFFIXES = (".json", ".csv", ".tsv")
_LABELS = ("labels", "classes", "class_names", "names", "target_names", "etiquetas", "clases")
_MATRICES = (
    *("matrix", "confusion_matrix", "confusion", "cm", "data", "counts", "values"),
    *("matriz", "matriz_de_confusion"),
)


class NamedMatrix(NamedTuple):
    """Counts by true class (rows) and predicted class (columns)."""

    classes: tuple[str, ...]
    counts: Ints


def is_matrix_name(name: str) -> bool:
    """Say whether a file is named for a confusion matrix."""
    return is_named_for(name, _NAMED, _SUFFIXES)


def is_matrix_file(file: LogFile) -> bool:
    """Say whether a file holds a confusion matrix; only one that is named for it is opened."""
    return is_matrix_name(file.name) and read_matrix(file) is not None


def read_matrix(file: LogFile) -> NamedMatrix | None:
    """Return the matrix in a file, None if it has none. Raises ParseError, OSError."""
    if file.length > MOST_BYTES:
        return None
    with file.open() as handle:
        text = decode(handle.read(MOST_BYTES))
    if file.suffix.lower() == ".json":
        return _in_json(read_value(text))
    return _in_table(text)


def _in_json(value: Any) -> NamedMatrix | None:
    if isinstance(value, list):
        return _named(value, ())
    if not isinstance(value, Mapping):
        return None
    labels = next((value[key] for key in _LABELS if isinstance(value.get(key), list)), ())
    for key in _MATRICES:
        if isinstance(value.get(key), list):
            return _named(value[key], labels)
    rows = [row for row in value.values() if isinstance(row, Mapping)]
    if len(rows) == len(value) > 1 and all(list(row) == list(value) for row in rows):
        return _named([list(row.values()) for row in rows], list(value))
    return None


def _in_table(text: str) -> NamedMatrix | None:
    lines = text.replace("\0", "").splitlines()[: MOST_CLASSES + 2]
    separator = max(",;\t", key=lines[0].count) if lines else ","
    try:
        rows = [row for row in csv.reader(lines, delimiter=separator) if any(row)]
    except csv.Error:
        return None
    if rows and len(rows) == len(rows[0]):
        bare = _named(rows, ())
        if bare is not None:
            return bare
    if len(rows) < 3:
        return None
    header, body = rows[0], rows[1:]
    if len(header) == len(body) + 1:
        return _named([row[1:] for row in body], header[1:])
    return _named(body, header) if len(header) == len(body) else None


def _named(rows: Sequence[Any], labels: Sequence[Any]) -> NamedMatrix | None:
    """Return a square of whole counts with its classes, numbered if they have no names."""
    size = len(rows)
    if not 2 <= size <= MOST_CLASSES:
        return None
    if not all(isinstance(row, list | tuple) and len(row) == size for row in rows):
        return None
    counts = np.array([list(map(cell_or_nan, row)) for row in rows])
    if not np.isfinite(counts).all() or (counts < 0).any() or (counts % 1).any():
        return None
    if not 0 < counts.sum() < 2**53:
        return None
    names = [str(label) for label in labels] if len(labels) == size else map(str, range(size))
    return NamedMatrix(tuple(names), counts.astype(np.int64))
