"""``trainer_state.json`` of Hugging Face's Trainer (transformers, TRL, sentence-transformers).

Each checkpoint folder has the log up to its step: all of them are one run, and the longest is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._encoding import decode
from analyzer.parsers._json import load_json
from analyzer.parsers._json_cut import load_json_or_start
from analyzer.parsers._json_rows import Record, Rows
from analyzer.parsers._odd_entries import OddEntries, odd_entries
from analyzer.parsers._profile_rows import Records, arranged
from analyzer.parsers._profiles import parted, profile_named, read_as
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._settings import settings
from analyzer.parsers._table import read_table

_NAME = "trainer_state.json"
_CHECKPOINT = "checkpoint-"
_MARKS = (b'"log_history"', b'"global_step"')
_SETTINGS = (
    "num_train_epochs",
    "max_steps",
    "train_batch_size",
    "logging_steps",
    "eval_steps",
    "save_steps",
)
_BATCH = "per_device_train_batch_size"
_TIMES = ("runtime", "per_second", "_time")  # differ where a run was resumed


class TrainerState(Parser):
    """What the Trainer saves beside each checkpoint and at the end."""

    title: ClassVar[str] = "Hugging Face trainer state"
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim by the name, or by the keys at the beginning if a copy has another."""
        if file.name == _NAME:
            return True
        return file.suffix == ".json" and all(mark in file.head for mark in _MARKS)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Group the states of a run's checkpoints, those below its folder and its own."""
        found: dict[Path, list[LogFile]] = {}
        for file in files:
            if file.name != _NAME:
                found.setdefault(file.bare, []).append(file)
                continue
            folder = file.relative.parent
            if folder.name.startswith(_CHECKPOINT):
                folder = folder.parent
            found.setdefault(folder, []).append(file)
        return [Group(name, tuple(own)) for name, own in found.items()]

    def parse(self, group: Group) -> list[Run]:
        """Read the longest log; a state that is not part of it is a run of its own."""
        states, issues = _states(group.files)
        if not states:
            raise NotThisFormat("no_metric")
        apart: list[_State] = []
        for state in states:
            if not any(_is_part(state, longer) for longer in apart):
                apart.append(state)
        runs = []
        for state in apart:
            parts = [
                other.file.shown
                for other in states
                if other is not state and _is_part(other, state)
            ]
            runs.append(_run(state, self.title, parts, is_only=len(apart) == 1))
        first, *rest = runs
        return [replace(first, issues=(*issues, *first.issues)), *rest]


class _State(NamedTuple):
    """A file, its log and what else it has; ``marks`` are the records without their times.

    ``odd`` are entries of the log that are no records.
    """

    file: LogFile
    records: list[Record]
    document: Mapping[str, Any]
    marks: list[str]
    odd: tuple[OddEntries, ...]


def _states(files: Sequence[LogFile]) -> tuple[list[_State], list[LogIssue]]:
    """Read files; the longest log comes first, of equals the one nearest to the run's folder."""
    found = []
    issues = []
    for file in files:
        try:
            with file.open() as handle:
                text = decode(handle.read())
            document, is_cut = load_json_or_start(text)
            if is_cut and not _history(document):
                document = load_json(text)  # which says where it ends
        except ParseError as error:
            if len(files) == 1:
                raise
            line = error.values.get("line")
            issues.append(LogIssue("warning", file.shown, error.key, line, values=error.values))
            continue
        if is_cut:
            issues.append(LogIssue("warning", file.shown, "json_cut"))
        history = _history(document)
        if not isinstance(history, list):
            continue
        entries = map(Record, count(), history)
        records = [record for record in entries if isinstance(record.row, Mapping)]
        marks = [_mark(record.row) for record in records if "train_runtime" not in record.row]
        odd = odd_entries(history, "log_history")
        found.append(_State(file, records, document, marks, odd))
    found.sort(key=lambda state: (-len(state.marks), len(state.file.relative.parts)))
    return found, issues


def _history(document: Any) -> Any:
    """Return the records of a state, or whatever stands in their place."""
    return document.get("log_history") if isinstance(document, Mapping) else None


def _mark(record: Mapping[str, Any]) -> str:
    """Return a record as text, without what depends on the speed of the machine."""
    kept = {name: value for name, value in record.items() if not name.endswith(_TIMES)}
    return json.dumps(kept, sort_keys=True, default=str)


def _is_part(shorter: _State, longer: _State) -> bool:
    """Say whether a log is the beginning of another."""
    return longer.marks[: len(shorter.marks)] == shorter.marks


def _run(state: _State, title: str, parts: Sequence[str], *, is_only: bool) -> Run:
    """Return the run that a state tells; ``parts`` are the files with its beginning."""
    shown = state.file.shown
    rows = Rows()
    for index, record in state.records:
        rows.add(record, index)
    rare = rows.leave_rare(place="log_history")
    profile = profile_named("trainer")
    (records,), means = _arranged(rows)
    few = parted(records.columns, profile)
    table = read_table(few.columns, shown, rows_are_epochs=False, is_log=True)
    points = read_as(table.points, profile)
    series, found = assemble(points, shown)
    passed_over = [*table.passed_over, *rows.lists()]
    if means:
        passed_over.append(PassedOver(profile.mean, "mean_over_run", {"count": means}))
    passed_over += [PassedOver(part, "earlier_checkpoint", {}) for part in parts]
    meta = meta_of(title, [shown], points, axes=table.axes, passed_over=passed_over)
    kept = sum(map(len, series))
    odd = [entries.issue(shown, kept) for entries in state.odd]
    if rare is not None:
        odd.append(rare.issue(shown, kept))
    name = "" if is_only else state.file.relative.parent.as_posix()
    return Run(name, series, _config(state, rows), meta, (*odd, *table.issues, *found))


def _arranged(rows: Rows) -> tuple[list[Records], int]:
    """Return the records without the means over the run, and how many of these there are."""
    records = [Records("", rows.columns(), rows.lines)]
    found, means = arranged(records, profile_named("trainer"))
    return found or [Records("", [], [])], means


def _config(state: _State, rows: Rows) -> dict[str, Any]:
    """Return the settings that a state has; the largest learning rate tells apart what it ran.

    The Trainer's batch size is that of a device, unless torch's DataParallel divides it.
    """
    found = {name: state.document[name] for name in _SETTINGS if state.document.get(name)}
    if "train_batch_size" in found:
        found[_BATCH] = found.pop("train_batch_size")
    trial = state.document.get("trial_params")
    if isinstance(trial, Mapping):
        found |= trial
    rates = rows.cells.get("learning_rate")
    numbers = [cell for cell in rates.cells if isinstance(cell, float)] if rates else []
    if numbers and "learning_rate" not in found:
        found["largest_logged"] = {"learning_rate": max(numbers)}
    return settings(found)
