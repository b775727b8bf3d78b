"""VisualDL (PaddlePaddle): the ``vdlrecords`` files of a folder are one run, as in TensorBoard.

A folder named for a split (train, validation, eval ...) belongs to the run of its parent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._gathered import Gathered
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._settings import settings
from analyzer.parsers._tfrecord import Damage
from analyzer.parsers._vdl_records import Contents, Other, Scalar, Settings, records

_FIRST_TAG = b"\x12\x0dmeta_data_tag"  # how every file opens
_AXES = {"step": "step", "wall_time": "timestamp"}


class VisualDL(Parser):
    """The files of ``visualdl.LogWriter``."""

    title: ClassVar[str] = "VisualDL records"
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim by the name that the writer demands, or by the first record."""
        return "vdlrecords" in file.name or _FIRST_TAG in file.head[8:32]

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put the files of one folder, and of its split folders, together."""
        runs: dict[Path, list[LogFile]] = {}
        for file in files:
            folder = file.relative.parent
            if folder.name and metrics.folder_split(folder.name):
                folder = folder.parent
            runs.setdefault(folder, []).append(file)
        return [Group(folder, tuple(group)) for folder, group in runs.items()]

    def parse(self, group: Group) -> list[Run]:
        """Read all files of a run in the order of their names, which have the time."""
        log = _Log()
        issues: list[LogIssue] = []
        for file in sorted(group.files, key=lambda file: file.name):
            issues += _read(file, log)
        points = log.gathered.points()
        series, found = assemble(points, group.name.as_posix() if group.name.name else "run")
        passed_over = [
            PassedOver(kind, "not_scalar", {"count": count}) for kind, count in log.others.items()
        ]
        shown = [file.shown for file in group.files]
        issues += log.gathered.losses(shown[0])
        meta = meta_of(self.title, shown, points, axes=_AXES, passed_over=passed_over)
        return [Run("", series, settings(log.config), meta, (*issues, *found))]


@dataclass
class _Log:
    """The contents of the files of a run."""

    gathered: Gathered = field(default_factory=Gathered)
    config: dict[str, Any] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)


def _read(file: LogFile, log: _Log) -> list[LogIssue]:
    """Add the contents of a file to the log; return an issue for each kind of damage."""
    split = metrics.folder_split(file.folder.resolve().name)
    damage: dict[str, list[Damage]] = {}
    kept = 0
    with file.open() as handle:
        for item in records(handle, file.length):
            if isinstance(item, Damage):
                damage.setdefault(item.key, []).append(item)
            else:
                kept += _take(item, split, log)
    issues = [
        LogIssue(
            "warning",
            file.shown,
            key,
            position=places[0].position,
            kept=kept,
            bytes=sum(item.bytes for item in places),
            values={"count": len(places)},
        )
        for key, places in damage.items()
    ]
    if not kept and not issues:
        reason = "no_scalars" if log.others else "nothing_flushed"
        issues.append(LogIssue("info", file.shown, reason))
    return issues


def _take(item: Contents, split: str, log: _Log) -> int:
    """Add the contents of one record to the log; return how many points they are."""
    if isinstance(item, Scalar):
        log.gathered.add(item.tag, item.step, item.value, wall_time=item.time / 1000, split=split)
        return 1
    if isinstance(item, Settings):
        log.config |= item.values
    if isinstance(item, Other) and item.what:
        log.others[item.what] += 1
    return 0
