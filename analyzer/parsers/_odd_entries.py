"""Tell the entries of a list that have the form of the others from those that have not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.model.issues import LogIssue


@dataclass(frozen=True)
class OddEntries:
    """Entries of a list that could not be read: how many, and where the first stands.

    ``place`` is an address as in code, counted from 0: ``log_history[3]``.
    """

    count: int
    place: str

    def issue(self, source: str, kept: int, line: int | None = None) -> LogIssue:
        """Return the line that a user sees."""
        values = {"count": self.count, "place": self.place}
        return LogIssue("warning", source, "odd_entries", line, kept, values=values)


def is_object(entry: Any) -> bool:
    """Say whether an entry is a JSON object."""
    return isinstance(entry, Mapping)


def odd_entries(
    entries: Sequence[Any], name: str, is_one: Callable[[Any], bool] = is_object
) -> tuple[OddEntries, ...]:
    """Return what is to be said of a list that stands under a name, () if each entry is one."""
    odd = [at for at, entry in enumerate(entries) if not is_one(entry)]
    return (OddEntries(len(odd), f"{name}[{odd[0]}]"),) if odd else ()


def odd_keys(values: Mapping[str, Any]) -> tuple[OddEntries, ...]:
    """Return the same of the objects in an object; the place is the key of the first odd one."""
    odd = [key for key, value in values.items() if not is_object(value)]
    return (OddEntries(len(odd), f"[{odd[0]}]"),) if odd else ()
