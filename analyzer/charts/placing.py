"""Where the labels of an exported figure stand, so that they cover no curve and no other label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

_PART = re.compile(r".*(?:/|, )", re.DOTALL)  # of a name: whole folders or whole settings
_WORD = re.compile(r".*[_-]", re.DOTALL)  # of a name without them
_LEAST = 8  # characters: a shorter start is not worth an ellipsis


class Span(NamedTuple):
    """The stretch of an axis that a label takes."""

    left: float
    right: float


def rows_of(spans: Sequence[Span], gap: float) -> list[int]:
    """Return the row of each label, the lowest in which it keeps ``gap`` to the labels before."""
    rows: list[list[Span]] = []
    found = []
    for span in spans:
        free = next((at for at, row in enumerate(rows) if _has_room(span, row, gap)), len(rows))
        if free == len(rows):
            rows.append([])
        rows[free].append(span)
        found.append(free)
    return found


def _has_room(span: Span, row: Sequence[Span], gap: float) -> bool:
    return all(span.left >= other.right + gap or span.right + gap <= other.left for other in row)


def apart(places: Sequence[float], gap: float) -> list[float] | None:
    """Return heights from 0 to 1 moved apart to ``gap``, None if one would move farther than that.

    A label that stands farther from the end of its line names another one.
    """
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved = list(places)
    for lower, upper in pairwise(order):
        moved[upper] = max(moved[upper], moved[lower] + gap)
    highest = 1.0
    for at in reversed(order):  # those at the top push the others down
        moved[at] = min(moved[at], highest)
        highest = moved[at] - gap
    if any(abs(new - old) > 1.01 * gap for new, old in zip(moved, places, strict=True)):
        return None
    return moved


def without_shared_start(names: Sequence[str]) -> list[str]:
    """Return names with an ellipsis for the whole parts that all of them begin with.

    No value is cut: ``lr0.0001_wd0.1`` and ``lr0.0001_wd0.001`` become ``…wd0.1`` and ``…wd0.001``.
    """
    alike = takewhile(lambda signs: len(set(signs)) == 1, zip(*names, strict=False))
    shared = "".join(signs[0] for signs in alike)
    part = _PART.match(shared) or (None if "=" in shared else _WORD.match(shared))
    if len(names) < 2 or part is None or len(part[0]) < _LEAST or part[0] in names:
        return list(names)
    return ["…" + name[len(part[0]) :] for name in names]
