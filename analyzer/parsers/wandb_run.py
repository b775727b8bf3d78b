"""W&B runs: the ``.wandb`` log of a run folder, checksums verified, with the settings beside it.

A run folder is one run; ``latest-run`` and other copies of its log are passed over. The metadata
file, which has an e-mail address, a host and paths, is never read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from analyzer.errors import NotThisFormat
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver, RunMeta, TrackerRecord
from analyzer.model.run import Run
from analyzer.parsers import _leveldb, _wandb_config, _wandb_folder
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._number_rows import LARGE, prepare
from analyzer.parsers._own_axis import Declaration
from analyzer.parsers._series import assemble
from analyzer.parsers._text_scan import numbers_in, scan_text
from analyzer.parsers._tfrecord import Damage
from analyzer.parsers._traceback import last_exception, with_exception
from analyzer.parsers._wandb_blocks import Blocks
from analyzer.parsers._wandb_columns import Columns
from analyzer.parsers._wandb_records import (
    Contents,
    Exit,
    History,
    Start,
    Stats,
    Update,
    read_record,
)

_LFS = b"version https://git-lfs"


class WandbRun(Parser):
    """The folder that ``wandb.init`` makes, offline or synced."""

    title: ClassVar[str] = "W&B run"
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim a log by its first bytes, and the files W&B keeps beside it in the run folder."""
        return _wandb_folder.is_log(file) or _wandb_folder.is_beside_log(file)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put a log, its copies and its companions together."""
        return _wandb_folder.groups(files)

    def parse(self, group: Group) -> list[Run]:
        """Read the log of a run; a damaged one gives every record that is whole."""
        file, *others = group.files
        if not _wandb_folder.is_log(file):
            is_summary = file.path.name == "wandb-summary.json"
            raise NotThisFormat("wandb_summary" if is_summary else "wandb_side_file")
        if file.head.startswith(_LFS):
            return [Run("", (), issues=(LogIssue("error", file.shown, "git_lfs_pointer"),))]
        log = _read(file, stats=self.options.system_stats)
        config_files = [other for other in others if other.path.name == "config.yaml"][:1]
        config = _wandb_config.read_config(log.config, config_files)
        series, found = assemble(log.columns.points(), file.shown)
        passed_over = log.columns.passed_over()
        for other in others:
            if other not in config_files:
                reason = "wandb_copy" if _wandb_folder.is_log(other) else "wandb_side_file"
                passed_over.append(PassedOver(other.shown, reason, {}))
        start = log.start.time if log.columns.start is None else log.columns.start
        meta = RunMeta(
            format=self.title,
            files=(file.shown, *(other.shown for other in config_files)),
            start=start,
            end=log.columns.end,
            axes=log.columns.axes,
            passed_over=tuple(passed_over),
            tracker=_tracker(log),
        )
        texts = log.columns.issues(file.shown)
        issues = (*_issues(log, file), *texts, *config.issues, *found)
        run = Run("", series, config.settings, meta, issues)
        if log.exit_code != 0:
            for other in filter(_wandb_folder.is_console, others):
                run = _ended(run, other, self.options.names)
        return [run]


def _ended(run: Run, console: LogFile, mapped: Iterable[str]) -> Run:
    """Return a run with the exception that ended its console output, if one did.

    ``mapped`` are names that the user gave a meaning.
    """
    ended = last_exception(console)
    if not ended.exception or numbers_in(scan_text([ended.after], mapped)):
        return run  # the training went on after it
    return with_exception(run, console.shown, ended.exception)


@dataclass
class _Places:
    """The places of one kind of damage: the first, how many there are, and the bytes skipped."""

    first: int
    count: int = 0
    bytes: int = 0


@dataclass
class _Log:
    """The contents of one log."""

    columns: Columns = field(default_factory=Columns)
    start: Start = field(default_factory=Start)
    config: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    exit_code: int | None = None
    records: int = 0
    damage: dict[str, _Places] = field(default_factory=dict)

    def report(self, damage: Damage) -> None:
        """Add a place that is damaged."""
        places = self.damage.setdefault(damage.key, _Places(damage.position))
        places.count += 1
        places.bytes += damage.bytes


def _read(file: LogFile, *, stats: bool) -> _Log:
    log = _Log()
    blocks = Blocks(log.columns, lambda record: _take(record, log))
    if file.length >= LARGE:
        prepare()
    with file.open() as handle:
        for item in _leveldb.records(handle, file.length):
            if isinstance(item, Damage):
                _report(blocks.end(), log)
                log.report(item)
                continue
            log.records += 1
            if blocks.takes(item):
                if blocks.is_full:
                    _report(blocks.end(), log)
                continue
            try:
                record = read_record(item.payload, stats=stats)
            except ValueError:
                _report(blocks.end(), log)
                log.report(Damage("bad_wandb_record", item.position, len(item.payload)))
                continue
            if isinstance(record, Stats):  # its row is that of the histories before
                _report(blocks.end(), log)
            for key in _take(record, log):
                log.report(Damage(key, item.position, 0))
    _report(blocks.end(), log)
    return log


def _report(damages: Iterable[Damage], log: _Log) -> None:
    for damage in damages:
        log.report(damage)


def _take(record: Contents | None, log: _Log) -> list[str]:
    """Add the contents of one record to the log; return the keys of what was wrong with it."""
    if isinstance(record, History):
        return log.columns.add(record)
    if isinstance(record, Declaration):
        log.columns.declare(record)
    if isinstance(record, Stats):
        return log.columns.add_stats(record)
    if isinstance(record, Start):
        log.start = record
        record = record.config
    if isinstance(record, Update):
        _wandb_config.fold(record, log.config if record.of == "config" else log.summary)
    if isinstance(record, Exit):
        log.exit_code = record.code
    return []


def _tracker(log: _Log) -> TrackerRecord:
    return TrackerRecord(
        run_id=log.start.run_id,
        project=log.start.project,
        display_name=log.start.display_name,
        exit_code=log.exit_code,
        summary=_wandb_config.last_values(log.summary),
    )


def _issues(log: _Log, file: LogFile) -> list[LogIssue]:
    """Return one issue for each kind of damage, or one if the log has no metric."""
    kept = log.columns.count
    issues = [
        LogIssue(
            "warning",
            file.shown,
            key,
            position=places.first,
            kept=kept,
            lost=places.count if key == "bad_wandb_value" else None,
            bytes=places.bytes,
            values={"count": places.count},
        )
        for key, places in log.damage.items()
    ]
    if not kept and not issues:
        reason = "no_history" if log.records else "nothing_flushed"
        issues.append(LogIssue("info", file.shown, reason))
    return issues
