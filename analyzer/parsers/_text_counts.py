"""Tell what a number of console output counts by what stands around it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.parsers._text_names import split_of
from analyzer.parsers._text_plan import STEP, VALUE, Field, Plan, Span
from analyzer.parsers._text_tokens import Token

_BAR = re.compile(r" *\[[=>.#-]{3}")
_BATCHES = re.compile(r" *\[ *\d+/ ?\d+")
_EPOCH_UNITS = ("epoch", "ep")
_ARROWS = ("->", "=>", "\xe2\x86\x92")  # the last is the arrow of one character in UTF-8

# Darknet: "3: 235.61, 236.10 avg loss, 0.001000 rate, 5.12 seconds, 192 images"
DARKNET = re.compile(
    r"[ \x01]*(\d+): ([-\d.naif]+), ([-\d.naif]+) avg(?: loss)?, ([\d.]+) rate, [\d.]+ seconds,"
)


def darknet_plan(text: str) -> Plan | None:
    """Return how to read a line that Darknet prints for each batch, None for any other line."""
    match = DARKNET.match(text)
    if match is None:
        return None
    names = ((STEP, "batch"), (VALUE, "loss"), (VALUE, "avg loss"), (VALUE, "rate"))
    fields = [
        Field(role, name, Span(*match.span(group))) for group, (role, name) in enumerate(names, 1)
    ]
    return Plan(tuple(fields))


def with_signs(text: str) -> str:
    """Return a line of equal length whose arrows are signs ("loss -> 0.5"), without a redraw."""
    text = text.replace("\x01", " ")
    for arrow in _ARROWS:
        text = text.replace(arrow, "=".ljust(len(arrow)))
    return text


def is_drawn(text: str, end: int) -> bool:
    """Say whether a bar follows a count: Paddle's "step 10/50 [====>...]"."""
    return _BAR.match(text, end) is not None


def counts_epochs(number: Token) -> bool:
    """Say whether a number has "epoch" behind it, as ESPnet's "3epoch results:"."""
    return number.unit.lower() in _EPOCH_UNITS and number.text.isdigit()


def heads_batches(words: Sequence[str], text: str, number: Token) -> bool:
    """Say whether a number counts epochs between a split and batches: timm's "Train: 3 [ 10/50"."""
    is_split = len(words) == 1 and split_of(words) != ""
    return is_split and _BATCHES.match(text, number.end) is not None
