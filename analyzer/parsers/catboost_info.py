"""``catboost_info``, the folder that CatBoost writes while it trains: two tables and a JSON.

``learn_error.tsv`` and ``test_error.tsv`` have a row for each iteration,
``catboost_training.json`` has the same with more digits and says how many iterations were
planned. The event files in ``learn/`` and ``test/`` are copies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._column import Column
from analyzer.parsers._encoding import decode
from analyzer.parsers._json import load_json
from analyzer.parsers._json_series import record_columns
from analyzer.parsers._odd_entries import OddEntries, odd_entries
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._table import read_table
from analyzer.parsers._unread import sheet_of, with_unread

_TABLES = {"learn_error.tsv": "train", "test_error.tsv": "val"}
_DOCUMENT = "catboost_training.json"
_TIMES = "time_left.tsv"
_EVENTS = "events.out.tfevents"
_NOT_READ = {_EVENTS: "same_log", _TIMES: "not_a_metric"}
_STEP = "iter"
_CLOCKS = {"passed_time", "remaining_time"}
_LOSSES = {**metrics.BOOSTER_LOSSES, "crossentropy": "logloss"}


class CatBoostInfo(Parser):
    """The folder ``catboost_info``."""

    title: ClassVar[str] = "CatBoost info folder"
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim the files by their names, and the event files beside them."""
        name = file.name
        if name in _TABLES or name == _TIMES:
            return file.head.startswith(b"iter\t")
        if name == _DOCUMENT:
            return b'"meta"' in file.head and b'"iteration' in file.head
        # from inside learn/ or test/ alone, the event file is all there is
        return (
            name == _EVENTS
            and len(file.relative.parts) > 1
            and (file.folder.parent / "learn_error.tsv").is_file()
        )

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Group the files of each folder."""
        found: dict[Path, list[LogFile]] = {}
        for file in files:
            folder = file.relative.parent
            found.setdefault(folder.parent if file.name == _EVENTS else folder, []).append(file)
        return [Group(folder, tuple(own)) for folder, own in found.items()]

    def parse(self, group: Group) -> list[Run]:
        """Read the tables, and of the JSON what no table has."""
        points: list[Points] = []
        issues: list[LogIssue] = []
        passed_over: list[PassedOver] = []
        config: dict[str, Any] = {}
        failed: dict[LogFile, ParseError] = {}
        for file in sorted(group.files, key=lambda file: file.name == _DOCUMENT):
            if file.name in _NOT_READ:
                reason = _NOT_READ[file.name]
                passed_over.append(PassedOver(file.shown, reason, {}))
            elif file.name in _TABLES:
                try:
                    found, lost = _from_table(file)
                except ParseError as error:
                    failed[file] = error
                    continue
                points += found
                issues += lost
            else:
                found, config, lost = _from_document(file, is_alone=len(group.files) == 1)
                known = {(tagged.tag, tagged.split) for tagged in points}
                points += [tagged for tagged in found if (tagged.tag, tagged.split) not in known]
                issues += lost
        if not points:
            raise next(iter(failed.values()), NotThisFormat("no_metric"))
        logs = [file for file in group.files if file.name in (*_TABLES, _DOCUMENT)]
        read = [file.shown for file in logs if file not in failed]
        series, restarts = assemble(points, read[0])
        meta = meta_of(self.title, read, points, axes={"step": _STEP}, passed_over=passed_over)
        return [with_unread(Run("", series, config, meta, (*issues, *restarts)), failed)]


def _from_table(file: LogFile) -> tuple[list[Points], list[LogIssue]]:
    """Read a table: a header of metrics, a row for each iteration."""
    sheet = sheet_of(file)
    table = read_table(sheet.columns, file.shown, sheet.lines, is_log=True, rows_are_epochs=False)
    kept = sum(len(tagged.value) for tagged in table.points)
    losses = [replace(issue, kept=kept) for issue in sheet.issues]
    return _in_split(table.points, _TABLES[file.name]), [*losses, *table.issues]


class _Document(NamedTuple):
    """What the JSON has."""

    points: list[Points]
    config: dict[str, Any]
    issues: list[LogIssue]


def _from_document(file: LogFile, *, is_alone: bool) -> _Document:
    """Read the JSON: which metrics each set has, and their values at each iteration.

    It is cut off where the training was stopped; the tables have its values then.
    """
    try:
        with file.open() as handle:
            document = load_json(decode(handle.read()))
    except ParseError as error:
        if is_alone:
            raise
        line = error.values.get("line")
        issue = LogIssue("warning", file.shown, error.key, line, values=error.values)
        return _Document([], {}, [issue])
    meta = document.get("meta") if isinstance(document, Mapping) else None
    iterations = document.get("iterations") if isinstance(document, Mapping) else None
    if not isinstance(meta, Mapping) or not isinstance(iterations, list):
        raise NotThisFormat("no_metric")
    records = [record for record in iterations if isinstance(record, Mapping)]
    odd = odd_entries(iterations, "iterations")
    points: list[Points] = []
    odd_values: list[OddEntries] = []
    for key, split in (("learn", "train"), ("test", "val")):
        names = _names(meta.get(f"{key}_metrics"))
        for number, part in enumerate(_sets(meta, key)):
            odd_values += _odd_values(iterations, part)
            columns = _columns(records, part, names)
            if columns:
                table = read_table(columns, file.shown, is_log=True, rows_are_epochs=False)
                points += _in_split(table.points, split, number)
    planned = meta.get("iteration_count")
    config = {"iterations": planned} if isinstance(planned, int) else {}
    kept = sum(len(tagged.value) for tagged in points)
    issues = [entries.issue(file.shown, kept) for entries in (*odd, *odd_values)]
    return _Document(points, config, issues)


def _sets(meta: Mapping[str, Any], key: str) -> list[str]:
    found = meta.get(f"{key}_sets")
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else [key]


def _names(found: Any) -> list[str]:
    """Return the names of the metrics of a set."""
    entries = found if isinstance(found, list) else []
    return [str(entry.get("name")) for entry in entries if isinstance(entry, Mapping)]


def _columns(records: Sequence[Mapping[str, Any]], part: str, names: Sequence[str]) -> list[Column]:
    """Return the values of a set: one column for each metric, and the iterations."""
    rows = []
    for record in records:
        values = record.get(part)
        if isinstance(values, list):
            row = dict(zip(names, values, strict=False))
            rows.append({_STEP: record.get("iteration"), **row})
    return record_columns(rows)


def _odd_values(iterations: Sequence[Any], part: str) -> list[OddEntries]:
    """Return what is to be said of iterations whose values of a set are not a list."""
    odd = []
    for at, record in enumerate(iterations):
        if isinstance(record, Mapping) and not isinstance(record.get(part, []), list):
            odd.append(f'iterations[{at}]["{part}"]')
    return [OddEntries(len(odd), odd[0])] if odd else []


def _in_split(points: Sequence[Points], split: str, number: int = 0) -> list[Points]:
    """Return points under a split; the sets of a test after the first keep their number."""
    found = []
    for tagged in points:
        if tagged.tag in _CLOCKS:
            continue
        metric = _LOSSES.get(tagged.tag.lower()) or metrics.read(tagged.tag).metric
        if metrics.kind(metric) is not None:
            metric = metric.lower()
        if number:
            metric = f"{metric}_{number}"
        tag = f"{tagged.tag}:{number}" if number else tagged.tag
        reading = metrics.Reading(split, metric)
        found.append(replace(tagged, tag=tag, split=split, reading=reading))
    return found
