"""Values of a state file with the type that they must have: the file may be of a stranger.

Each function returns the value, and raises TypeError if it is of another type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def string(value: Any) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def whole(value: Any) -> int:
    """Return a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    return value


def number(value: Any) -> float:
    """Return a number; it may be whole, infinite or NaN."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(value)
    return value


def number_or_none(value: Any) -> float | None:
    """Return a number or None."""
    return None if value is None else number(value)


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object of JSON."""
    if not isinstance(value, dict):
        raise TypeError(value)
    return value
