"""The units of a tree: which logs must be read together. Files that are known are not opened."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from analyzer.model.issues import Skipped
from analyzer.parsers._base import LogFile, Parser
from analyzer.reading.claims import HIDDEN, ClaimedFile, ClaimedGroup, claim, groups_of
from analyzer.reading.files import files_under
from analyzer.reading.groups import folder_of
from analyzer.reading.neighbours import neighbours
from analyzer.reading.setting_folders import Folders

UNOPENED = "cannot_open"  # a reason that may vanish although the file stays the same
_EVERY = 1000  # files between two reports of progress

Stamp = tuple[int, int, int]  # size, time of the last change, inode: see LogFile


@dataclass(frozen=True)
class KnownFile:
    """What a file with this stamp was found to be: a log for ``parser``, or not a log.

    ``reason`` (a key of _reasons.toml) and ``values`` say why it is not one.
    """

    stamp: Stamp
    parser: str | None
    reason: str = ""
    values: Mapping[str, Any] | None = None

    def to_json(self) -> list[Any]:
        """Return the file as the state folder has it."""
        reason = None if self.parser is not None else [self.reason, self.values or {}]
        return [*self.stamp, self.parser, reason]

    @classmethod
    def from_json(cls, data: Any) -> KnownFile | None:
        """Return what ``to_json`` wrote, None for anything else."""
        try:
            size, changed, inode, parser, reason = data
            if parser is not None:
                return cls((size, changed, inode), parser)
            key, values = reason
        except (TypeError, ValueError):
            return None
        return cls((size, changed, inode), None, key, values)


Known = Mapping[str, KnownFile]  # by the path of the file below the root


@dataclass(frozen=True)
class Unit:
    """Logs that are read together: of one run, or of runs that may be one run.

    ``key`` is the path of the first file below the root; ``logs`` counts the logs in each folder,
    on which it depends whether a run is named for its folder or its file; ``stamps`` change with
    any file.
    """

    key: str
    groups: tuple[ClaimedGroup, ...]
    logs: Mapping[Path, int]
    stamps: tuple[Stamp, ...]
    beside: tuple[LogFile, ...] = ()  # files that may hold settings of its runs

    @property
    def files(self) -> list[LogFile]:
        """All files of the unit."""
        files: list[LogFile] = []
        for _, group in self.groups:
            files += group.files
        return files

    @property
    def parts(self) -> tuple[Unit, ...]:
        """The groups as units of their own, to read them apart where one takes all down."""
        return tuple(
            replace(self, key=_key([claimed]), groups=(claimed,)) for claimed in self.groups
        )


@dataclass(frozen=True)
class Tree:
    """What a walk found: the units by their keys, what was skipped, and what each file is."""

    units: tuple[Unit, ...]
    skipped: tuple[Skipped, ...]
    known: Known
    opened: int


class Origin(NamedTuple):
    """Where the files of a mirror come from: its URL, and the stamps that the store gives them.

    ``site_url`` is where the site goes to, if that is a store.
    """

    url: str
    stamps: Mapping[str, Stamp]
    site_url: str = ""

    def stamped(self, file: LogFile) -> LogFile:
        """Return a file with the stamp of its object."""
        stamp = self.stamps.get(file.relative.as_posix())
        return file if stamp is None else replace(file, stamp=stamp)


HERE = Origin("", {})  # of files that are on this machine


def walk(
    root: Path,
    parsers: Mapping[str, Parser],
    known: Known,
    *,
    origin: Origin = HERE,
    step: Callable[[int], None] = lambda _: None,
) -> Tree:
    """Walk a tree; files that are ``known`` with their stamp are not opened again.

    ``step(files)`` is called now and then.
    """
    claimed: list[ClaimedFile] = []
    skipped: list[Skipped] = []
    now: dict[str, KnownFile] = {}
    opened = 0
    for count, item in enumerate(files_under(root)):
        if count % _EVERY == 0:
            step(count)
        if isinstance(item, Skipped):
            skipped.append(item)
            continue
        item = origin.stamped(item)
        key = item.relative.as_posix()
        file = known.get(key)
        if file is None or not _holds(file, item.stamp, parsers):
            opened += 1
            file = _examined(item, parsers)
        now[key] = file
        if file.parser is not None:
            claimed.append(ClaimedFile(file.parser, item))
        elif file.reason != HIDDEN:
            skipped.append(Skipped(item.shown, file.reason, file.values or {}))
    units = _units(root, groups_of(claimed, parsers), origin)
    return Tree(tuple(units), tuple(skipped), now, opened)


def _examined(file: LogFile, parsers: Mapping[str, Parser]) -> KnownFile:
    """Open a file and return what it is."""
    found = claim(file, parsers)
    if isinstance(found, Skipped):
        return KnownFile(file.stamp, None, found.key, found.values)
    return KnownFile(file.stamp, found.parser)


def _holds(file: KnownFile, stamp: Stamp, parsers: Mapping[str, Parser]) -> bool:
    """Say whether what is known of a file holds: unchanged, and not one that failed to open."""
    if file.stamp != stamp:
        return False
    if file.parser is None:
        return file.reason != UNOPENED
    return file.parser in parsers


def _units(root: Path, groups: Sequence[ClaimedGroup], origin: Origin) -> list[Unit]:
    """Join the groups that may be of one run; every other group is read on its own."""
    leaders = list(range(len(groups)))

    def leader(index: int) -> int:
        while leaders[index] != index:
            leaders[index] = index = leaders[leaders[index]]
        return index

    folders = [folder_of(root, group) for _, group in groups]
    for members in neighbours(folders, [parser for parser, _ in groups]):
        for index in members:
            leaders[leader(index)] = leader(members[0])
    together: dict[int, list[ClaimedGroup]] = {}
    for index, claimed in enumerate(groups):
        together.setdefault(leader(index), []).append(claimed)
    logs: Counter[Path] = Counter()
    for _, group in groups:
        logs.update(file.relative.parent for file in group.files)
    searched = Folders(root)
    units = [_unit(tuple(unit), logs, searched, origin) for unit in together.values()]
    return sorted(units, key=lambda unit: unit.key)


def _key(groups: Sequence[ClaimedGroup]) -> str:
    return min(file.relative for _, group in groups for file in group.files).as_posix()


def _unit(
    groups: tuple[ClaimedGroup, ...], logs: Mapping[Path, int], searched: Folders, origin: Origin
) -> Unit:
    files: list[LogFile] = []
    for _, group in groups:
        files += group.files
    folders = sorted({file.relative.parent for file in files})
    beside = tuple(map(origin.stamped, searched.files_beside(folders)))
    return Unit(
        key=_key(groups),
        groups=groups,
        logs={folder: logs[folder] for folder in folders},
        stamps=tuple(file.stamp for file in (*files, *beside)),
        beside=beside,
    )


def content_of(unit: Unit) -> str:
    """Return a hash of the content of all files.

    Raises OSError or ParseError if a file cannot be read.
    """
    digest = hashlib.sha256()
    for file in (*unit.files, *unit.beside):
        with file.open() as handle:
            while part := handle.read(1 << 20):
                digest.update(part)
        digest.update(b"\0")
    return digest.hexdigest()[:32]
