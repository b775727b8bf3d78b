"""Keras history JSON: ``History.history`` in the shapes that people save it.

A dict of lists; ``{"history": ..., "params": ..., "epoch": ...}``; pandas' ``{"loss": {"0": ...}}``; a list of records;
a JSON string that holds one of these. Settings beside the series become hyper-parameters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.model.run import LogIssue, Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._delimited import decode, number
from analyzer.parsers._json import load_json
from analyzer.parsers._series import assemble
from analyzer.parsers._table import Column, Table, read_table

_OPENING = re.compile(r'\s*(?:\{\s*(?:"|\}|$)|\[\s*(?:\{|\]|$)|"\s*[\[{])')
_NUMBERS = (int, float)
_ROW = re.compile(r"[0-9]{1,9}")
_DEEPEST_SETTING = 20
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
        known = {
            one.name
            for one in columns
            if one.name in self.options.names or metrics.is_judged(one.name)
        }
        if not known:
            raise NotThisFormat("no_metric")
        named = not known.isdisjoint(self.options.names)
        tables = _tables(columns, known, file.shown, is_log=named)
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
        lengths = {len(one.value) for one in columns if one.is_numeric}
        if len(tables) == 1 and len(lengths) > 1:
            values = {"shortest": min(lengths), "longest": max(lengths)}
            issues.append(LogIssue("info", file.shown, "unequal_lengths", values=values))
        return [
            Run(
                "",
                series,
                config,
                meta,
                (*(one for table in tables for one in table.issues), *issues),
            )
        ]


def _columns(document: Any) -> tuple[list[Column], dict[str, Any]]:
    """Return the series of a document as columns, and its settings."""
    if isinstance(document, list):
        return _record_columns([one for one in document if isinstance(one, Mapping)]), {}
    if not isinstance(document, Mapping):
        raise NotThisFormat("no_metric")
    inner = document.get("history")
    if isinstance(inner, Mapping):
        beside = {
            name: value for name, value in document.items() if name not in ("history", "params")
        }
        columns, config = _columns({**beside, **inner})
        settings = document.get("params")
        return columns, {**config, **_settings(settings if isinstance(settings, Mapping) else {})}
    cells = {name: _cells(value) for name, value in document.items()}
    series = {name: _column(name, one) for name, one in cells.items() if one is not None}
    lengths = {len(one.value) for one in series.values() if one.is_numeric}
    # class names beside the history; a text in each row would make it a table of results
    texts = {
        name
        for name, one in series.items()
        if not one.present.any() and len(one.value) not in lengths
    }
    settings = {
        name: value for name, value in document.items() if name not in series or name in texts
    }
    return [one for name, one in series.items() if name not in texts], _settings(settings)


def _settings(values: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """Return values beside the series as hyper-parameters, in UTF-8; what is nested deep is none and becomes "..."."""
    return {_text(name): _setting(value, depth) for name, value in values.items()}


def _setting(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping | list) and depth > _DEEPEST_SETTING:
        return "..."
    if isinstance(value, Mapping):
        return _settings(value, depth + 1)
    return [_setting(one, depth + 1) for one in value] if isinstance(value, list) else value


def _text(value: str) -> str:
    """Return text that can be written; JSON may hold half a character as an escape."""
    return value.encode("utf-8", "replace").decode()


def _cells(value: Any) -> Sequence[Any] | None:
    """Return the entries of a series: a list, or pandas' dict from row number to value; None for anything else."""
    if isinstance(value, Mapping) and value and all(_ROW.fullmatch(key) for key in value):
        rows = {int(key): one for key, one in value.items()}
        if max(rows) > 10 * len(rows) + 1000 or len(rows) < len(value):
            return None
        value = [rows.get(row) for row in range(max(rows) + 1)]
    if not isinstance(value, list):
        return None
    return None if all(isinstance(one, list | Mapping) for one in value) else value


def _record_columns(records: Sequence[Mapping[str, Any]]) -> list[Column]:
    names = dict.fromkeys(name for record in records for name in record)
    return [_column(name, [record.get(name) for record in records]) for name in names]


def _column(name: str, cells: Sequence[Any]) -> Column:
    value = np.full(len(cells), np.nan)
    present = np.zeros(len(cells), dtype=bool)
    text = {}
    exact = {}
    for row, cell in enumerate(cells):
        if cell is None:
            continue
        one = _number(cell)
        if one is None:
            text[row] = _text(cell) if isinstance(cell, str) else f"({type(cell).__name__})"
            continue
        value[row], present[row] = one, True
        if isinstance(cell, int) and one != cell and abs(cell) < 2**63:
            exact[row] = cell
    return Column(_text(name), value, present, text, exact)


def _number(cell: Any) -> float | None:
    if isinstance(cell, list) and len(cell) == 1:
        cell = cell[0]
    if isinstance(cell, _NUMBERS):
        try:
            return float(cell)
        except OverflowError:
            return None
    return number(cell) if isinstance(cell, str) else None


def _tables(
    columns: Sequence[Column], known: Set[str], source: str, *, is_log: bool
) -> list[Table]:
    """Read the series of each length as a table: those of the usual length by epoch, much longer ones by batch."""
    lengths = Counter(len(one.value) for one in columns if one.name in known)
    usual = max(lengths, key=lambda length: (lengths[length], -length))
    batches = _NOT_PER_EPOCH * max(usual, 1)
    per_epoch = [one for one in columns if len(one.value) < batches]
    rows = max((len(one.value) for one in per_epoch), default=0)
    tables = [read_table([_padded(one, rows) for one in per_epoch], source, is_log=is_log)]
    for length in sorted({len(one.value) for one in columns if len(one.value) >= batches}):
        of_batches = [one for one in columns if len(one.value) == length]
        tables.append(read_table(of_batches, source, rows_are_epochs=False, is_log=True))
    return tables


def _padded(column: Column, rows: int) -> Column:
    """Return a column with blanks up to ``rows``; a shorter series just ends earlier."""
    missing = max(0, rows - len(column.value))
    value = np.append(column.value, np.full(missing, np.nan))
    return replace(
        column, value=value, present=np.append(column.present, np.zeros(missing, dtype=bool))
    )
