"""JSON Lines: a record per line (Detectron2, DETR, MMEngine, RLlib, the W&B API, own loops).

A record gives its split by its names, or by a word under "mode" (MMEngine), "split" or "phase".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.meta import PassedOver
from analyzer.model.run import LogIssue, Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._encoding import decode
from analyzer.parsers._json_rows import Losses, Rows, read_rows
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._settings import settings
from analyzer.parsers._table import Table, read_table

_SPLIT_KEYS = ("mode", "split", "phase", "stage", "subset")
_LONGEST_SPLIT = 40  # characters of a word that names a split
_TRIED = 1000  # records: if none of them names a metric, the file is a dataset and may be large
_MOST_CELLS = 10**8  # names times records; each takes nine bytes
_FAR = 1 << 20  # bytes: a first record may be longer than the head


class JsonLines(Parser):
    """Records that a training loop appended to a file, one JSON object per line."""

    title: ClassVar[str] = "JSON Lines"

    def claims(self, file: LogFile) -> bool:
        """Claim text in which a line is a whole object and the next one opens another."""
        head = decode(file.head).lstrip("\ufeff\0 \t\r\n")
        if not head.startswith("{"):
            return False
        if _has_records(head):
            return True
        is_longer = file.size > len(file.head) and head.count("\n") < 2
        return is_longer and _has_records(_far(file))

    def parse(self, group: Group) -> list[Run]:
        """Read the records; every number in them becomes a point."""
        (file,) = group.files
        log = _read(file)
        issues: list[LogIssue] = []
        points: list[Points] = []
        axes: dict[str, str] = {}
        passed_over: list[PassedOver] = []
        for split, rows in log.splits.items():
            table = _table(rows, file, is_log=len(log.splits) > 1)
            points += _placed(table.points, split)
            axes |= table.axes
            passed_over += table.passed_over
            issues += table.issues
        for rows in log.splits.values():
            passed_over += rows.lists()
        series, found = assemble(points, file.shown)
        meta = meta_of(self.title, [file.shown], points, axes=axes, passed_over=passed_over)
        losses = log.losses.issues(file.shown, kept=sum(len(tagged.value) for tagged in points))
        return [Run("", series, log.config, meta, (*losses, *issues, *found))]


@dataclass
class _Log:
    """The records of a file, by the split that they name."""

    splits: dict[str, Rows] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    losses: Losses = field(default_factory=Losses)


class _Split(NamedTuple):
    """The split of a record, and the key that names it; both "" if none does."""

    name: str = ""
    key: str = ""


def _read(file: LogFile) -> _Log:
    """Read a file; raises NotThisFormat, early, if no record names a known metric."""
    log = _Log()
    with file.open() as handle:
        for count, (line, row) in enumerate(read_rows(handle, log.losses)):
            if count == _TRIED:
                _refuse_unknown(log)
            split = _split(row)
            aside = {split.key} if split.name else set()
            if isinstance(row.get("config"), Mapping):  # RLlib repeats its settings in each record
                log.config = log.config or settings(row["config"])
                aside.add("config")
            cells = {name: cell for name, cell in row.items() if name not in aside}
            log.splits.setdefault(split.name, Rows()).add(cells, line)
    _refuse_unknown(log)
    return log


def _has_records(text: str) -> bool:
    """Say whether a line of a text is an object and the next line opens another."""
    lines = [line.strip("\0 \t\r") for line in text.split("\n")]
    lines = [line for line in lines if line]
    return any(
        line.startswith("{") and line.endswith("}") and following.startswith("{")
        for line, following in pairwise(lines)
    )


def _far(file: LogFile) -> str:
    """Return the first megabyte of a file."""
    with file.open() as handle:
        return decode(handle.read(_FAR)).lstrip("\ufeff")


def _split(row: Mapping[str, Any]) -> _Split:
    """Return the split that a word in a record names."""
    for key, word in row.items():
        if isinstance(word, str) and _names_a_split(key):
            split = _split_of(word[:_LONGEST_SPLIT])
            if split:
                return _Split(split, key)
    return _Split()


@lru_cache(maxsize=4096)
def _names_a_split(key: str) -> bool:
    return metrics.normal(key) in _SPLIT_KEYS


@lru_cache(maxsize=4096)
def _split_of(word: str) -> str:
    return metrics.cell_split(word)


def _refuse_unknown(log: _Log) -> None:
    """Raise NotThisFormat if no name is a known metric, ParseError if there are too many names."""
    names: set[str] = set()
    for rows in log.splits.values():
        names.update(rows.cells)
    if not any(metrics.kind(metrics.read(name).metric) for name in names):
        raise NotThisFormat("no_metric")
    if any(len(rows.cells) * len(rows.lines) > _MOST_CELLS for rows in log.splits.values()):
        raise ParseError("too_many_names", names=len(names))


def _table(rows: Rows, file: LogFile, *, is_log: bool) -> Table:
    return read_table(rows.columns(), file.shown, rows.lines, rows_are_epochs=False, is_log=is_log)


def _placed(points: Sequence[Points], split: str) -> list[Points]:
    """Return points under the split of their records, unless their name gives one."""
    return [
        tagged if metrics.read(tagged.tag).split else replace(tagged, split=split)
        for tagged in points
    ]
