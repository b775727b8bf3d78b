"""Put records under the split that flags such as ``is_training`` give, once all are read."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from analyzer import metrics
from analyzer.parsers._json_rows import Rows
from analyzer.parsers._split_flags import Flag, split_of_flag, split_of_flags

Flags = tuple[Flag, ...]


def flags_of(row: Mapping[str, Any]) -> Flags:
    """Return the flags in a record."""
    return tuple(
        Flag(name, cell)
        for name, cell in row.items()
        if isinstance(cell, bool) and split_of_flag(name, True)
    )


def settings_in(flagged: Mapping[Flags, Rows]) -> dict[str, bool]:
    """Return the flags that are a setting of the run: ``validation`` is True in each record.

    ``is_val`` that is True in each says what the records are, unless the name of a loss or score
    in them does.
    """
    values: dict[str, set[bool]] = {}
    for flag in (flag for flags in flagged for flag in flags):
        values.setdefault(flag.name, set()).add(flag.value)
    is_plain = not any(map(_says_split, flagged.values()))
    found = {}
    for name, said in values.items():
        says_what = is_plain and said == {True} and metrics.normal(name).startswith("is_")
        if len(said) == 1 and not says_what:
            found[name] = said == {True}
    return found


def by_split(
    flagged: Mapping[Flags, Rows], splits: Mapping[str, Rows], settings: Set[str]
) -> dict[str, Rows]:
    """Return the rows of each split, with those whose flags say it, in the order of their lines."""
    found = dict(splits)
    for flags, rows in flagged.items():
        split = split_of_flags(flag for flag in flags if flag.name not in settings)
        found[split] = found[split].joined(rows) if split in found else rows
    return dict(sorted(found.items(), key=lambda item: item[1].lines[:1]))


def _says_split(rows: Rows) -> bool:
    """Say whether the name of a loss or score says its split."""
    return any(metrics.is_judged(name) and metrics.read(name).split for name in rows.cells)
