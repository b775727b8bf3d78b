"""Read lists that a script printed under their names: ``train_losses = [0.9, 0.5, ...]``."""

from __future__ import annotations

import re
from typing import Any

from analyzer import metrics
from analyzer.errors import ParseError
from analyzer.parsers._literal import load_literal

_NAME = r"[\"'`]?(?P<name>[^\W\d][\w ./()-]{0,60}?)[\"'`]?"
_CELL = r"(?:[\w.]{1,20}\()?[-+]?(?:\d[\d.eE+-]*|\.\d+|nan|inf)\)?"
_FIRST = re.compile(rf"(?:\s*#[^\n]*\n)*\s*{_NAME}\s*[:=]\s*\[\s*{_CELL}\s*,\s*{_CELL}")
_AT_AXIS = re.compile(r"(?:ep(?:och)?|step|iter(?:ation)?|batch)\W{0,2}\d", re.IGNORECASE)
_LIST = re.compile(rf"^[ \t]*{_NAME}\s*[:=]\s*(?P<list>\[[^\[\]]*\])[ \t]*,?[ \t]*$", re.MULTILINE)


def begins_with_list(head: str) -> bool:
    """Say whether a text begins with a list of numbers under the name of a metric or an axis.

    "Epoch 3 losses: [0.9, 0.5]" is a line of a log, not a curve.
    """
    match = _FIRST.match(head)
    if match is None or _AT_AXIS.search(match["name"]):
        return False
    return metrics.is_judged(match["name"]) or metrics.is_axis(match["name"])


def assigned_lists(text: str) -> dict[str, Any]:
    """Return the lists of a text by name; a list that is no list of Python is left out.

    Raises ParseError if there is none.
    """
    found: dict[str, Any] = {}
    error: ParseError | None = None
    for match in _LIST.finditer(text):
        try:
            found[match["name"].strip()] = load_literal(match["list"])
        except ParseError as wrong:
            error = error or wrong
    if not found:
        raise error or ParseError("not_literal", line=1, column=1)
    return found
