"""Tell a small JSON file without a series, such as settings, before it is taken for a log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.parsers._base import HEAD, LogFile
from analyzer.parsers._json import load_json, number_of
from analyzer.parsers._json_series import flat, may_have_series
from analyzer.parsers._unknown import unknown


def whole_object(file: LogFile) -> Mapping[str, Any] | None:
    """Return the JSON object that the first bytes of a file hold, None if it is not whole.

    A file that is larger, damaged, or padded with NULs is left to the parser, which reads all of it
    and says what is wrong.
    """
    if len(file.head) >= HEAD or b"\0" in file.head:
        return None
    try:
        document = load_json(file.text)
    except ParseError:
        return None
    return document if isinstance(document, Mapping) else None


def has_no_series(file: LogFile) -> bool:
    """Say whether the first bytes are a whole JSON object in which nothing can be a series."""
    return not may_have_series(file.text) and whole_object(file) is not None


def without_series(file: LogFile) -> NotThisFormat:
    """Return why an object without a series is refused: it has single losses or scores, or none."""
    for name, cell in flat(whole_object(file) or {}):
        if metrics.is_judged(name) and number_of(cell) is not None:
            return NotThisFormat("single_values")
    return unknown(())
