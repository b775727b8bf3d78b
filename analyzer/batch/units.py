"""The units of a tree, packed: of 100,000 runs there is room for their keys, not for all paths."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, overload

from analyzer.parsers._base import Group, LogFile
from analyzer.reading.claims import ClaimedGroup

_TOGETHER = 50  # units in a pack: unpacked at once, since they are asked for in turn

Stamp = tuple[int, int, int]  # size, time of the last change, inode: see LogFile


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
    is_crowded: bool = False  # its file is one of too many that may be parts of a run

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
            replace(self, key=key_of([claimed]), groups=(claimed,)) for claimed in self.groups
        )


def key_of(groups: Sequence[ClaimedGroup]) -> str:
    """Return the path of the first file of some groups below the root."""
    return min(file.relative for _, group in groups for file in group.files).as_posix()


class Units(Sequence[Unit]):
    """Units in the order of their keys, each unpacked when it is asked for.

    ``keys`` are those of the units. Units with files of another kind than LogFile stay as they are.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self.keys: list[str] = []
        self._logs: list[int] = []
        self._packs: list[bytes | tuple[Unit, ...]] = []
        self._places: Sequence[int] = ()
        pack: list[Unit] = []
        for unit in units:
            self.keys.append(unit.key)
            self._logs.append(len(unit.groups))
            pack.append(unit)
            if len(pack) == _TOGETHER:
                self._packs.append(_packed(pack))
                pack = []
        self._packs.append(_packed(pack))
        self._places = range(len(self.keys))
        self._open: tuple[int, Sequence[Unit]] = (-1, ())

    def only(self, places: Sequence[int]) -> Units:
        """Return some of the units by their places."""
        some = Units(())
        some.keys = [self.keys[place] for place in places]
        some._logs = [self._logs[place] for place in places]
        some._packs = self._packs
        some._places = [self._places[place] for place in places]
        return some

    @property
    def logs(self) -> int:
        """How many logs the units have: a unit may read many that lie side by side."""
        return sum(self._logs)

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, place: int) -> Unit: ...

    @overload
    def __getitem__(self, place: slice) -> Units: ...

    def __getitem__(self, place: int | slice) -> Unit | Units:
        if isinstance(place, slice):
            return self.only(range(len(self))[place])
        number, inside = divmod(self._places[place], _TOGETHER)
        if self._open[0] != number:
            self._open = number, _unpacked(self._packs[number])
        return self._open[1][inside]

    def __iter__(self) -> Iterator[Unit]:
        return map(self.__getitem__, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Units) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self.keys))


def _packed(units: Sequence[Unit]) -> bytes | tuple[Unit, ...]:
    files = [file for unit in units for file in (*unit.files, *unit.beside)]
    if any(type(file) is not LogFile for file in files):
        return tuple(units)
    text = json.dumps([_plain(unit) for unit in units])
    return zlib.compress(text.encode(), 1)


def _unpacked(pack: bytes | tuple[Unit, ...]) -> Sequence[Unit]:
    if isinstance(pack, tuple):
        return pack
    return [_unit(data) for data in json.loads(zlib.decompress(pack))]


def _plain(unit: Unit) -> list[Any]:
    groups = [
        [parser, str(group.name), [_plain_file(file) for file in group.files]]
        for parser, group in unit.groups
    ]
    logs = [[str(folder), count] for folder, count in unit.logs.items()]
    beside = [_plain_file(file) for file in unit.beside]
    return [unit.key, groups, logs, unit.stamps, beside, unit.is_crowded]


def _plain_file(file: LogFile) -> list[Any]:
    return [str(file.path), str(file.relative), file.shown, file.size, file.stamp, file.hidden]


def _unit(data: list[Any]) -> Unit:
    key, groups, logs, stamps, beside, is_crowded = data
    return Unit(
        key=key,
        groups=tuple(_group(*group) for group in groups),
        logs={Path(folder): count for folder, count in logs},
        stamps=tuple(map(tuple, stamps)),
        beside=tuple(_file(*file) for file in beside),
        is_crowded=is_crowded,
    )


def _group(parser: str, name: str, files: list[list[Any]]) -> ClaimedGroup:
    return ClaimedGroup(parser, Group(Path(name), tuple(_file(*file) for file in files)))


def _file(
    path: str, relative: str, shown: str, size: int, stamp: Sequence[int], hidden: bool
) -> LogFile:
    changed, inode = stamp[1:]
    return LogFile(Path(path), Path(relative), shown, size, (stamp[0], changed, inode), hidden)
