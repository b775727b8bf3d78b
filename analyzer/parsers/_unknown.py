"""Refuse a file in which no name is a known metric, with the names that a user could map."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.safe.names import printable

_MOST = 6  # names in a message
_LONGEST = 40  # characters of each


def unknown(names: Iterable[str]) -> NotThisFormat:
    """Return why a file with these names is refused; axes are no names that can be mapped."""
    shown = [printable(name[:_LONGEST]) for name in names if name and not metrics.is_axis(name)]
    if not shown:
        return NotThisFormat("no_metric")
    more = ", ..." if len(shown) > _MOST else ""
    return NotThisFormat("unknown_names", names=", ".join(shown[:_MOST]) + more, name=shown[0])
