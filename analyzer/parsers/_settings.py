"""Turn what a log stores beside its metrics into hyperparameters: valid text, limited in size."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

_DEEPEST = 20
_MOST = 100_000  # values; a few lines of YAML whose aliases name each other unfold to billions
_LONGEST_NUMBER = 1024  # bits: about the largest a float can represent
_CUT = "..."
_WORDS = {"True": True, "true": True, "False": False, "false": False, "None": None, "null": None}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_LONGEST_TEXT = 300  # characters of a number


def settings(values: Mapping[Any, Any]) -> dict[str, Any]:
    """Return settings with "..." for values nested too deeply and for all after 100,000 values."""
    return _mapping(values, 0, iter(range(_MOST)))


def text(value: str) -> str:
    """Return text that UTF-8 can encode; JSON allows half of a surrogate pair as an escape."""
    return value.encode("utf-8", "replace").decode()


def _mapping(values: Mapping[Any, Any], depth: int, left: Iterator[int]) -> dict[str, Any]:
    """Return a mapping; ``left`` yields as many values as may still be taken."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if next(left, None) is None:
            return {**found, _CUT: _CUT}
        found[text(str(_scalar(name)))] = _value(value, depth, left)
    return found


def _value(value: Any, depth: int, left: Iterator[int]) -> Any:
    if isinstance(value, Mapping | list | tuple) and depth >= _DEEPEST:
        return _CUT
    if isinstance(value, Mapping):
        return _mapping(value, depth + 1, left)
    if not isinstance(value, list | tuple):
        return _scalar(value)
    found: list[Any] = []
    for entry in value:
        if next(left, None) is None:
            return [*found, _CUT]
        found.append(_value(entry, depth + 1, left))
    return found


def _scalar(value: Any) -> Any:
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        return _CUT
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | date):
        return text(str(value))
    return f"({type(value).__name__})"


def typed(value: str) -> Any:
    """Return the number, truth value or None that a text stands for, else the text itself.

    Trackers keep each parameter as text; so "0.1" can be compared with the 0.1 of another log.
    """
    word = value.strip()
    if word in _WORDS:
        return _WORDS[word]
    if not _NUMBER.fullmatch(word) or len(word) > _LONGEST_TEXT:
        return value
    return int(word) if word.lstrip("+-").isdigit() else float(word)
