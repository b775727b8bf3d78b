"""The units of a tree: which logs must be read together. Files that are known are not opened."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
)
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from analyzer.batch.units import Stamp, Units, key_of
from analyzer.batch.units import Unit as Unit
from analyzer.model.issues import Skipped
from analyzer.parsers._base import LogFile, Parser
from analyzer.reading.claims import HIDDEN, ClaimedFile, ClaimedGroup, claim, groups_of
from analyzer.reading.files import Entry, entries_under
from analyzer.reading.groups import folder_of
from analyzer.reading.neighbours import neighbours
from analyzer.reading.setting_folders import Folders
from analyzer.reading.split_files import crowd_of, places_of_parts

UNOPENED = "cannot_open"  # a reason that may vanish although the file stays the same
_EVERY = 1000  # files between two reports of progress
_TOGETHER = 500  # files that one process looks at in a row: some 0.2 s
_AHEAD = 8  # so many of these wait for their answers: enough for the processors, and few in memory


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
# Begins to look at files; what it returns gives the answers, in their order.
Look = Callable[[list[Entry]], Callable[[], list[KnownFile]]]


@dataclass(frozen=True)
class Tree:
    """What a walk found: the units by their keys, what was skipped, and what each file is.

    While ``print`` is the same, so is all of that. It is empty if a later walk may find something
    else in the same files, since one could not be opened or they are those of a store.
    """

    units: Units
    skipped: tuple[Skipped, ...]
    known: Known
    opened: int
    print: str = ""


class Origin(NamedTuple):
    """Where the files of a mirror come from: its URL, and the stamps that the store gives them.

    ``site_url`` is where the site goes to, if that is a store.
    """

    url: str
    stamps: Mapping[str, Stamp]
    site_url: str = ""

    def stamped(self, file: Entry) -> Entry:
        """Return a file with the stamp of its object."""
        stamp = self.stamps.get(file.relative)
        return file if stamp is None else file._replace(stamp=stamp)

    def beside(self, files: Iterable[LogFile]) -> Iterator[LogFile]:
        """Yield files with the stamps of their objects."""
        for file in files:
            stamp = self.stamps.get(file.relative.as_posix()) if self.stamps else None
            yield file if stamp is None else replace(file, stamp=stamp)


HERE = Origin("", {})  # of files that are on this machine


def walk(
    root: Path,
    parsers: Mapping[str, Parser],
    known: Known,
    now: MutableMapping[str, KnownFile] | None = None,
    *,
    origin: Origin = HERE,
    step: Callable[[int], None] = lambda _: None,
    look: Look | None = None,
) -> Tree:
    """Walk a tree; files that are ``known`` with their stamp are not opened again.

    What each file is now goes to ``now``, a dictionary if none is given. ``step(files)`` is called
    now and then. ``look`` says what files are, by default one after the other.
    """
    claimed: list[ClaimedFile] = []
    skipped: list[Skipped] = []
    now = {} if now is None else now
    opened = 0
    digest = hashlib.sha256()
    items = _stamped(entries_under(root, digest.update), origin)
    for count, seen in enumerate(_seen(items, known, parsers, look or looked_at_here(parsers))):
        if count % _EVERY == 0:
            step(count)
        if isinstance(seen, Skipped):
            skipped.append(seen)
            continue
        item, file, is_new = seen
        opened += is_new
        now[item.relative] = file
        if file.parser is not None:
            claimed.append(ClaimedFile(file.parser, item.log_file))
        elif file.reason != HIDDEN:
            skipped.append(Skipped(item.shown, file.reason, file.values or {}))
    groups = groups_of(claimed, parsers)
    claimed.clear()
    units = Units(_units(root, groups, origin))
    is_certain = not origin.url and all(file.key != UNOPENED for file in skipped)
    return Tree(units, tuple(skipped), now, opened, digest.hexdigest() if is_certain else "")


def tree_print(root: Path, step: Callable[[int], None] = lambda _: None) -> str:
    """Return the print of the tree that a walk would find now; no file is opened."""
    digest = hashlib.sha256()
    for count, _ in enumerate(entries_under(root, digest.update)):
        if count % _EVERY == 0:
            step(count)
    return digest.hexdigest()


def looked_at_here(parsers: Mapping[str, Parser]) -> Look:
    """Return what looks at files in this process, once their answers are asked for."""
    return lambda files: lambda: [examined(file, parsers) for file in files]


def _stamped(items: Iterable[Entry | Skipped], origin: Origin) -> Iterator[Entry | Skipped]:
    for item in items:
        yield item if isinstance(item, Skipped) else origin.stamped(item)


def _seen(
    items: Iterator[Entry | Skipped], known: Known, parsers: Mapping[str, Parser], look: Look
) -> Iterator[_Seen | Skipped]:
    """Yield what each file is; some files are looked at while those after them are listed."""
    waiting: deque[_Some] = deque()
    while some := list(islice(items, _TOGETHER)):
        files: list[KnownFile | None] = []
        new: list[Entry] = []
        for item in some:
            file = None if isinstance(item, Skipped) else known.get(item.relative)
            if isinstance(item, Entry) and not (file and _holds(file, item.stamp, parsers)):
                file = None
                new.append(item)
            files.append(file)
        waiting.append(_Some(some, files, look(new)))
        if len(waiting) > _AHEAD:
            yield from waiting.popleft().seen()
    while waiting:
        yield from waiting.popleft().seen()


class _Seen(NamedTuple):
    """A file, what it is, and whether it was opened for that."""

    entry: Entry
    file: KnownFile
    is_new: bool


class _Some(NamedTuple):
    """Files of a walk in a row: those that are known, and the answers for the others."""

    items: list[Entry | Skipped]
    files: list[KnownFile | None]
    answers: Callable[[], list[KnownFile]]

    def seen(self) -> Iterator[_Seen | Skipped]:
        """Yield what each of them is."""
        answers = iter(self.answers())
        for item, file in zip(self.items, self.files, strict=True):
            if isinstance(item, Skipped):
                yield item
            else:
                yield _Seen(item, file or next(answers), file is None)


def examined(entry: Entry, parsers: Mapping[str, Parser]) -> KnownFile:
    """Open a file and return what it is."""
    file = entry.log_file
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


def _units(root: Path, groups: list[ClaimedGroup], origin: Origin) -> Iterator[Unit]:
    """Yield the units by their keys: groups that may be of one run, and each other one alone.

    The list is emptied, and each unit let go once it is taken, since there may be 100,000.
    """
    logs: Counter[str] = Counter()
    for _, group in groups:
        logs.update(file.relative.parent.as_posix() for file in group.files)
    waiting = _joined(root, groups)
    crowd = crowd_of([parser for parser, _ in groups], [group for _, group in groups])
    groups.clear()
    waiting.sort(key=key_of, reverse=True)
    searched = Folders(root)
    while waiting:
        yield _unit(tuple(waiting.pop()), logs, searched, origin, crowd)


def _joined(root: Path, groups: Sequence[ClaimedGroup]) -> list[list[ClaimedGroup]]:
    """Join the groups that may be of one run: of different formats, or parts of one by name."""
    parsers = [parser for parser, _ in groups]
    parts = places_of_parts(parsers, [group for _, group in groups])
    if len(set(parsers)) < 2 and not parts:
        return [[claimed] for claimed in groups]
    leaders = list(range(len(groups)))

    def leader(index: int) -> int:
        while leaders[index] != index:
            leaders[index] = index = leaders[leaders[index]]
        return index

    folders = [folder_of(root, group) for _, group in groups]
    for members in [*neighbours(folders, parsers), *parts]:
        for index in members:
            leaders[leader(index)] = leader(members[0])
    together: dict[int, list[ClaimedGroup]] = {}
    for index, claimed in enumerate(groups):
        together.setdefault(leader(index), []).append(claimed)
    return list(together.values())


def _unit(
    groups: tuple[ClaimedGroup, ...],
    logs: Mapping[str, int],
    searched: Folders,
    origin: Origin,
    crowd: Collection[Path],
) -> Unit:
    files: list[LogFile] = []
    for _, group in groups:
        files += group.files
    folders = sorted({file.relative.parent for file in files})
    beside = tuple(origin.beside(searched.files_beside(folders)))
    return Unit(
        key=key_of(groups),
        groups=groups,
        logs={folder: logs[folder.as_posix()] for folder in folders},
        stamps=tuple(file.stamp for file in (*files, *beside)),
        beside=beside,
        is_crowded=len(groups) == 1 and files[0].path in crowd,
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
