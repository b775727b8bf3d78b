"""Read the JSON of logs: whole documents with their errors located, single values fast."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from analyzer.errors import NotThisFormat, ParseError
from analyzer.parsers._column import unique
from analyzer.parsers._not_finite import INFINITY, NAN

_NUMBERS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_DECODER = json.JSONDecoder()
# numbers that are not finite as C, C++ and others print them, where a value stands
_PRINTED = re.compile(
    rf"([:\[,]\s*)(?:([-+]?)(?:inf(?:inity)?|{INFINITY})|[-+]?(?:nan|{NAN}))(?=\s*[,\]}}])",
    re.I,
)


class Unreadable:
    """Stands for a value that is not JSON, or too deep or too long to read."""


def load_json(text: str) -> Any:
    """Return a JSON document; NaN and Infinity are numbers, as are "nan" and "-inf" without quotes.

    A string of JSON is opened.

    Raises ParseError with line and column if the text is not JSON, and also if it is nested too
    deeply or has a number with thousands of digits. Raises NotThisFormat for JSON Lines.
    """
    try:
        document = _loaded(text.lstrip("\ufeff"))
        if isinstance(document, str) and document.lstrip()[:1] in ("{", "["):
            document = json.loads(document, object_pairs_hook=object_of)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and text[: error.pos].strip():
            raise NotThisFormat("json_lines", line=error.lineno) from error
        raise ParseError(
            "not_json", line=error.lineno, column=error.colno, error=error.msg
        ) from error
    except RecursionError as error:
        raise ParseError("json_too_deep") from error
    except ValueError as error:
        raise ParseError("json_number_too_long") from error
    return document


def _loaded(text: str) -> Any:
    """Return a document, with the numbers that are not finite as JSON where C printed them."""
    try:
        return json.loads(text, object_pairs_hook=object_of)
    except json.JSONDecodeError as error:
        plain = _PRINTED.sub(_as_json, text) if _PRINTED.search(text) else ""
        try:
            return json.loads(plain, object_pairs_hook=object_of)
        except ValueError:
            raise error from None


def _as_json(match: re.Match[str]) -> str:
    """Return the token of JSON for a number that is not finite, with what stands before it."""
    if match[2] is None:
        return f"{match[1]}NaN"
    sign = "-" if match[2] == "-" else ""
    return f"{match[1]}{sign}Infinity"


def read_value(text: str) -> Any:
    """Return one JSON value, or ``Unreadable`` if it is not JSON.

    W&B writes numbers that are not finite as strings, too: these become numbers.
    """
    text = text.strip()
    try:
        # json.loads looks for blanks around each value, which takes longer
        value, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return Unreadable
    if end < len(text):
        return Unreadable
    return as_number(value)


def as_number(value: Any) -> Any:
    """Return the number that a string such as "NaN" stands for, and any other value unchanged."""
    return _NUMBERS.get(value, value) if isinstance(value, str) else value


def number_of(value: Any) -> float | None:
    """Return a number of JSON, or a string such as "NaN", as a float.

    None for anything else, and for a whole number with too many digits.
    """
    value = as_number(value)
    if not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def number_or_nan(value: Any) -> float:
    """Return what ``number_of`` returns, NaN instead of None."""
    number = number_of(value)
    return math.nan if number is None else number


def cell_or_nan(cell: Any) -> float:
    """Return the number of a JSON value or of the text of a table's cell, NaN for anything else."""
    if not isinstance(cell, str):
        return number_or_nan(cell)
    try:
        return float(cell)
    except ValueError:
        return math.nan


def object_of(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; if a key is repeated, each keeps its value under a numbered key."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = unique(name for name, _ in pairs)
    return dict(zip(names, (value for _, value in pairs), strict=True))
