"""Keras history JSON: ``History.history`` in the shapes in which people save it.

A dict of lists; ``{"history": ..., "params": ..., "epoch": ...}``; what pandas writes, such as
``{"loss": {"0": ...}}``; a list of records; a JSON string of one of these. Settings beside the
series become hyperparameters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from typing import Any, ClassVar, NamedTuple

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.model.meta import PassedOver
from analyzer.model.run import LogIssue, Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._column import Column
from analyzer.parsers._encoding import decode
from analyzer.parsers._json import load_json
from analyzer.parsers._json_cells import column_of
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._settings import settings
from analyzer.parsers._table import Table, read_table

_OPENING = re.compile(r'\s*(?:\{\s*(?:"|\}|$)|\[\s*(?:\{|\]|$)|"\s*[\[{])')
_ROW = re.compile(r"[0-9]{1,9}")
_NOT_PER_EPOCH = 2  # a series this many times longer than the usual one counts batches, not epochs


class KerasHistory(Parser):
    """The return value of ``model.fit``, written as JSON."""

    title: ClassVar[str] = "history JSON"

    def claims(self, file: LogFile) -> bool:
        """Claim JSON that opens an object with a key, a list of records, or a string of one."""
        return _OPENING.match(decode(file.head).lstrip("\ufeff")) is not None

    def parse(self, group: Group) -> list[Run]:
        """Read a history; a series of numbers becomes a metric, other values hyperparameters."""
        (file,) = group.files
        with file.open() as handle:
            document = load_json(decode(handle.read()))
        columns, config = _read(document)
        mapped = {column.name for column in columns if column.name in self.options.names}
        known = mapped | {column.name for column in columns if metrics.is_judged(column.name)}
        if not known:
            raise NotThisFormat("no_metric")
        tables = _tables(columns, known, file.shown, is_log=bool(mapped))
        points: list[Points] = []
        passed_over: list[PassedOver] = []
        issues: list[LogIssue] = []
        for table in tables:
            points += table.points
            passed_over += table.passed_over
            issues += table.issues
            config = {**table.settings, **config}
        series, found = assemble(points, file.shown, unsaid="train")
        issues += found
        lengths = {len(column) for column in columns if column.is_numeric}
        if len(tables) == 1 and len(lengths) > 1:
            values = {"shortest": min(lengths), "longest": max(lengths)}
            issues.append(LogIssue("info", file.shown, "unequal_lengths", values=values))
        meta = meta_of(
            self.title, [file.shown], points, axes=tables[0].axes, passed_over=passed_over
        )
        return [Run("", series, config, meta, tuple(issues))]


class _History(NamedTuple):
    """The series of a document as columns, and its settings."""

    columns: list[Column]
    config: dict[str, Any]


def _read(document: Any) -> _History:
    """Tell the series of a document from its settings. Raises NotThisFormat if it has neither."""
    if isinstance(document, list):
        records = [entry for entry in document if isinstance(entry, Mapping)]
        return _History(_record_columns(records), {})
    if not isinstance(document, Mapping):
        raise NotThisFormat("no_metric")
    inner = document.get("history")
    if isinstance(inner, Mapping):
        beside = {
            name: value for name, value in document.items() if name not in ("history", "params")
        }
        columns, config = _read({**beside, **inner})
        params = document.get("params")
        if isinstance(params, Mapping):
            config |= settings(params)
        return _History(columns, config)
    series: dict[str, Column] = {}
    for name, value in document.items():
        cells = _cells(value)
        if cells is not None:
            series[name] = column_of(name, enumerate(cells), len(cells))
    lengths = {len(column) for column in series.values() if column.is_numeric}
    # class names beside the history; a text in each row would make it a table of results
    texts = {
        name
        for name, column in series.items()
        if not column.present.any() and len(column) not in lengths
    }
    config = {
        name: value for name, value in document.items() if name not in series or name in texts
    }
    columns = [column for name, column in series.items() if name not in texts]
    return _History(columns, settings(config))


def _cells(value: Any) -> Sequence[Any] | None:
    """Return the entries of a series, or None for anything else.

    A series is a list, or pandas' dict from row number to value.
    """
    if isinstance(value, Mapping) and value and all(_ROW.fullmatch(key) for key in value):
        rows = {int(key): cell for key, cell in value.items()}
        if max(rows) > 10 * len(rows) + 1000 or len(rows) < len(value):
            return None
        value = [rows.get(row) for row in range(max(rows) + 1)]
    if not isinstance(value, list) or all(isinstance(cell, list | Mapping) for cell in value):
        return None
    return value


def _record_columns(records: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Return one column for each name in a list of records."""
    names: dict[str, None] = {}
    for record in records:
        names.update(dict.fromkeys(record))
    columns = []
    for name in names:
        cells = enumerate(record.get(name) for record in records)
        columns.append(column_of(name, cells, len(records)))
    return columns


def _tables(
    columns: Sequence[Column], known: Set[str], source: str, *, is_log: bool
) -> list[Table]:
    """Read the series of usual length as a table of epochs, much longer ones by batch.

    Shorter series simply end earlier; the longer ones make one table for each length.
    """
    lengths = Counter(len(column) for column in columns if column.name in known)
    usual = max(lengths, key=lambda length: (lengths[length], -length))
    batches = _NOT_PER_EPOCH * max(usual, 1)
    per_epoch = [column for column in columns if len(column) < batches]
    rows = max((len(column) for column in per_epoch), default=0)
    tables = [read_table([column.padded(rows) for column in per_epoch], source, is_log=is_log)]
    for length in sorted({len(column) for column in columns if len(column) >= batches}):
        per_batch = [column for column in columns if len(column) == length]
        tables.append(read_table(per_batch, source, rows_are_epochs=False, is_log=True))
    return tables
