"""Read the pieces of a rotated log that are too short to be a log alone, with the file beside them.

The newest file of a rotated log often has a line or two. Names alone are no proof: the pieces are
read together if the steps go on from one to the next; if not, an issue tells what was not read.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile
from analyzer.parsers._rotated_names import rotated_place
from analyzer.parsers._unread import with_unread

SHORT = 4096  # bytes; a longer file has more lines than a log needs
_MOST = 1 << 26  # bytes of the files that are read together
_WIDEST_GAP = 10  # usual distances of steps between two files: a rotation loses a few lines

Chain = list[LogFile]


@dataclass(frozen=True)
class _Joined(LogFile):
    """Files that are read as one."""

    parts: tuple[LogFile, ...] = ()

    def open(self) -> BinaryIO:
        """Open the content of the files, one behind the other."""
        contents = []
        for part in self.parts:
            with part.open() as handle:
                contents.append(handle.read())
        between = [content if content.endswith(b"\n") else content + b"\n" for content in contents]
        return io.BytesIO(b"".join([*between[:-1], contents[-1]]))

    @property
    def length(self) -> int:
        """Return how many bytes the files have together."""
        return sum(part.length for part in self.parts)


def grouped_pieces(files: Sequence[LogFile], is_short: Callable[[LogFile], bool]) -> list[Group]:
    """Return a group for each file; the short pieces of a rotated log join the file before them.

    The first, if short, joins the file behind it.
    """
    chains: dict[tuple[Path, str], list[tuple[tuple[int, str], int]]] = {}
    for at, file in enumerate(files):
        if (place := rotated_place(file.name)) is not None:
            chains.setdefault((file.folder, place.base), []).append((place.age, at))
    for at, file in enumerate(files):
        if (file.folder, file.name) in chains:
            chains[file.folder, file.name].append(((1, ""), at))
    together: dict[int, Chain] = {at: [file] for at, file in enumerate(files)}
    for members in chains.values():
        order = [at for _, at in sorted(members)]
        if len({age for age, _ in members}) == len(order):
            for first, chain in _joined_places(order, [is_short(files[at]) for at in order]):
                together |= {at: [] for at in chain}
                together[first] = [files[at] for at in chain]
    return [Group(chain[-1].bare, tuple(chain)) for chain in together.values() if chain]


def _joined_places(order: Sequence[int], short: Sequence[bool]) -> Iterator[tuple[int, list[int]]]:
    """Yield the places of files that are read together, each with the first of them."""
    chain: list[int] = []
    is_open = False  # all files of the chain are short
    for at, is_short in zip(order, short, strict=True):
        if chain and not (is_short or is_open):
            yield min(chain), chain
            chain = []
        is_open = is_short and (is_open or not chain)
        chain.append(at)
    if chain:
        yield min(chain), chain


def read_pieces(group: Group, read: Callable[[Group], list[Run]]) -> list[Run]:
    """Return the run of files that go on from one to the next; else the run of the longest."""
    for order in (group.files, group.files[::-1]):
        first = {own.name: getattr(order[0], own.name) for own in fields(LogFile)}
        joined = _Joined(**first, parts=order)
        if joined.length > _MOST:
            break
        try:
            runs = read(Group(group.name, (joined,)))
        except NotThisFormat:
            continue
        if len(runs) == 1 and _goes_on(runs[0]):
            shown = tuple(file.shown for file in order)
            return [replace(runs[0], meta=replace(runs[0].meta, files=shown))]
    longest = max(group.files, key=lambda file: file.length)
    failed: dict[LogFile, ParseError] = {}
    for file in group.files:
        if file is not longest:
            failed[file] = ParseError("piece_apart")
    runs = read(Group(group.name, (longest,)))
    return [with_unread(runs[0], failed), *runs[1:]]


def _goes_on(run: Run) -> bool:
    """Say whether the steps of each loss and score only rise, without a wide gap."""
    rises = [
        np.diff(series.step.astype(np.float64))
        for series in run.series
        if metrics.kind(series.metric) is not None and len(series) > 1
    ]
    return bool(rises) and all(
        rise.min() > 0 and rise.max() <= _WIDEST_GAP * np.median(rise) for rise in rises
    )
