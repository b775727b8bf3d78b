"""Optuna's journal (``JournalStorage`` on a file): a line for each operation on a study.

The operations are those of Optuna's ``JournalOperation``: studies and trials are counted in the
order in which they were created, and a deleted study keeps its number.
"""

from __future__ import annotations

import json
import re
from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from analyzer.errors import NotThisFormat
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._json_rows import Losses, read_rows
from analyzer.parsers._optuna import FEWEST, NAMES, Study, Trial, as_float, parameter, runs_of
from analyzer.safe.names import printable

_OPENING = b'{"op_code":'
_MAXIMIZE = 2  # the number of that direction
_STEP = re.compile(r"[0-9]{1,19}")  # a step as a key; none of more digits fits 64 bits
_REPORT = "7"  # the operation of a value
_WITHOUT_EFFECT = ("2", "6", "9")  # attributes of studies, states of trials, attributes of Optuna
_MOST_KINDS, _LONGEST_KIND = 5, 20  # that a message names, and characters of each


class OptunaJournal(Parser):
    """The file of a ``JournalFileBackend``, whose trials call ``trial.report``."""

    title: ClassVar[str] = "Optuna journal"
    specificity: ClassVar[int] = 1
    reads_text: ClassVar[bool] = True

    def claims(self, file: LogFile) -> bool:
        """Claim a text that begins with an operation."""
        return file.head.startswith(_OPENING)

    def parse(self, group: Group) -> list[Run]:
        """Read the trials; raises NotThisFormat if none of them reported enough values."""
        (file,) = group.files
        journal, losses = _Journal(), Losses()
        with file.open() as handle:
            for record in read_rows(handle, losses):
                journal.apply(record.row, record.line)
        trials = journal.kept()
        if not any(len(trial.values) >= FEWEST for trial in trials):
            raise NotThisFormat("optuna_storage")
        kept = sum(len(trial.values) for trial in trials)
        issues = losses.issues(file.shown, kept)
        if journal.orphans:
            first, lost = journal.orphans[0], len(journal.orphans)
            issues.append(LogIssue("warning", file.shown, "orphan_values", first, kept, lost))
        if journal.unknown:
            issues.append(_unknown(journal.unknown, file.shown, kept))
        return runs_of(trials, file, self.title, issues)


@dataclass
class _Lines:
    """How many lines there are of a kind, and the number of the first."""

    first: int
    count: int = 0


def _unknown(kinds: Mapping[str, _Lines], shown: str, kept: int) -> LogIssue:
    """Return the issue of operations of kinds that are not known."""
    named = ", ".join(printable(kind) for kind in list(kinds)[:_MOST_KINDS])
    values = {"count": sum(lines.count for lines in kinds.values()), "kinds": named}
    first = min(lines.first for lines in kinds.values())
    return LogIssue("warning", shown, "unknown_operations", first, kept, values=values)


@dataclass
class _Journal:
    """The studies by their number, and the trials, each at the place that is its number.

    ``owners`` has the number of the study of each trial, ``orphans`` the lines of values whose
    trial is unknown, ``unknown`` the lines of operations that Optuna did not have, by their kind.
    """

    created: int = 0
    studies: dict[int, Study] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)  # of the studies that were not deleted
    trials: list[Trial] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    counts: Counter[int] = field(default_factory=Counter)  # trials of each study
    orphans: array[int] = field(default_factory=lambda: array("q"))
    unknown: dict[str, _Lines] = field(default_factory=dict)

    def apply(self, operation: Mapping[str, Any], line: int) -> None:
        """Apply the operation on a line; one of an unknown kind is counted."""
        code = str(operation.get("op_code"))
        if code == _REPORT and self.trial(operation) is None:
            self.orphans.append(line)
        act = _OPERATIONS.get(code)
        if act is not None:
            act(self, operation)
        elif code not in _WITHOUT_EFFECT:
            lines = self.unknown.setdefault(code[:_LONGEST_KIND], _Lines(line))
            lines.count += 1

    def kept(self) -> list[Trial]:
        """Return the trials of the studies that were not deleted."""
        pairs = zip(self.trials, self.owners, strict=True)
        return [trial for trial, owner in pairs if owner in self.studies]

    def trial(self, operation: Mapping[str, Any]) -> Trial | None:
        """Return the trial of an operation."""
        place = operation.get("trial_id")
        if not isinstance(place, int) or not 0 <= place < len(self.trials):
            return None
        return self.trials[place]

    def create_study(self, operation: Mapping[str, Any]) -> None:
        """Add a study; one whose name is taken was refused by Optuna, too."""
        name = str(operation.get("study_name", ""))
        if name in self.names:
            return
        self.names.add(name)
        directions = operation.get("directions")
        maximizes = isinstance(directions, list) and directions[:1] == [_MAXIMIZE]
        self.studies[self.created] = Study(name, maximizes)
        self.created += 1

    def delete_study(self, operation: Mapping[str, Any]) -> None:
        study = self.studies.pop(_whole(operation.get("study_id")), None)
        if study is not None:
            self.names.remove(study.name)

    def name_metric(self, operation: Mapping[str, Any]) -> None:
        study = self.studies.get(_whole(operation.get("study_id")))
        values = operation.get("system_attr")
        names = values.get(NAMES) if isinstance(values, Mapping) else None
        if study is not None and isinstance(names, list) and names and isinstance(names[0], str):
            study.metric = names[0]

    def create_trial(self, operation: Mapping[str, Any]) -> None:
        """Add a trial, with all that one which was copied from elsewhere has already."""
        owner = _whole(operation.get("study_id"))
        study = self.studies.get(owner)
        if study is None:
            return
        trial = Trial(study, self.counts[owner])
        self.counts[owner] += 1
        self.trials.append(trial)
        self.owners.append(owner)
        given = {key: operation.get(key) for key in _OF_A_COPY}
        parts = {key: value if isinstance(value, Mapping) else {} for key, value in given.items()}
        _set_attributes(trial, parts["user_attrs"])
        for name, value in parts["params"].items():
            _set_parameter(trial, name, value, parts["distributions"].get(name))
        for step, value in parts["intermediate_values"].items():
            trial.report(int(step) if _STEP.fullmatch(step) else None, value)

    def set_parameter(self, operation: Mapping[str, Any]) -> None:
        trial, name = self.trial(operation), str(operation.get("param_name", ""))
        if trial is not None:
            value, distribution = (
                operation.get("param_value_internal"),
                operation.get("distribution"),
            )
            _set_parameter(trial, name, value, distribution)

    def report(self, operation: Mapping[str, Any]) -> None:
        trial = self.trial(operation)
        if trial is not None:
            trial.report(operation.get("step"), operation.get("intermediate_value"))

    def set_attribute(self, operation: Mapping[str, Any]) -> None:
        trial, values = self.trial(operation), operation.get("user_attr")
        if trial is not None and isinstance(values, Mapping):
            _set_attributes(trial, values)


_OF_A_COPY = ("user_attrs", "params", "distributions", "intermediate_values")
_OPERATIONS: dict[str, Callable[[_Journal, Mapping[str, Any]], None]] = {
    "0": _Journal.create_study,
    "1": _Journal.delete_study,
    "3": _Journal.name_metric,
    "4": _Journal.create_trial,
    "5": _Journal.set_parameter,
    _REPORT: _Journal.report,
    "8": _Journal.set_attribute,
}


def _set_attributes(trial: Trial, values: Mapping[str, Any]) -> None:
    """Add the single values that a user put beside a trial to its settings."""
    for name, value in values.items():
        if isinstance(value, str | int | float):
            trial.config[str(name)] = value


def _set_parameter(trial: Trial, name: str, value: Any, distribution: Any) -> None:
    """Add a parameter to the settings of a trial; one that is not a number is left out."""
    number = as_float(value)
    if number is not None:
        trial.config[name] = parameter(number, _decoded(distribution))


def _whole(value: Any) -> int:
    """Return the number of a study, -1 for what is none."""
    return value if isinstance(value, int) else -1


def _decoded(text: Any) -> Any:
    """Return the value of a JSON text, None if it is not one."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
