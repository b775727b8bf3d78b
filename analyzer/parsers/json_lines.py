"""JSON Lines: one record a line (Detectron2, DETR, MMEngine, RLlib, a history from the W&B API, own loops).

A record says its split by its names, or by a word under "mode" (MMEngine), "split" or "phase".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._delimited import decode
from analyzer.parsers._json_rows import Losses, Rows, read_rows
from analyzer.parsers._series import Points, assemble
from analyzer.parsers._settings import settings
from analyzer.parsers._table import Table, read_table

_SPLIT_KEYS = ("mode", "split", "phase")
_TRIED = 1000  # records: where none of them names a metric, the file is a dataset and may be large
_MOST_CELLS = 10**8  # names times records; each takes nine bytes
_FAR = 1 << 20  # bytes: a first record may be longer than the head


class JsonLines(Parser):
    """Records that a training loop appended to a file, one JSON object a line."""

    title: ClassVar[str] = "JSON Lines"

    def claims(self, file: LogFile) -> bool:
        """Claim text in which a line is a whole object and the next one opens another."""
        head = decode(file.head).lstrip("\ufeff\0 \t\r\n")
        if not head.startswith("{"):
            return False
        return _has_records(head) or (
            file.size > len(file.head) and head.count("\n") < 2 and _has_records(_far(file))
        )

    def parse(self, group: Group) -> list[Run]:
        """Read the records; every number in them becomes a point."""
        (file,) = group.files
        log = _read(file)
        tables = {
            split: _table(rows, file, is_log=len(log.splits) > 1)
            for split, rows in log.splits.items()
        }
        points = [_placed(one, split) for split, table in tables.items() for one in table.points]
        series, issues = assemble(points, file.shown)
        meta = {"format": self.title, "files": [file.shown], **_meta(list(tables.values()))}
        meta["passed_over"] += [item for rows in log.splits.values() for item in rows.lists()]
        lost = log.losses.issues(file.shown, sum(len(one.value) for one in points))
        told = [issue for table in tables.values() for issue in table.issues]
        return [Run("", series, log.config, meta, (*lost, *told, *issues))]


@dataclass
class _Log:
    """The records of a file, by the split that they name."""

    splits: dict[str, Rows] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    losses: Losses = field(default_factory=Losses)


def _read(file: LogFile) -> _Log:
    """Read a file; raises NotThisFormat, early, where no record names a known metric."""
    log = _Log()
    with file.open() as handle:
        for count, (line, row) in enumerate(read_rows(handle, log.losses)):
            if count == _TRIED:
                _refuse_unknown(log)
            split, aside = _split(row)
            if isinstance(row.get("config"), Mapping):  # RLlib repeats its settings in each record
                log.config = log.config or settings(row["config"])
                aside.add("config")
            cells = {name: cell for name, cell in row.items() if name not in aside}
            log.splits.setdefault(split, Rows()).add(cells, line)
    _refuse_unknown(log)
    return log


def _has_records(text: str) -> bool:
    lines = [line.strip("\0 \t\r") for line in text.split("\n")]
    lines = [line for line in lines if line]
    return any(
        one.startswith("{") and one.endswith("}") and other.startswith("{")
        for one, other in pairwise(lines)
    )


def _far(file: LogFile) -> str:
    with file.open() as handle:
        return decode(handle.read(_FAR)).lstrip("\ufeff")


def _split(row: Mapping[str, Any]) -> tuple[str, set[str]]:
    """Return the split that a record is of, "" where it says none, and the name under which it says so."""
    for key in _SPLIT_KEYS:
        word = row.get(key)
        if isinstance(word, str) and word.lower() in metrics.SPLITS:
            return metrics.SPLITS[word.lower()], {key}
    return "", set()


def _refuse_unknown(log: _Log) -> None:
    """Raise NotThisFormat where no name is that of a known metric, ParseError where the names are too many."""
    names = {name for rows in log.splits.values() for name in rows.cells}
    if not any(metrics.kind(metrics.read(name).metric) for name in names):
        raise NotThisFormat("no_metric")
    if any(len(rows.cells) * len(rows.lines) > _MOST_CELLS for rows in log.splits.values()):
        raise ParseError("too_many_names", names=len(names))


def _table(rows: Rows, file: LogFile, *, is_log: bool) -> Table:
    return read_table(rows.columns(), file.shown, rows.lines, rows_are_epochs=False, is_log=is_log)


def _placed(points: Points, split: str) -> Points:
    """Return points under the split of their records, but for a name that says its own."""
    return points if metrics.read(points.tag).split else replace(points, split=split)


def _meta(tables: list[Table]) -> dict[str, Any]:
    times = np.concatenate(
        [np.array([]), *(one.wall_time for table in tables for one in table.points)]
    )
    times = times[np.isfinite(times)]
    return {
        "start": float(times.min()) if len(times) else None,
        "end": float(times.max()) if len(times) else None,
        "axes": {axis: name for table in tables for axis, name in table.axes.items()},
        "passed_over": [item for table in tables for item in table.passed_over],
    }
