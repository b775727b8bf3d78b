"""The units of a tree: which logs must be read together, and what tells that they have changed.

Opens no known file.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.model.run import Skipped
from analyzer.parsers._base import LogFile, Parser
from analyzer.reading.claims import ClaimedFile, ClaimedGroup, claim, groups_of
from analyzer.reading.files import files_under
from analyzer.reading.groups import folder_of
from analyzer.reading.twins import MOST

UNOPENED = "cannot_open"  # a reason that may have gone without the file having changed
Known = Mapping[str, Sequence[Any]]  # path of a file: its stamp, then its parser or why it has none


@dataclass(frozen=True)
class Unit:
    """Logs that are read together.

    Of one run, or of runs of one folder that may be one run in two formats.

    ``key`` is the path of the first file below the root; ``logs`` counts the logs of the folders,
    by which a run is named for its folder or for its file; ``stamps`` changes with any file.
    """

    key: str
    groups: tuple[ClaimedGroup, ...]
    logs: Mapping[Path, int]
    stamps: tuple[tuple[int, int, int], ...]

    @property
    def files(self) -> list[LogFile]:
        """All files of the unit."""
        return [file for _, group in self.groups for file in group.files]


@dataclass(frozen=True)
class Tree:
    """What a walk found.

    The units in the order of their keys, what was skipped, and what is known of each file.
    """

    units: tuple[Unit, ...]
    skipped: tuple[Skipped, ...]
    known: Known
    opened: int


def walk(
    root: Path,
    parsers: Mapping[str, Parser],
    known: Known,
    *,
    step: Callable[[int], None] = lambda _: None,
) -> Tree:
    """Walk a tree; files that stand in ``known`` with their stamp are not opened again.

    ``step(files)`` is called now and then.
    """
    claimed: list[ClaimedFile] = []
    skipped: list[Skipped] = []
    now: dict[str, list[Any]] = {}
    stamps: dict[Path, tuple[int, int, int]] = {}
    opened = 0
    for count, item in enumerate(files_under(root)):
        if count % 1000 == 0:
            step(count)
        if isinstance(item, Skipped):
            skipped.append(item)
            continue
        key = item.relative.as_posix()
        stamps[item.relative] = stamp = item.stamp
        said = _usable(known.get(key), stamp, parsers)
        if said is None:
            opened += 1
            found = claim(item, parsers)
            said = [
                *stamp,
                *(
                    (None, [found.key, found.values])
                    if isinstance(found, Skipped)
                    else (found[0], None)
                ),
            ]
        now[key] = list(said)
        if said[3] is not None:
            claimed.append(ClaimedFile(said[3], item))
        else:
            reason, values = said[4]
            skipped.append(Skipped(item.shown, reason, values))
    units = _units(root, groups_of(claimed, parsers), stamps)
    return Tree(tuple(units), tuple(skipped), now, opened)


def _usable(
    said: Any, stamp: tuple[int, int, int], parsers: Mapping[str, Parser]
) -> Sequence[Any] | None:
    """Return what is known of a file where it can be relied on.

    Unchanged, and not a file that could not be opened.
    """
    if not isinstance(said, list) or len(said) != 5 or tuple(said[:3]) != stamp:
        return None
    if said[3] is not None:
        return said if said[3] in parsers else None
    reason = said[4]
    return said if isinstance(reason, list) and len(reason) == 2 and reason[0] != UNOPENED else None


def _units(
    root: Path, groups: Sequence[ClaimedGroup], stamps: Mapping[Path, tuple[int, int, int]]
) -> list[Unit]:
    """Put together the groups of folders that hold several formats.

    Every other group is read on its own.
    """
    logs = Counter(file.relative.parent for _, group in groups for file in group.files)
    folders: dict[Path, list[int]] = {}
    for index, (_, group) in enumerate(groups):
        for folder in {folder_of(root, group), *(file.folder for file in group.files)}:
            folders.setdefault(folder, []).append(index)
    leaders = list(range(len(groups)))

    def leader(index: int) -> int:
        while leaders[index] != index:
            leaders[index] = index = leaders[leaders[index]]
        return index

    for members in folders.values():
        if len({groups[index][0] for index in members}) > 1 and len(members) <= MOST:
            for index in members:
                leaders[leader(index)] = leader(members[0])
    together: dict[int, list[ClaimedGroup]] = {}
    for index, claimed in enumerate(groups):
        together.setdefault(leader(index), []).append(claimed)
    return sorted(
        (_unit(tuple(unit), logs, stamps) for unit in together.values()), key=lambda unit: unit.key
    )


def _unit(
    groups: tuple[ClaimedGroup, ...],
    logs: Mapping[Path, int],
    stamps: Mapping[Path, tuple[int, int, int]],
) -> Unit:
    files = [file.relative for _, group in groups for file in group.files]
    own = {folder: logs[folder] for folder in sorted({file.parent for file in files})}
    return Unit(min(files).as_posix(), groups, own, tuple(stamps[file] for file in files))


def fingerprint(unit: Unit, settings: str, content: str | None = None) -> str:
    """Return what a result holds for.

    The files (by stamp, or by ``content``), how they are grouped, the settings.
    """
    files = [
        [name, group.name.as_posix(), [file.relative.as_posix() for file in group.files]]
        for name, group in unit.groups
    ]
    logs = sorted((folder.as_posix(), min(count, 2)) for folder, count in unit.logs.items())
    said = json.dumps([settings, files, logs, content or unit.stamps], ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def content_of(unit: Unit) -> str:
    """Return a hash of what the files hold.

    Raises OSError or ParseError where one cannot be read.
    """
    digest = hashlib.sha256()
    for file in unit.files:
        with file.open() as handle:
            while part := handle.read(1 << 20):
                digest.update(part)
        digest.update(b"\0")
    return digest.hexdigest()[:32]
