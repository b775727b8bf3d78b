"""Names with a single value in a log of more names than any has curves: which are not read.

A column is as long as its log, so that a record with very many names of its own would fill the
memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.model.issues import LogIssue

MOST_NAMES = 10_000  # with more of them, those with a single value are not read


@dataclass(frozen=True)
class RareNames:
    """Names that were not read: how many, of how many, and where the first stands.

    That is a ``line``, or a ``place`` as in code, counted from 0: ``log_history[3]``.
    """

    lost: int
    names: int
    line: int | None = None
    place: str = ""

    def issue(self, source: str, kept: int) -> LogIssue:
        """Return the line that a user sees."""
        values: dict[str, Any] = {"names": self.names}
        key = "rare_names"
        if self.line is None:
            key, values = "rare_names_at", {**values, "place": self.place}
        return LogIssue("warning", source, key, self.line, kept, self.lost, values=values)


def rare_among(single: Mapping[str, int], names: int, most: int) -> list[str]:
    """Return the names to forget, so that ``most`` of all are left.

    ``single`` are those with one value, by the row of it. The row that has most of them loses its
    last ones first.
    """
    surplus = names - most
    if surplus <= 0:
        return []
    in_row = Counter(single.values())
    backwards = list(single)[::-1]
    return sorted(backwards, key=lambda name: -in_row[single[name]])[:surplus]
