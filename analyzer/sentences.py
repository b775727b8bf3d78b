"""Sentences with places for values: how a value is written is said in the place itself.

``{points:count # point|# points} from {files:count # file|# files}`` reads "320 points from 1
file". A count has two forms, for one and for any other number, or three, the first for none; ``#``
stands for the number itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

LANGUAGES = ("en", "es")  # of sentences; the first is the default
UNKNOWN = "?"  # stands for a value that is not known
COUNT = "count "  # how the spec of a count begins; its forms follow
Way = Callable[[Any], str]


class SentenceFormatter(Formatter):
    """``str.format`` whose specs are the ways in which this project writes values.

    ``ways`` maps a spec such as "percent" to the function that writes a value; "integer" also
    writes the number of a count.
    """

    def __init__(self, ways: Mapping[str, Way]) -> None:
        self.ways = ways

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return a value as its spec says, a value that is None as "?"."""
        if format_spec in self.ways:
            return self.ways[format_spec](value)
        if format_spec.startswith(COUNT):
            return counted(value, format_spec.removeprefix(COUNT).split("|"), self.ways["integer"])
        if value is None:
            return UNKNOWN
        return str(super().format_field(value, format_spec))


def counted(number: int | None, forms: list[str], write: Way) -> str:
    """Return the form of a sentence that goes with a number.

    An unknown number is written as "?".
    """
    if number is None:
        return forms[-1].replace("#", UNKNOWN)
    if number == 1:
        form = forms[-2]
    elif number == 0:
        form = forms[0] if len(forms) > 2 else forms[-1]
    else:
        form = forms[-1]
    return form.replace("#", write(number))


PLAIN = SentenceFormatter({"integer": str})  # numbers without separators, as Python writes them
