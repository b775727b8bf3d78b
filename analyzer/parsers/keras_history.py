"""Histories as JSON or as Python prints them, in the shapes in which people save them.

Keras' ``History.history``; evaluations of boosters; scikit-learn's ``loss_curve_``; folds; what
pandas writes; a bare list of losses in a file that is named for them. ``_histories`` lists the
nests. Settings beside the series become hyperparameters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.parsers._assigned_lists import assigned_lists, begins_with_list
from analyzer.parsers._base import HEAD, Group, LogFile, Parser
from analyzer.parsers._column import Column
from analyzer.parsers._encoding import decode
from analyzer.parsers._file_names import read_name
from analyzer.parsers._gathered import with_issues
from analyzer.parsers._histories import BARE, History, histories_of
from analyzer.parsers._history_rows import unread_lists
from analyzer.parsers._history_runs import runs_of_histories
from analyzer.parsers._json import load_json
from analyzer.parsers._json_cut import load_json_or_start
from analyzer.parsers._json_documents import load_documents
from analyzer.parsers._json_series import cells_of, may_have_series
from analyzer.parsers._literal import load_literal
from analyzer.parsers._nested_sets import set_split
from analyzer.parsers._no_series import has_no_series, whole_object, without_series
from analyzer.parsers._profile_rows import Records
from analyzer.parsers._profiles import Profile, parted, profile_of, read_as
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._skorch_copies import grouped, parted_copies
from analyzer.parsers._table import Table, read_table
from analyzer.parsers._unknown import unknown_series
from analyzer.parsers._unread import with_unread

_OPENING = re.compile(r'\s*(?:\{\s*(?:"|\}|$)|\[\s*(?:\{|\]|$)|"\s*[\[{])')
_NUMBER = r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|[\w.]{1,20}\([-+.\deE]+\)|nan|NaN|null|None)"
_BARE = re.compile(rf"\s*\[\s*(?:\[\s*)?(?:{_NUMBER}\s*,\s*{_NUMBER}|[\"'])")
_PYTHON = re.compile(r"\s*(?:[\w.]{0,30}(?:defaultdict|OrderedDict|dict)\(|[\[(]?\s*\{\s*')")
_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
_ENDS_LISTS = re.compile(r"(?:|\.(?:log|txt|out|dat))", re.IGNORECASE)  # of a text of lists
_ROW_NAMES = {"model", "name", "run", "experiment", "optimizer", "fold", "trial", "config", "id"}
_NOT_PER_EPOCH = 2  # a series this many times longer than the usual one counts batches, not epochs


class KerasHistory(Parser):
    """The return value of ``model.fit`` and its like, written as JSON or printed by Python."""

    title: ClassVar[str] = "history JSON"
    reads_text: ClassVar[bool] = True

    def claims(self, file: LogFile) -> bool:
        """Claim JSON that opens an object with a key, a list of records, or a string of one.

        Also a dict or list as Python prints it, if nothing else stands in the file, and bare
        numbers in JSON or in a file that is named for a metric. Raises NotThisFormat for a small
        object without a history, which nearly always holds the settings of a run.
        """
        head = file.text.lstrip("\ufeff\0")
        if _OPENING.match(head):
            if has_no_series(file):
                raise without_series(file)
            self._refuse_settings(file)
            return True
        if _PYTHON.match(head):
            return _is_alone(head)
        if begins_with_list(head):
            return _ENDS_LISTS.fullmatch(file.suffix) is not None
        if not _BARE.match(head) or not _is_alone(head):
            return False
        return file.suffix == ".json" or _said_by(file.stem) is not None

    def _refuse_settings(self, file: LogFile) -> None:
        """Raise NotThisFormat for a small object whose lists are no history: sizes of layers."""
        document = whole_object(file)
        if document is None:
            return
        if not histories_of(_with_metric(document, file.path), self.options.names):
            raise unknown_series(document)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put a history of skorch with the copies that its checkpoints keep; others are alone."""
        return grouped(files)

    def parse(self, group: Group) -> list[Run]:
        """Read the histories of a file; a series becomes a metric, other values hyperparameters.

        A copy that is the beginning of the longest file of its group is no run.
        """
        if len(group.files) == 1:
            return self._runs(group)
        runs: list[Run] = []
        failed: dict[LogFile, ParseError] = {}
        for own, copies in parted_copies(group):
            try:
                found = self._runs(own)
            except ParseError as error:
                failed[own.files[0]] = error
                continue
            listed = tuple(PassedOver(copy, "earlier_checkpoint", {}) for copy in copies)
            meta = replace(found[0].meta, passed_over=(*found[0].meta.passed_over, *listed))
            paths = tuple(str(file.path) for file in own.files)
            runs += [replace(found[0], meta=meta, paths=paths), *found[1:]]
        if not runs:
            raise next(iter(failed.values()))
        return [with_unread(runs[0], failed), *runs[1:]]

    def _runs(self, group: Group) -> list[Run]:
        """Return the runs of a file."""
        (file,) = group.files
        with file.open() as handle:
            content = decode(handle.read())
        text = content.strip("\0")
        if len(text) == len(content):
            return self._runs_in(text, group)
        values = {"count": len(content) - len(text), "rows": 0}
        issue = LogIssue("warning", file.shown, "nul_bytes", values=values)
        return with_issues(self._runs_in(text, group), [issue])

    def _runs_in(self, text: str, group: Group) -> list[Run]:
        """Return the runs in a text; one that is cut and has none is not JSON."""
        document, is_cut = _load(text)
        try:
            is_one = isinstance(document, Mapping)  # and no records that were appended
            if is_one and not may_have_series(text):
                raise unknown_series(document)
            found = self.runs_of(document, group)
        except NotThisFormat:
            if is_cut:
                load_json(text)
            raise
        if not is_cut:
            return found
        cut = LogIssue("warning", group.files[0].shown, "json_cut")
        return [*found[:-1], *with_issues(found[-1:], [cut])]

    def runs_of(self, document: Any, group: Group) -> list[Run]:
        """Return the runs in the content of the first file of a group.

        Raises ParseError if no name in it is a known metric.
        """
        file = group.files[0]
        found = histories_of(_with_metric(document, file.path), self.options.names)
        if not found:
            raise unknown_series(document)
        runs = []
        refused = None
        for history, told in runs_of_histories(found, file.shown):
            try:
                run = self._run(_named(history, file.path), file, group)
                runs.append(replace(run, issues=(*run.issues, *told)))
            except NotThisFormat as error:
                refused = error
        if not runs and refused is not None:
            raise refused
        return runs

    def _run(self, history: History, file: LogFile, group: Group) -> Run:
        """Return the run of one history."""
        profile = profile_of({column.name for column in history.columns})
        rows, means = _without_means(history.columns, profile)
        columns, skipped = parted(rows, profile)
        mapped = {column.name for column in columns if column.name in self.options.names}
        known = mapped | {column.name for column in columns if _is_judged(column.name, history)}
        is_log = bool(mapped or profile.title or history.readings) or _has_both_sets(history)
        tables = _tables(columns, known, file.shown, is_log=is_log)
        points: list[Points] = []
        passed_over: list[PassedOver] = list(skipped)
        issues: list[LogIssue] = []
        settings: dict[str, Any] = {}
        for table in tables:
            points += _read(table.points, history, profile)
            passed_over += table.passed_over
            issues += table.issues
            settings |= table.settings
        if means:
            passed_over.append(PassedOver(profile.mean, "mean_over_run", {"count": means}))
        series, found = assemble(points, file.shown, unsaid="train", axes=tables[0].axes)
        kept = sum(map(len, series))
        issues += [odd.issue(file.shown, kept) for odd in history.odd]
        issues += [*found, *unread_lists(columns, file.shown)]
        lengths = {len(column) for column in columns if column.is_numeric}
        if len(tables) == 1 and len(lengths) > 1:
            values = {"shortest": min(lengths), "longest": max(lengths)}
            issues.append(LogIssue("info", file.shown, "unequal_lengths", values=values))
        axes = tables[0].axes
        meta = meta_of(self.title, [file.shown], points, axes=axes, passed_over=passed_over)
        name = history.label
        if name.startswith("#"):
            name = f"{group.name.as_posix()} {name}"
        for key, value in history.config.items():
            if not profile.reason_to_skip(key):
                settings[key] = value
        return Run(name, series, settings, meta, tuple(issues))


def _without_means(columns: list[Column], profile: Profile) -> tuple[list[Column], int]:
    """Return columns without the records that are means over the run, and how many these are."""
    rows = max((len(column) for column in columns), default=0)
    if not profile.mean or not rows:
        return columns, 0
    padded = [column.padded(rows) for column in columns]
    records = Records("", padded, list(range(rows)))
    is_mean = records.filled(profile.mean)
    if not is_mean.any():
        return columns, 0
    return records.only(~is_mean, "").columns, int(is_mean.sum())


def _read(points: Sequence[Points], history: History, profile: Profile) -> list[Points]:
    """Return points with the readings that the nest or the profile gives to their names."""
    read = [replace(tagged, reading=history.readings.get(tagged.tag)) for tagged in points]
    return read_as(read, profile)


def _is_judged(name: str, history: History) -> bool:
    reading = history.readings.get(name) or metrics.read(name)
    return metrics.kind(reading.metric) is not None


def _has_both_sets(history: History) -> bool:
    """Say whether lists have a metric of training and of held-out data, as no table of results has.

    A text in each list entry is then a series that cannot be read, unless it names the rows.
    """
    sets: dict[str, set[str]] = {}
    for column in history.columns:
        words = column.words() or ()
        if len(words) > 1 and metrics.normal(column.name) in _ROW_NAMES:
            return False
        reading = metrics.read(column.name)
        if metrics.kind(reading.metric) is not None:
            sets.setdefault(reading.metric, set()).add(reading.split or "train")
    both = any({"train"} < splits for splits in sets.values())
    return history.are_lists and both


def _load(text: str) -> tuple[Any, bool]:
    """Return a document of JSON, or else of Python, and whether only its start is there.

    Raises the error of what it looks like.
    """
    if _PYTHON.match(text.lstrip("\ufeff")):
        return load_literal(text.lstrip("\ufeff")), False
    if begins_with_list(text.lstrip("\ufeff")[:HEAD]):
        return assigned_lists(text.lstrip("\ufeff")), False
    try:
        return load_json_or_start(text)
    except NotThisFormat:
        documents, is_cut = load_documents(text)
        if not documents:
            raise
        return documents, is_cut
    except ParseError as error:
        if error.key != "not_json":
            raise
        try:  # "nan" and "np.float64(0.5)" between double quotes
            return load_literal(text.lstrip("\ufeff")), False
        except ParseError:
            raise error from None


def _is_alone(head: str) -> bool:
    """Say whether nothing follows a list or dict: a line of a text log may begin with one."""
    bare = _QUOTED.sub("", head)
    depth = 0
    for place, character in enumerate(bare):
        if character in "[{(":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth <= 0:
                return not bare[place + 1 :].strip()
    return True


def _said_by(stem: str) -> metrics.Reading | None:
    """Return what the name of a file says of numbers in it: "loss_curve", "val_acc_history"."""
    name = read_name(stem)
    if not name.metric:
        return None
    return metrics.Reading(name.split or "train", metrics.read(name.metric).metric)


def _with_metric(document: Any, path: Path) -> Any:
    """Put a document whose keys are splits alone under the metric that the file is named for."""
    said = _said_by(path.stem)
    if said is None or not isinstance(document, Mapping) or not document:
        return document
    if all(set_split(name) and cells_of(value) is not None for name, value in document.items()):
        return {said.metric: document}
    return document


def _named(history: History, path: Path) -> History:
    """Name a series without a name for its file. Raises NotThisFormat if that says no metric."""
    if all(column.name != BARE for column in history.columns):
        return history
    said = _said_by(path.stem)
    if said is None:
        raise NotThisFormat("bare_list")
    columns = [
        replace(column, name=path.stem) if column.name == BARE else column
        for column in history.columns
    ]
    return replace(history, columns=columns, readings={path.stem: said})


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
