"""Tell what a number of console output counts by what stands around it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer import metrics
from analyzer.parsers._text_names import is_known, metric_name, split_of
from analyzer.parsers._text_plan import COUNT, EPOCH, PLANNED, STEP, TOTAL, VALUE, Field, Plan, Span
from analyzer.parsers._text_tokens import Pair, Token

_BAR = re.compile(r" *\[[=>.#-]{3}")
_BATCHES = re.compile(r" *\[ *\d+/ ?\d+")
_TOTAL = re.compile(r" *(?:/|(?:of|de|von|di|su|sur)\b) *(\d+)(?![\d.:/%]|,\d| *%)")
_EPOCH_UNITS = ("epoch", "ep")
_QUOTES = ("'", '"')
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


def with_count(fields: list[Field], span: Span, over: Span, text: str) -> list[Field]:
    """Return the fields of a line with "10/50" in brackets, which counts batches.

    Of two such counts next to each other, as in "[3/40][10/50]", the first counts epochs.
    """
    count = [Field(COUNT, "", span), Field(TOTAL, "", over)]
    before = [found for found in fields if found.role in (COUNT, TOTAL)]
    if not before:
        return [*fields, *count]
    is_next = text[before[-1].span.end : span.start].replace(" ", "") == "]["
    if not is_next or any(found.role == EPOCH for found in fields):
        return fields
    rest = [found for found in fields if found.role not in (COUNT, TOTAL)]
    return [*rest, Field(EPOCH, "epoch", before[0].span), *count]


def of_pair(pair: Pair) -> list[Field]:
    """Return the axes of "[2,  4000]" at the start of a line: an epoch and a batch."""
    return [
        Field(role, name, Span(piece.start, piece.end))
        for piece, role, name in ((pair.first, EPOCH, "epoch"), (pair.second, STEP, "batch"))
    ]


def heads_names(tokens: Sequence[Token], at: int) -> bool:
    """Say whether a number begins a line, before names in brackets: "3 [D loss: 0.5]"."""
    is_first = all(piece.kind == "gap" for piece in tokens[:at])
    return is_first and at + 2 < len(tokens) and tokens[at + 2].kind == "word"


def denominator(tokens: Sequence[Token], at: int) -> int | None:
    """Return the place of the number behind a slash, padded or not ("550/  725"), or None."""
    if at >= len(tokens) or tokens[at].text != "/":
        return None
    behind = at + 1
    if behind < len(tokens) and tokens[behind].kind == "gap":
        behind += 1
    is_number = behind < len(tokens) and tokens[behind].kind == "number"
    return behind if is_number else None


def counts_in_split(said: Sequence[str], tokens: Sequence[Token], behind: int) -> bool:
    """Say whether "10/50" behind a split counts its batches: "Train 10/50 loss 0.5".

    ``behind`` is the place behind the total. Without a metric in the rest of the line, as in
    "val: 95/100", it is a share of the split.
    """
    if not split_of(said) or (len(said) > 1 and metric_name(tuple(said), False)):
        return False
    numbers = [piece for piece in tokens[:behind] if piece.kind == "number"][-2:]
    is_whole = all(piece.text.isdigit() and not piece.unit for piece in numbers)
    return is_whole and any(
        piece.kind == "word" and is_known(piece.text) for piece in tokens[behind:]
    )


def is_boxed_value(tokens: Sequence[Token], at: int, said: tuple[str, ...]) -> bool:
    """Say whether a bracket holds the value of a known metric alone: "Pseudo dice [0.84]"."""
    inside = tokens[at + 1 : at + 3]
    if [piece.kind for piece in inside] != ["number", "mark"] or inside[1].text != "]":
        return False
    return "." in inside[0].text and metric_name(said, False) != ""


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


def is_first_of_list(tokens: Sequence[Token], behind: int, name: str) -> bool:
    """Say whether a number begins a list: "IoU: [0.9, 0.7]" has one for each class.

    ``behind`` is the place behind the number. The learning rates of groups of parameters are alike,
    so that the first stands for all; of losses the first is usually the total.
    """
    before = [piece.text for piece in tokens[max(behind - 3, 0) : behind - 1]]
    after = [piece for piece in tokens[behind : behind + 4] if piece.text not in _QUOTES]
    if "[" not in before or [piece.text for piece in after[:1]] != [","]:
        return False
    is_number = [piece.kind for piece in after[1:2]] == ["number"]
    metric = metrics.read(name).metric
    return is_number and metric != "lr" and metrics.kind(metric) != "loss"


def planned(text: str, fields: Sequence[Field]) -> list[Field]:
    """Return the totals directly behind the axes of a line."""
    found = []
    for axis in fields:
        match = _TOTAL.match(text, axis.span.end) if axis.role in (EPOCH, STEP) else None
        if match is not None and axis.span.end > 0:
            found.append(Field(PLANNED, axis.role, Span(*match.span(1))))
    return found
