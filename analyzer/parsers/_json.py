"""JSON as logs hold it: read with its faults named."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from analyzer.errors import NotThisFormat, ParseError
from analyzer.parsers._delimited import unique


def load_json(text: str) -> Any:
    """Return a JSON document; NaN and Infinity tokens are numbers, and a string that holds JSON is opened.

    Raises ParseError with line and column where it is no JSON, is nested too deep or holds a number of absurd length.
    """
    try:
        document = json.loads(text.lstrip("\ufeff"), object_pairs_hook=_object)
        if isinstance(document, str) and document.lstrip()[:1] in ("{", "["):
            document = json.loads(document, object_pairs_hook=_object)
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


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; where a key stands twice, each keeps its value."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    return dict(zip(unique(key for key, _ in pairs), (value for _, value in pairs), strict=True))
