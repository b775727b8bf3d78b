"""What stands in JSON before the place where its writer was stopped or its copy ended."""

from __future__ import annotations

import re
from typing import Any

from analyzer.errors import ParseError
from analyzer.parsers._json import load_json

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*("?)|[\[\]{},]', re.DOTALL)
_STRING, _SCALAR = r'"(?:[^"\\]|\\.)*"?', r"[-+.\w]*"
_UNFINISHED = re.compile(
    rf",?\s*(?:{_STRING}(?:\s*:\s*(?:{_STRING}|{_SCALAR}))?|{_SCALAR})\s*", re.DOTALL
)
_CLOSES = {"[": "]", "{": "}"}


def load_json_or_start(text: str) -> tuple[Any, bool]:
    """Return a JSON document and False, or what stands before its cut and True.

    Raises what ``load_json`` raises for a text that is damaged in another way.
    """
    try:
        return load_json(text), False
    except ParseError as error:
        start = before_cut(text) if error.key == "not_json" else None
        if start is None:
            raise
        return load_json(start), True


def before_cut(text: str) -> str | None:
    """Return cut JSON up to its last value that is certainly whole, closed; None for other text.

    The last number is left out: more digits may have followed. A value that is an array or object
    keeps the part that is there.
    """
    opened: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in _CLOSES:
            opened.append(sign)
            end = token.end()
        elif sign in ("]", "}"):
            if not opened or _CLOSES[opened.pop()] != sign:
                return None
            end = token.end()
        elif sign == ",":
            end = token.start()
        elif not token[1]:  # a string that does not end
            break
    if not opened or not _UNFINISHED.fullmatch(text, end):
        return None
    closed = text[:end] + "".join(_CLOSES[sign] for sign in reversed(opened))
    try:
        load_json(closed)
    except ParseError:
        return None
    return closed
