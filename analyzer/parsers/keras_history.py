"""Keras history JSON: ``History.history`` in the shapes that people save it.

A dict of lists; ``{"history": ..., "params": ..., "epoch": ...}``; pandas' ``{"loss": {"0": ...}}``; a list of records;
a JSON string that holds one of these. Settings beside the series become hyper-parameters.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model import LogIssue, Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._delimited import decode
from analyzer.parsers._series import assemble
from analyzer.parsers._table import Column, Table, read_table

_OPENING = re.compile(r'\s*(?:\{\s*(?:"|\}|$)|\[\s*(?:\{|\]|$)|"\s*[\[{])')
_NUMBERS = (int, float)
_NOT_PER_EPOCH = 2  # a series this many times longer than the usual one counts batches, not epochs


class KerasHistory(Parser):
    """What ``model.fit`` returned, written as JSON."""

    title: ClassVar[str] = "history JSON"

    def claims(self, file: LogFile) -> bool:
        """Claim JSON text: it opens an object with a key, a list of records, or a string that holds one of these."""
        return _OPENING.match(decode(file.head).lstrip("\ufeff")) is not None

    def parse(self, group: Group) -> list[Run]:
        """Read a history; each series of numbers becomes a metric, each other value a hyper-parameter."""
        (file,) = group.files
        with file.open() as handle:
            document = load_json(decode(handle.read()))
        columns, config = _columns(document)
        if not any(metrics.kind(metrics.read(one.name).metric) for one in columns):
            raise NotThisFormat("no_metric")
        tables = _tables(columns, file.shown)
        points = [one for table in tables for one in table.points]
        series, issues = assemble(points, file.shown, unsaid="train")
        meta = {
            "format": self.title,
            "files": [file.shown],
            "start": None,
            "end": None,
            "axes": tables[0].axes,
            "passed_over": [item for table in tables for item in table.passed_over],
        }
        lengths = Counter(len(one) for one in series)
        if len(tables) == 1 and len(lengths) > 1 and not isinstance(document, list):
            values = {"shortest": min(lengths), "longest": max(lengths)}
            issues.append(LogIssue("info", file.shown, "unequal_lengths", values=values))
        return [Run("", series, config, meta, (*(one for table in tables for one in table.issues), *issues))]


def load_json(text: str) -> Any:
    """Return a JSON document; NaN and Infinity tokens are numbers, and a string that holds JSON is opened.

    Raises ParseError with line and column where it is no JSON, is nested too deep or holds a number of absurd length.
    """
    try:
        document = json.loads(text.lstrip("\ufeff"))
        if isinstance(document, str) and document.lstrip()[:1] in ("{", "["):
            document = json.loads(document)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and text[: error.pos].strip():
            raise NotThisFormat("json_lines", line=error.lineno) from error
        raise ParseError("not_json", line=error.lineno, column=error.colno, error=error.msg) from error
    except RecursionError as error:
        raise ParseError("json_too_deep") from error
    except ValueError as error:
        raise ParseError("json_number_too_long") from error
    return document


def _columns(document: Any) -> tuple[list[Column], dict[str, Any]]:
    """Return the series of a document as columns, and its settings."""
    if isinstance(document, list):
        return _record_columns([one for one in document if isinstance(one, Mapping)]), {}
    if not isinstance(document, Mapping):
        raise NotThisFormat("no_metric")
    inner = document.get("history")
    if isinstance(inner, Mapping):
        settings = document.get("params")
        config = dict(settings) if isinstance(settings, Mapping) else {}
        epoch = document.get("epoch")
        outer = {"epoch": epoch} if isinstance(epoch, list) and "epoch" not in inner else {}
        columns, _ = _columns({**outer, **inner})
        return columns, config
    columns, config = [], {}
    for name, value in document.items():
        cells = _cells(value)
        if cells is None:
            config[str(name)] = value
        else:
            columns.append(_column(str(name), cells))
    return columns, config


def _cells(value: Any) -> Sequence[Any] | None:
    """Return the entries of a series: a list, or pandas' dict from row number to value; None for anything else."""
    if isinstance(value, Mapping) and value and all(str(key).isdecimal() for key in value):
        rows = {int(key): one for key, one in value.items()}
        if max(rows) > 10 * len(rows) + 1000:
            return None
        value = [rows.get(row) for row in range(max(rows) + 1)]
    if not isinstance(value, list):
        return None
    return None if all(isinstance(one, list | Mapping) for one in value) else value


def _record_columns(records: Sequence[Mapping[str, Any]]) -> list[Column]:
    names = dict.fromkeys(str(name) for record in records for name in record)
    return [_column(name, [record.get(name) for record in records]) for name in names]


def _column(name: str, cells: Sequence[Any]) -> Column:
    value = np.full(len(cells), np.nan)
    present = np.zeros(len(cells), dtype=bool)
    text = {}
    for row, cell in enumerate(cells):
        if cell is None:
            continue
        number = _number(cell)
        if number is None:
            text[row] = str(cell)
        else:
            value[row], present[row] = number, True
    return Column(name, value, present, text)


def _number(cell: Any) -> float | None:
    if isinstance(cell, list) and len(cell) == 1:
        cell = cell[0]
    if isinstance(cell, _NUMBERS):
        try:
            return float(cell)
        except OverflowError:
            return None
    if isinstance(cell, str):
        try:
            return float(cell)
        except ValueError:
            return None
    return None


def _tables(columns: Sequence[Column], source: str) -> list[Table]:
    """Read the series of each length as a table: those of the usual length by epoch, much longer ones by batch."""
    lengths = Counter(len(one.value) for one in columns if metrics.kind(metrics.read(one.name).metric))
    usual = max(lengths, key=lambda length: (lengths[length], -length))
    per_epoch = [_padded(one, usual) for one in columns if len(one.value) < _NOT_PER_EPOCH * max(usual, 1)]
    rows = max((len(one.value) for one in per_epoch), default=0)
    tables = [read_table([_padded(one, rows) for one in per_epoch], source)]
    for length in sorted({len(one.value) for one in columns if len(one.value) >= _NOT_PER_EPOCH * max(usual, 1)}):
        of_batches = [one for one in columns if len(one.value) == length]
        tables.append(read_table(of_batches, source, rows_are_epochs=False))
    return tables


def _padded(column: Column, rows: int) -> Column:
    """Return a column with blanks up to ``rows``; a shorter series just ends earlier."""
    missing = max(0, rows - len(column.value))
    return Column(
        column.name,
        np.append(column.value, np.full(missing, np.nan)),
        np.append(column.present, np.zeros(missing, dtype=bool)),
        column.text,
    )
