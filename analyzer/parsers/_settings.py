"""Values beside the metrics as hyper-parameters: text that can be written, no deeper and no more than anyone reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

_DEEPEST = 20
_MOST = 100_000  # values; a few lines of YAML whose aliases name each other unfold to billions
_LONGEST_NUMBER = 1024  # bits: what a float can come near to
_CUT = "..."


def settings(values: Mapping[Any, Any]) -> dict[str, Any]:
    """Return settings in UTF-8, with "..." for what is nested deep and for what comes after a hundred thousand."""
    return _mapping(values, 0, iter(range(_MOST)))


def text(value: str) -> str:
    """Return text that can be written; JSON may hold half a character as an escape."""
    return value.encode("utf-8", "replace").decode()


def _mapping(values: Mapping[Any, Any], depth: int, left: Iterator[int]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in values.items():
        if next(left, None) is None:
            return {**out, _CUT: _CUT}
        out[text(str(_scalar(name)))] = _value(value, depth, left)
    return out


def _value(value: Any, depth: int, left: Iterator[int]) -> Any:
    if isinstance(value, Mapping | list | tuple) and depth >= _DEEPEST:
        return _CUT
    if isinstance(value, Mapping):
        return _mapping(value, depth + 1, left)
    if not isinstance(value, list | tuple):
        return _scalar(value)
    out: list[Any] = []
    for one in value:
        if next(left, None) is None:
            return [*out, _CUT]
        out.append(_value(one, depth + 1, left))
    return out


def _scalar(value: Any) -> Any:
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        return _CUT
    if value is None or isinstance(value, bool | int | float):
        return value
    return text(str(value)) if isinstance(value, str | date) else f"({type(value).__name__})"
