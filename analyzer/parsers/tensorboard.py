"""TensorBoard event files: every scalar of a folder, in both encodings, checksums verified.

The files of one folder are one run, in the order of their first wall time. A folder named for a
split (train, validation, eval ...) belongs to the run of its parent, and so do the folders that
``add_scalars`` and ``add_hparams`` make.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from analyzer import metrics
from analyzer.errors import ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser, ReadOptions
from analyzer.parsers._checksums import masked_crc
from analyzer.parsers._event_blocks import EventBlocks
from analyzer.parsers._event_file import EventLog, read_events
from analyzer.parsers._event_folders import GUILD, EventFolders, EventPlace
from analyzer.parsers._event_points import Part, gathered
from analyzer.parsers._event_runs import RunLogs, divide
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._settings import settings
from analyzer.parsers._yaml import read_yaml
from analyzer.stats.arrays import Floats, Ints

_AXES = {"step": "step", "wall_time": "wall_time"}
_EPOCH_TAGS = ("epoch",)  # Lightning: the epoch of every step
_SESSION_METRIC = "hparam"  # how the tags of metrics that belong to a session usually begin


class TensorBoard(Parser):
    """Event files as TensorFlow, Keras, torch, tensorboardX and others write them."""

    title: ClassVar[str] = "TensorBoard event file"

    def __init__(self, options: ReadOptions | None = None) -> None:
        super().__init__(options)
        self._blocks = EventBlocks()  # what is learnt of one file helps with the others
        self._places: dict[Path, EventPlace] = {}

    def claims(self, file: LogFile) -> bool:
        """Claim by the name every writer uses, or by a first record that is whole."""
        return "tfevents" in file.name or _first_record_is_whole(file.head)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put the files of one folder, and of its split folders, together.

        With ``split_files`` each file stays on its own, named without its host and process id.
        """
        if self.options.split_files:
            return [Group(file.relative.parent / Path(file.shown).name, (file,)) for file in files]
        folders = EventFolders()
        runs: dict[Path, list[LogFile]] = {}
        for file in files:
            place = self._places[file.path] = folders.place(file)
            runs.setdefault(place.folder, []).append(file)
        return [Group(folder, tuple(group)) for folder, group in runs.items()]

    def parse(self, group: Group) -> list[Run]:
        """Read all files of a folder; a damaged file gives every record that is whole."""
        folders = EventFolders()
        logs = []
        for file in group.files:
            place = self._places.get(file.path) or folders.place(file)
            logs.append(read_events(file, place, self._blocks, self._wanted(place)))
        logs.sort(key=lambda log: (log.start, log.file.shown))
        if self.options.split_files:
            return [self._run(RunLogs("", tuple(logs)), group)]
        return [self._run(run, group) for run in divide(logs)]

    def _wanted(self, place: EventPlace) -> frozenset[str] | None:
        """Return the tags to keep of a file, as it has them; None for all."""
        if self.options.tags is None:
            return None
        session = f"{_SESSION_METRIC}/"
        names = {*self.options.tags, *_EPOCH_TAGS}
        names |= {name.removeprefix(session) for name in names}
        names |= {name.removesuffix(f"/{place.key}") for name in names if place.key}
        return frozenset(names)

    def _run(self, run: RunLogs, group: Group) -> Run:
        """Return a run of a folder with its files."""
        points = _points(run.logs)
        series, found = assemble(points, group.name.as_posix() if group.name.name else "run")
        issues: list[LogIssue] = []
        config: dict[str, Any] = {}
        counts: Counter[str] = Counter()
        for log in run.logs:
            issues += log.issues
            config = {**config, **_guild_flags(log.file), **log.texts, **log.config}
            counts += log.passed_over
        meta = meta_of(
            self.title,
            [log.file.shown for log in run.logs],
            points,
            axes=_AXES,
            passed_over=[
                PassedOver(kind, "not_scalar", {"count": count})
                for kind, count in sorted(counts.items())
            ],
        )
        paths = tuple(str(log.file.path) for log in run.logs)
        return Run(run.label, series, config, meta, (*issues, *found), paths)


def _guild_flags(file: LogFile) -> dict[str, Any]:
    """Return the flags of a run that Guild AI recorded, none if they cannot be read."""
    if file.folder.name != GUILD:
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
    parts: dict[tuple[str, str], list[Part]] = {}  # by split and tag
    for log in logs:
        for tag, own in log.tags().items():
            parts.setdefault((log.place.split, _full_tag(log, tag)), []).extend(own)
    joined = dict(zip(parts, gathered(list(parts.values())), strict=True))
    longest = max((len(points.step) for points in joined.values()), default=0)
    unknown = np.broadcast_to(np.nan, longest)
    epochs: dict[int, float] = {}
    for (_, tag), points in joined.items():
        if tag in _EPOCH_TAGS:
            epochs.update(zip(points.step.tolist(), points.value.tolist(), strict=True))
    return [
        Points(
            tag=tag,
            split=split,
            step=points.step,
            epoch=_epochs(tag, points.step, epochs, unknown),
            wall_time=points.wall_time,
            value=points.value,
            reading=_reading(tag, split),
        )
        for (split, tag), points in joined.items()
    ]


def _reading(tag: str, split: str) -> metrics.Reading | None:
    """Return what "Training vs. Validation Loss" is in the folder of one split, None otherwise."""
    metric = metrics.shared_metric(tag) if split else ""
    if not metric:
        return None
    own = metrics.read(metric)
    return None if own.split else replace(own, split=split)


def _full_tag(log: EventLog, tag: str) -> str:
    """Return a tag with the key of add_scalars; a session's tag is kept apart from a curve's."""
    if log.place.key:
        return f"{tag}/{log.place.key}"
    if log.place.is_session and not tag.startswith(_SESSION_METRIC):
        return f"{_SESSION_METRIC}/{tag}"
    return tag


def _epochs(tag: str, step: Ints, epochs: Mapping[int, float], unknown: Floats) -> Floats:
    """Return the epoch of each step; ``unknown`` has a NaN for each.

    Keras counts the steps of ``epoch_loss`` in epochs; Lightning logs the epoch of each step.
    """
    if tag.startswith("epoch_"):
        return step.astype(np.float64)
    if not epochs:
        return unknown[: len(step)]
    if metrics.read(tag).metric == "lr":  # Lightning logs it before anything else of its epoch
        known = np.array(sorted(epochs))
        later = known[np.clip(np.searchsorted(known, step), None, len(known) - 1)]
        return np.array([epochs[number] for number in later.tolist()], dtype=np.float64)
    return np.array([epochs.get(number, np.nan) for number in step.tolist()], dtype=np.float64)
