"""TensorBoard event files: every scalar of a folder, in both encodings, checksums verified.

The files of one folder are one run, in the order of their first wall time. A folder named for a
split (train, validation, eval ...) belongs to the run of its parent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from analyzer import metrics
from analyzer.errors import ParseError
from analyzer.model.meta import PassedOver
from analyzer.model.run import LogIssue, Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._event_file import EventLog, TagPoints, read_events
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._settings import settings
from analyzer.parsers._tfrecord import masked_crc
from analyzer.parsers._yaml import read_yaml
from analyzer.stats.arrays import Floats, Ints

_AXES = {"step": "step", "wall_time": "wall_time"}
_GUILD = ".guild"  # the folder in which Guild AI keeps the event file and the flags of a run


class TensorBoard(Parser):
    """Event files as TensorFlow, Keras, torch, tensorboardX and others write them."""

    title: ClassVar[str] = "TensorBoard event file"

    def claims(self, file: LogFile) -> bool:
        """Claim by the name every writer uses, or by a first record that is whole."""
        return "tfevents" in file.path.name or _first_record_is_whole(file.head)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put the files of one folder, and of its split folders, together.

        With ``split_files`` each file stays on its own, named without its host and process id.
        """
        if self.options.split_files:
            return [Group(file.relative.parent / Path(file.shown).name, (file,)) for file in files]
        runs: dict[Path, list[LogFile]] = {}
        for file in files:
            folder = file.relative.parent
            if folder.name == _GUILD:
                folder = folder.parent
            if folder.name and metrics.folder_split(folder.name):
                folder = folder.parent
            runs.setdefault(folder, []).append(file)
        return [Group(folder, tuple(group)) for folder, group in runs.items()]

    def parse(self, group: Group) -> list[Run]:
        """Read all files of a run; a damaged file gives every record that is whole."""
        logs = [read_events(file) for file in group.files]
        logs.sort(key=lambda log: (log.start, log.file.shown))
        points = _points(logs)
        series, found = assemble(points, group.name.as_posix() if group.name.name else "run")
        issues: list[LogIssue] = []
        config: dict[str, Any] = {}
        counts: Counter[str] = Counter()
        for log in logs:
            issues += log.issues
            config |= {**_guild_flags(log.file), **log.config}
            counts += log.passed_over
        meta = meta_of(
            self.title,
            [log.file.shown for log in logs],
            points,
            axes=_AXES,
            passed_over=[
                PassedOver(kind, "not_scalar", {"count": count})
                for kind, count in sorted(counts.items())
            ],
        )
        return [Run("", series, config, meta, (*issues, *found))]


def _guild_flags(file: LogFile) -> dict[str, Any]:
    """Return the flags of a run that Guild AI recorded, none if they cannot be read."""
    if file.folder.name != _GUILD:
        return {}
    path = file.folder / "attrs" / "flags"
    try:
        flags = read_yaml(LogFile(path, Path("flags"), "flags", path.stat().st_size))
    except (OSError, ParseError):
        return {}
    return settings(flags) if isinstance(flags, Mapping) else {}


def _first_record_is_whole(head: bytes) -> bool:
    """Recognise an event file by its first record: a version event with a valid length."""
    return (
        len(head) > 12
        and b"brain.Event:" in head[:64]
        and masked_crc(head[:8]) == int.from_bytes(head[8:12], "little")
    )


def _points(logs: Sequence[EventLog]) -> list[Points]:
    """Join the points of each tag over the files of a run."""
    parts: dict[tuple[str, str], list[TagPoints]] = {}  # by split and tag
    for log in logs:
        for tag, points in log.tags().items():
            parts.setdefault((log.split, tag), []).append(points)
    joined = {
        key: TagPoints(*(np.concatenate(arrays) for arrays in zip(*files, strict=True)))
        for key, files in parts.items()
    }
    epochs: dict[int, float] = {}
    for (_, tag), points in joined.items():
        if tag == "epoch":
            epochs.update(zip(points.step.tolist(), points.value.tolist(), strict=True))
    return [
        Points(
            tag=tag,
            split=split,
            step=points.step,
            epoch=_epochs(tag, points.step, epochs),
            wall_time=points.wall_time,
            value=points.value,
        )
        for (split, tag), points in joined.items()
    ]


def _epochs(tag: str, step: Ints, epochs: Mapping[int, float]) -> Floats:
    """Return the epoch of each step.

    Keras counts the steps of ``epoch_loss`` in epochs; Lightning logs the epoch of each step.
    """
    if tag.startswith("epoch_"):
        return step.astype(np.float64)
    if not epochs:
        return np.full(len(step), np.nan)
    return np.array([epochs.get(number, np.nan) for number in step.tolist()], dtype=np.float64)
