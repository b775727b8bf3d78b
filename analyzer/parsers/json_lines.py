"""JSON Lines: a record per line (Detectron2, DETR, MMEngine, RLlib, the W&B API, own loops).

A record gives its split by its names, or by a word under "mode" (MMEngine), "split" or "phase".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._encoding import decode
from analyzer.parsers._flagged_rows import Flags, by_split, flags_of, settings_in
from analyzer.parsers._json import load_json
from analyzer.parsers._json_blocks import SMALLEST, Log, Placed, read_blocks
from analyzer.parsers._json_documents import is_history
from analyzer.parsers._json_joined import begins_joined
from analyzer.parsers._json_rows import Record, Rows, is_wide, read_rows, unlogged
from analyzer.parsers._json_wrappers import unwrapped
from analyzer.parsers._number_rows import LARGE, prepare
from analyzer.parsers._profile_rows import Records, arranged
from analyzer.parsers._profiles import NO_PROFILE, Profile, parted, profile_of, read_as
from analyzer.parsers._python_config import python_settings
from analyzer.parsers._rare_names import RareNames
from analyzer.parsers._record_runs import runs_of_file
from analyzer.parsers._record_splits import placed, split_of_record
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._setting_records import SettingRecords
from analyzer.parsers._settings import settings
from analyzer.parsers._table import read_table
from analyzer.parsers._unknown import unknown
from analyzer.safe.names import printable

_TRIED = 1000  # records: if none of them names a metric, the file is a dataset and may be large
_MOST_CELLS = 10**8  # names times records; each takes nine bytes
_OPENING = re.compile(r'\{\s*(?:["}]|$)')  # a printed Python dict has other quotes
_SUFFIXES = (".jsonl", ".ndjson", ".json")
_FEWEST = 2  # records between lines of text
_HEADER = "env_info"  # of the first line that MMCV writes
_MMENGINE, _MMENGINE_LOG, _MMENGINE_CONFIG = "vis_data", "scalars.json", "config.py"
_LARGEST_CONFIG = 1 << 20  # bytes
_FAR = 1 << 20  # bytes: a first record may be longer than the head, or stand behind much text


class JsonLines(Parser):
    """Records that a training loop appended to a file, one JSON object per line."""

    title: ClassVar[str] = "JSON Lines"
    reads_text: ClassVar[bool] = True

    def claims(self, file: LogFile) -> bool:
        """Claim text in which a line is a whole object and the next one opens another.

        MMEngine's configuration beside such a log belongs to it.
        """
        if file.name == _MMENGINE_CONFIG:
            return file.folder.name == _MMENGINE and (file.folder / _MMENGINE_LOG).is_file()
        head = file.text.lstrip("\ufeff\0 \t\r\n")
        is_named = file.suffix in _SUFFIXES
        if not _OPENING.match(head) and not is_named:
            return False
        if _has_records(head):
            return True
        if is_named and not head.startswith("[") and _has_records(head, is_logged=True):
            return True
        begins_far = head.count("\n") < 2 or not head.startswith(("{", "["))
        return begins_far and file.length > len(file.head) and _has_records(_far(file))

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Group MMEngine's log with its copy and its configuration; other files are alone."""
        logs = {file.folder: file for file in files if _is_mmengine(file)}
        beside: dict[Path, list[LogFile]] = {folder: [] for folder in logs}
        found = []
        for file in files:
            if file.folder not in logs:
                found.append(Group(file.bare, (file,)))
            elif file is not logs[file.folder]:
                beside[file.folder].append(file)
        for folder, log in logs.items():
            name = log.relative.parent.parent
            found.append(Group(name, (log, *beside[folder])))
        return found

    def parse(self, group: Group) -> list[Run]:
        """Read the records; every number in them becomes a point."""
        file, *beside = group.files
        if file.name == _MMENGINE_CONFIG:
            raise NotThisFormat("not_a_log")
        log = _read(file, self.options.names)
        profile = profile_of(log.names)
        is_mapped = not log.names.isdisjoint(self.options.names)
        roles = frozenset[str]().union(*(rows.roles() for rows in log.splits.values()))
        parts = [
            Records(split, rows.columns(roles), rows.lines) for split, rows in log.splits.items()
        ]
        runs, behind = [], 0
        for label, records, told in runs_of_file(parts, group.name.as_posix(), file.shown):
            curves = _curves(records, profile, file, is_mapped=is_mapped)
            curves.issues += told
            for copy in beside:
                if copy.path.name != _MMENGINE_CONFIG:
                    curves.passed_over.append(PassedOver(copy.shown, "same_log", {}))
            lists = [passed for rows in log.splits.values() for passed in rows.lists()]
            curves.passed_over += lists
            curves.issues += _told(lists, file.shown)
            run = self._run(curves, profile, file)
            last = max((part.lines[-1] for part in records if part.lines), default=behind)
            found = log.settings.between(behind, last)
            config = {**_config(beside), **curves.settings, **log.config, **found}
            behind = max(behind, last)
            runs.append(replace(run, name=label, config=config))
        kept = sum(run.points for run in runs)
        losses = log.losses.issues(file.shown, kept=kept)
        losses += [rare.issue(file.shown, kept) for rare in log.rare]
        return [replace(runs[0], issues=(*losses, *runs[0].issues)), *runs[1:]]

    def _run(self, curves: _Curves, profile: Profile, file: LogFile) -> Run:
        """Return the run of some curves, without its settings."""
        points = read_as(curves.points, profile)
        series, found = assemble(points, file.shown, axes=curves.axes)
        title = f"{self.title} ({profile.title})" if profile.title else self.title
        meta = meta_of(
            title, [file.shown], points, axes=curves.axes, passed_over=curves.passed_over
        )
        return Run("", series, {}, meta, (*curves.issues, *found))


def _told(lists: Sequence[PassedOver], source: str) -> list[LogIssue]:
    """Return an issue if losses or scores were logged as lists that are no curves."""
    names = list(dict.fromkeys(passed.name for passed in lists if metrics.is_judged(passed.name)))
    if not names:
        return []
    values = {"name": printable(names[0]), "count": len(names)}
    return [LogIssue("info", source, "lists_not_read", values=values)]


@dataclass
class _Curves:
    """The points of a log, its axes and constant columns, and what was left out."""

    points: list[Points] = field(default_factory=list)
    axes: dict[str, str] = field(default_factory=dict)
    passed_over: list[PassedOver] = field(default_factory=list)
    issues: list[LogIssue] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)


def _curves(
    parts: Sequence[Records], profile: Profile, file: LogFile, *, is_mapped: bool
) -> _Curves:
    """Turn the records of a log into points."""
    found = _Curves()
    records, means = arranged(parts, profile)
    for part in records:
        few = parted(part.columns, profile)
        table = read_table(
            few.columns,
            file.shown,
            part.lines,
            rows_are_epochs=False,
            is_log=is_mapped or len(records) > 1 or profile is not NO_PROFILE,
            step=profile.step,
            counts_through=len(records) == 1,
        )
        found.points += placed(table.points, part.split)
        found.axes |= table.axes
        found.settings |= table.settings
        found.passed_over += [*table.passed_over, *few.skipped]
        found.issues += table.issues
    if means:
        found.passed_over.append(PassedOver(profile.mean, "mean_over_run", {"count": means}))
    if profile.note:
        found.issues.append(LogIssue("info", file.shown, profile.note))
    return found


@dataclass
class _Log(Log):
    """The records of a file, by the split that they name."""

    splits: dict[str, Rows] = field(default_factory=dict)
    flagged: dict[Flags, Rows] = field(default_factory=dict)  # until all are read
    keys: set[str] = field(default_factory=set)  # that named splits
    config: dict[str, Any] = field(default_factory=dict)
    settings: SettingRecords = field(default_factory=SettingRecords)
    is_measured: bool = False  # a loss or a score was read
    rare: list[RareNames] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """Return the names of all records, with that of the split."""
        found = set(self.keys)
        for rows in self.rows:
            found.update(rows.cells)
        return found

    @property
    def rows(self) -> list[Rows]:
        """Return all rows, by what says their split."""
        return [*self.splits.values(), *self.flagged.values()]

    def settle(self) -> None:
        """Put the rows with flags under their splits."""
        if self.flagged:
            constant = settings_in(self.flagged)
            self.splits = by_split(self.flagged, self.splits, constant.keys())
            self.config = {**constant, **self.config}
            self.flagged = {}

    def leave_rare(self) -> None:
        """Forget names of one value if there are more names than any log has curves."""
        found = (rows.leave_rare() for rows in self.splits.values())
        self.rare += [rare for rare in found if rare is not None]

    def take(self, record: Record) -> None:
        """Add a record."""
        row = record.row
        if _HEADER in row and not self.rows:
            self.config = _header(row)
            return
        if isinstance(row.get("config"), Mapping):  # RLlib repeats its settings in each record
            self.config = self.config or settings(row["config"])
        if self.settings.take(row, record.line, is_before=not self.is_measured):
            return
        placed = self.place(row)
        self.is_measured = self.is_measured or any(map(metrics.is_judged, placed.cells))
        self.keys |= placed.keys
        placed.rows.add(placed.cells, record.line)

    def place(self, row: Mapping[str, Any]) -> Placed:
        """Return the cells of a record, and the rows that it belongs to."""
        row = unwrapped(row)
        split = split_of_record(row)
        flags = flags_of(row)
        keys = {flag.name for flag in flags}
        if split.name:
            keys.add(split.key)
        aside = keys
        if isinstance(row.get("config"), Mapping):
            aside = {*keys, "config"}
        cells = {name: cell for name, cell in row.items() if name not in aside}
        if flags and not split.name:
            return Placed(cells, self.flagged.setdefault(flags, Rows()), keys)
        return Placed(cells, self.splits.setdefault(split.name, Rows()), keys)


def _read(file: LogFile, mapped: Collection[str]) -> _Log:
    """Read a file; raises NotThisFormat, early, if no record names a known metric."""
    log = _Log()
    with file.open() as handle:
        is_large = file.length >= SMALLEST and not is_wide(handle)
        for count, record in enumerate(read_rows(handle, log.losses)):
            if count == _TRIED:
                _refuse_unknown(log, mapped)
            log.take(record)
            if count == _TRIED and is_large:
                if file.length >= LARGE:
                    prepare()
                read_blocks(handle, record.line + 1, log)
                break
    log.settle()
    log.leave_rare()
    _refuse_unknown(log, mapped)
    return log


def _has_records(text: str, *, is_logged: bool = False) -> bool:
    """Say whether a line of a text is an object and the next one opens another.

    Text that a console put between two records does not matter if these name a metric, nor does
    what a logger put before each, if that is asked.
    """
    lines = [line.strip("\0 \t\r") for line in text.split("\n")]
    if is_logged:
        lines = [unlogged(line) for line in lines]
    lines = [line for line in lines if line]
    opens = [_OPENING.match(line) is not None for line in lines]
    whole = [opens[at] and line.endswith("}") for at, line in enumerate(lines)]
    if True in whole and _is_history(lines[whole.index(True)]):
        return False
    if any(whole[at] and opens[at + 1] for at in range(len(lines) - 1)):
        return True
    first = begins_joined(lines[0]) if lines else None
    if first is not None:
        return not is_history(first)
    records = [line for at, line in enumerate(lines) if whole[at]]
    return len(records) >= _FEWEST and all(map(_is_record, records[:_FEWEST]))


def _is_history(line: str) -> bool:
    """Say whether a line holds a whole history."""
    try:
        return is_history(load_json(line))
    except ParseError:
        return False


def _is_record(line: str) -> bool:
    """Say whether a line is an object that names a metric."""
    try:
        found = load_json(line)
    except ParseError:
        return False
    return isinstance(found, Mapping) and any(map(metrics.is_judged, found))


def _far(file: LogFile) -> str:
    """Return the first megabyte of a file."""
    with file.open() as handle:
        return decode(handle.read(_FAR)).lstrip("\ufeff")


def _is_mmengine(file: LogFile) -> bool:
    return file.name == _MMENGINE_LOG and file.folder.name == _MMENGINE


def _header(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of MMCV's first line; what it says of the machine is not read."""
    source = row.get("config")
    found = python_settings(source) if isinstance(source, str) else {}
    if isinstance(row.get("seed"), int):
        found["seed"] = row["seed"]
    return found


def _config(beside: Sequence[LogFile]) -> dict[str, Any]:
    """Return the configuration that MMEngine wrote beside a log."""
    for file in beside:
        if file.name == _MMENGINE_CONFIG and file.length <= _LARGEST_CONFIG:
            with file.open() as handle:
                return python_settings(decode(handle.read(_LARGEST_CONFIG)))
    return {}


def _refuse_unknown(log: _Log, mapped: Collection[str]) -> None:
    """Raise NotThisFormat if no name is known or mapped, ParseError if there are too many names."""
    names = log.names - log.keys
    if not any(name in mapped or metrics.is_judged(name) for name in names):
        numeric = [column.name for rows in log.rows for column in rows.columns()]
        raise unknown(numeric)
    if any(len(rows.cells) * len(rows.lines) > _MOST_CELLS for rows in log.rows):
        raise ParseError("too_many_names", names=len(names))
