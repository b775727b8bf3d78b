"""JSON documents that stand one behind the other in a file, as appended by several calls."""

from __future__ import annotations

import json
import re
from typing import Any

from analyzer.parsers._json import load_json, object_of
from analyzer.parsers._json_cut import before_cut

_BLANKS = re.compile(r"[\s,\ufeff]*")
_FEWEST = 3  # records; two may as well be an object and what came behind it


def load_documents(text: str) -> tuple[list[dict[str, Any]], bool]:
    """Return the objects of a text with nothing else, and whether the last is only a start.

    Unlike JSON Lines, an object may take several lines, or share its line with the next. Returns
    nothing if the text is anything else, and for fewer than three records, or two histories.
    """
    decoder = json.JSONDecoder(object_pairs_hook=object_of)
    found: list[dict[str, Any]] = []
    is_cut = False
    at = _blanks(text, 0)
    while at < len(text):
        try:
            document, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            start = before_cut(text[at:])
            if start is None:
                return [], False
            document, end, is_cut = load_json(start), len(text), True
        if not isinstance(document, dict):
            return [], False
        found.append(document)
        at = _blanks(text, end)
    whole = found[:-1] if is_cut else found
    is_enough = len(found) >= _FEWEST or (len(found) > 1 and all(map(is_history, whole)))
    return (found, is_cut) if is_enough else ([], False)


def is_history(document: Any) -> bool:
    """Say whether a document is an object of arrays, as a history of several epochs."""
    if not isinstance(document, dict):
        return False
    values = list(document.values())
    return bool(values) and all(isinstance(value, list) and len(value) > 1 for value in values)


def _blanks(text: str, at: int) -> int:
    """Return where the blanks and commas from a place on end."""
    match = _BLANKS.match(text, at)
    return match.end() if match else at
