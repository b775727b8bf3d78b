"""The names of the runs of a site: distinct, and without what all of them have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from analyzer.batch.record import Record
from analyzer.safe.names import without_middle_parts

_FOLDERS = re.compile(r".*/", re.DOTALL)
_LONG = re.compile(r"[^/]{16,}[_-]")  # of one part of a path; shorter ones are not worth a cut


class Ends(NamedTuple):
    """What all names of several runs begin and end with."""

    first: str
    last: str

    def cut(self, name: str) -> str:
        """Return a name without its ends."""
        return name.removeprefix(self.first).removesuffix(self.last)


def distinct_names(records: Sequence[Record]) -> list[str]:
    """Return the name of each run, with its first file if several runs have the same name."""
    count = Counter(record.run for record in records)
    return [
        record.run if count[record.run] == 1 else f"{record.run} · {record.source}"
        for record in records
    ]


def common_ends(names: Sequence[str]) -> Ends:
    """Return the folders that all names begin with, and those that all end with.

    A long beginning of their last part is cut too, at a dash or an underscore. Something is left of
    every name, and no two names become equal.
    """
    if len(set(names)) < 2:
        return Ends("", "")
    shared = _shared(names)
    folders = _FOLDERS.match(shared)
    first = folders[0] if folders else ""
    beginning = _LONG.match(shared[len(first) :])
    if beginning:
        first += beginning[0]
    left = [name.removeprefix(first)[::-1] for name in names]
    folders = _FOLDERS.match(_shared(left))
    ends = Ends(first, folders[0][::-1] if folders else "")
    return ends if all(map(ends.cut, names)) else Ends("", "")


def fitting(names: Sequence[str], longest: int, *, head: int) -> list[str]:
    """Return names of at most ``longest`` characters, cut in the middle.

    Where that would make different names equal, what they begin with is cut further on, so that
    they go on from where they differ.
    """
    cut = [without_middle_parts(name, longest, head=head) for name in names]
    alike: dict[str, set[str]] = {}
    for name, shown in zip(names, cut, strict=True):
        alike.setdefault(shown, set()).add(name)
    starts = {shown: len(_shared(list(own))) for shown, own in alike.items() if len(own) > 1}
    room = longest - head - 2  # for two ellipses
    return [
        f"{name[:head]}…{name[starts[shown] - room // 2 :][:room]}…" if shown in starts else shown
        for name, shown in zip(names, cut, strict=True)
    ]


def _shared(names: Sequence[str]) -> str:
    """Return the characters that all names begin with."""
    first, last = min(names), max(names)
    for at, (sign, other) in enumerate(zip(first, last, strict=False)):
        if sign != other:
            return first[:at]
    return first
