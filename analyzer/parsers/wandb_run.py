"""W&B runs: the ``.wandb`` log of a run folder, checksums verified, with the settings that lie beside it.

A run folder is one run; ``latest-run`` and other copies of its log are passed over. Of the metadata file, which holds
an e-mail address, a host and paths, nothing is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from analyzer.errors import NotThisFormat
from analyzer.model.run import LogIssue, Run
from analyzer.parsers import _leveldb, _wandb_config, _wandb_folder
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._series import assemble
from analyzer.parsers._tfrecord import Damage
from analyzer.parsers._wandb_columns import Columns
from analyzer.parsers._wandb_records import Exit, History, Start, Stats, Update, read_record

_LFS = b"version https://git-lfs"


class WandbRun(Parser):
    """The folder that ``wandb.init`` makes, offline or synced."""

    title: ClassVar[str] = "W&B run"
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim a log by its first bytes, and what W&B keeps beside it in the run folder."""
        return _wandb_folder.is_log(file) or _wandb_folder.is_beside_log(file)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put a log, its copies and its companions together."""
        return _wandb_folder.groups(files)

    def parse(self, group: Group) -> list[Run]:
        """Read the log of a run; a damaged one gives every record that is whole."""
        file, *others = group.files
        if not _wandb_folder.is_log(file):
            raise NotThisFormat(
                "wandb_summary" if file.path.name == "wandb-summary.json" else "wandb_side_file"
            )
        if file.head.startswith(_LFS):
            return [Run("", (), issues=(LogIssue("error", file.shown, "git_lfs_pointer"),))]
        log = _read(file, stats=self.options.system_stats)
        config_files = [one for one in others if one.path.name == "config.yaml"][:1]
        config, config_issues = _wandb_config.config(log.config, config_files)
        series, issues = assemble(log.columns.points(), file.shown)
        meta = {
            "format": self.title,
            "files": [one.shown for one in (file, *config_files)],
            **_meta(log),
        }
        meta["passed_over"] += [
            (one.shown, "wandb_copy" if _wandb_folder.is_log(one) else "wandb_side_file", {})
            for one in others
            if one not in config_files
        ]
        return [Run("", series, config, meta, (*_issues(log, file), *config_issues, *issues))]


@dataclass
class _Places:
    """Where a log has one kind of damage: the first place, how many there are, and the bytes passed over."""

    first: int
    count: int = 0
    bytes: int = 0


@dataclass
class _Log:
    """What the records of one log held."""

    columns: Columns = field(default_factory=Columns)
    start: Start = field(default_factory=Start)
    config: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    exit_code: int | None = None
    records: int = 0
    damage: dict[str, _Places] = field(default_factory=dict)

    def report(self, damage: Damage) -> None:
        """Add a place at which something was wrong."""
        places = self.damage.setdefault(damage.key, _Places(damage.position))
        places.count += 1
        places.bytes += damage.bytes


def _read(file: LogFile, *, stats: bool) -> _Log:
    log = _Log()
    with file.open() as handle:
        for item in _leveldb.records(handle, file.size):
            if isinstance(item, Damage):
                log.report(item)
                continue
            offset, payload = item
            log.records += 1
            try:
                record = read_record(payload, stats=stats)
            except ValueError:
                log.report(Damage("bad_wandb_record", offset, len(payload)))
                continue
            for key in _take(record, log):
                log.report(Damage(key, offset, 0))
    return log


def _take(record: History | Stats | Update | Start | Exit | None, log: _Log) -> list[str]:
    """Add what one record holds to the log; return what was wrong with it."""
    if isinstance(record, History):
        return log.columns.add(record)
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


def _meta(log: _Log) -> dict[str, Any]:
    return {
        "start": log.start.time if log.columns.start is None else log.columns.start,
        "end": log.columns.end,
        "axes": log.columns.axes,
        "passed_over": log.columns.passed_over(),
        "run_id": log.start.run_id,
        "project": log.start.project,
        "display_name": log.start.display_name,
        "exit_code": log.exit_code,
        "summary": _wandb_config.last_values(log.summary),
    }


def _issues(log: _Log, file: LogFile) -> list[LogIssue]:
    """Return one issue for each kind of damage, at its first place, and one where the log holds no metric."""
    issues = []
    kept = log.columns.count
    for key, one in log.damage.items():
        lost = one.count if key == "bad_wandb_value" else None
        issues.append(
            LogIssue(
                "warning", file.shown, key, one.first, kept, lost, one.bytes, {"count": one.count}
            )
        )
    if not kept and not issues:
        issues.append(
            LogIssue("info", file.shown, "no_history" if log.records else "nothing_flushed")
        )
    return issues
