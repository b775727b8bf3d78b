"""Read several JSON objects on one line, between which a line end was lost."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from analyzer.parsers._json import object_of

_BETWEEN = re.compile(r"[\s,\ufeff\0]*")
_JOINT = re.compile(r"\}[\s,\ufeff\0]*\{")
_DECODER = json.JSONDecoder(object_pairs_hook=object_of)


class Joined(NamedTuple):
    """The objects of a line, and whether the file ends in the middle of another."""

    objects: list[dict[str, Any]]
    is_cut: bool = False


def joined_objects(text: str) -> Joined:
    """Return the objects of a line that has at least two and nothing else, none of another line.

    The last may be cut off where the file ends.
    """
    if not _JOINT.search(text):
        return Joined([])
    found: list[dict[str, Any]] = []
    at = _after_blanks(text, 0)
    while at < len(text):
        document, at = _object_at(text, at)
        if document is None:
            is_cut = text.startswith("{", at) and not text.endswith("\n")
            return Joined(found, is_cut) if is_cut else Joined([])
        found.append(document)
        at = _after_blanks(text, at)
    return Joined(found) if len(found) > 1 else Joined([])


def begins_joined(text: str) -> dict[str, Any] | None:
    """Return the first object of a text if another follows on its line, else None."""
    joint = _JOINT.search(text)
    if joint is None or "\n" in text[: joint.end()]:
        return None
    document, at = _object_at(text, _after_blanks(text, 0))
    follows = document is not None and text.startswith("{", _after_blanks(text, at))
    return document if follows else None


def _object_at(text: str, at: int) -> tuple[dict[str, Any] | None, int]:
    """Return the object that begins at a place and where it ends; None if there is none."""
    try:
        document, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, at
    return (document, end) if isinstance(document, dict) else (None, at)


def _after_blanks(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at
