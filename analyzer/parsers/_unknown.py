"""Refuse a file in which no name is a known metric, with the names that a user could map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.parsers._json_series import has_bare_columns
from analyzer.safe.names import printable

_MOST = 6  # names in a message
_LONGEST = 40  # characters of each
_MOST_KEPT = 200  # names among which a mistyped one is looked for


def unknown(names: Iterable[str]) -> NotThisFormat:
    """Return why a file with these names is refused; axes cannot be mapped.

    Its value ``logged`` has the names as they are.
    """
    logged = [name for name in names if name and not metrics.is_axis(name)]
    if not logged:
        return NotThisFormat("no_metric")
    shown = [printable(name[:_LONGEST]) for name in logged[:_MOST]]
    more = ", ..." if len(logged) > _MOST else ""
    return NotThisFormat(
        "unknown_names",
        names=", ".join(shown) + more,
        name=shown[0],
        logged=tuple(logged[:_MOST_KEPT]),
    )


def unknown_series(document: Any) -> NotThisFormat:
    """Return why a document of JSON is refused, by the names of its lists of numbers."""
    if has_bare_columns(document):
        return NotThisFormat("bare_columns")
    series = document.items() if isinstance(document, Mapping) else ()
    return unknown(name for name, value in series if _is_series(value))


def _is_series(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and isinstance(value[0], int | float)
