"""Commas inside the numbers of console output: decimal signs, or marks between thousands.

``loss: 0,41`` has a decimal comma if the numbers of the text are written so; ``step 1,200`` counts
to twelve hundred. A comma before a blank separates and is never part of a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice

from analyzer.parsers._text_names import AXIS_STEMS, METRIC_WORDS

_MAJORITY = 4  # lines with decimal commas for each line with decimal points
_MOST_LINES = 5000  # of each kind; more show nothing new
_DIGITS = bytes.maketrans(b"023456789", b"111111111")
_GLUED = re.compile(rb",(?<=\d,)(?<!:\d\d,)(?=\d)")  # not the milliseconds of a time
_LINE = re.compile(rb"^[^\n]*(?<=\d)(?<!:\d\d),(?=\d)[^\n]*$", re.MULTILINE)
_POINTED = re.compile(rb"^[^\n]*\d\.\d[^\n]*$", re.MULTILINE)
_SPEAKS = re.compile(rb"%b|^[\s|]*\d" % rb"|".join(METRIC_WORDS))
_CLOCK = re.compile(rb"\d+:\d\d(?::\d\d)?(?:[.,]\d+)?")
_MARKED = re.compile(rb"(?<![\w.,])\d+(?:[.,]\d+)+(?:[eE][-+]?\d+)?(?![\w.]|,\d)")
_DECIMAL = re.compile(
    rb"(?:0\d*,\d+|\d{4,},\d+|\d+,(?!\d{3}(?!\d))\d+|\d{1,3}(?:\.\d{3})+,\d+)(?:[eE][-+]?\d+)?"
)
_BELOW_ONE = re.compile(rb"[^\W\d]['\"\])]?\s*[:=]?\s*[-+]?0,\d\d+(?![\w.]|,\d)")  # "loss: 0,412"
_EITHER = re.compile(rb"[1-9]\d{0,2},\d{3}")
_GROUPS = rb"[1-9]\d{0,2}(?:%b\d{3})+"
_BEFORE = rb"[A-Za-z\x80-\xff]['\"\])]?\s?[:=#]?\s?[-+]?"  # a name with or without a sign
_GROUPED = re.compile(rb"(?:%b|/)(%b)(?!\d|,\d)" % (_BEFORE, _GROUPS % rb","))
_EPOCHS = (b"epoch", b"epis", b"poca", b"poque")  # may have a fraction
_STEPS = rb"|".join(stem for stem in AXIS_STEMS if stem not in _EPOCHS)
_STEP = re.compile(
    rb"(?:%b)\w*[\])'\"]?\s?[:=#]?\s?[\[(]?(?:%b)(?:\s?/\s?%b)?(?!\d|[.,]\d)"
    % (_STEPS, _GROUPS % rb"[.,]", _GROUPS % rb"[.,]"),
    re.IGNORECASE,
)
_EPOCH = re.compile(
    rb"(?:%b)\w*\s?[:=#]?\s?[\[(]?(?:%b)(?!\d|[.,]\d)" % (rb"|".join(_EPOCHS), _GROUPS % rb"\."),
    re.IGNORECASE,
)
_POINT_GROUPS = re.compile(rb"(?<![\w.,])%b(?=,\d)" % (_GROUPS % rb"\."))
_COMMA = re.compile(  # not of a list: "gpus 0,1,2"
    rb",(?<=\d,)(?<!:\d\d,)(?<![.,]\d,)(?<![.,]\d\d,)(?<![.,]\d{3},)(?=\d+(?![.,]?\d))"
)
_BARE = re.compile(rb"(?:%b)[^\d\n,;]{0,20}[ :=]\d{3}(?![\w.,%%])" % rb"|".join(METRIC_WORDS))


class Commas(Enum):
    """What a comma between digits is, all over a text."""

    NONE = "no part of a number, or a mark between thousands"
    DECIMAL = "decimal sign"
    UNSURE = "decimal sign, though every number could be a grouped one"


@dataclass
class PointedText:
    """Passes on chunks with their numbers written with points; the first chunk decides.

    After the first chunk, ``commas`` says what its commas are.
    """

    chunks: Iterable[bytes]
    commas: Commas | None = field(default=None)

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            if self.commas is None:
                self.commas = commas_of(chunk)
            yield pointed(chunk, self.commas)


def commas_of(text: bytes) -> Commas:
    """Return what the commas between digits are, from all lines that have a metric or a row."""
    if not _GLUED.search(text):
        return Commas.NONE
    decimal = either = 0
    for match in islice(_LINE.finditer(text), _MOST_LINES):
        line = match[0]
        if not _SPEAKS.search(line.lower()):
            continue
        plain = _STEP.sub(b"", _CLOCK.sub(b"", line))
        numbers = _MARKED.findall(plain)
        has_point = any(b"," not in number for number in numbers)
        is_decimal = not has_point and any(map(_DECIMAL.fullmatch, numbers))
        if is_decimal or _BELOW_ONE.search(plain):
            decimal += 1
        elif any(map(_EITHER.fullmatch, numbers)):
            either += 1
    if not decimal and not either:
        return Commas.NONE
    points = _lines_with_points(text)
    if decimal:
        return Commas.DECIMAL if decimal >= _MAJORITY * points else Commas.NONE
    is_grouped = points or _BARE.search(text.lower())
    return Commas.NONE if is_grouped else Commas.UNSURE


def _lines_with_points(text: bytes) -> int:
    """Count the lines of a metric whose numbers have decimal points and no decimal comma."""
    count = 0
    for match in islice(_POINTED.finditer(text), _MOST_LINES):
        if not _SPEAKS.search(match[0].lower()):
            continue
        plain = _STEP.sub(b"", _CLOCK.sub(b"", match[0]))
        numbers = _MARKED.findall(plain)
        has_comma = _BELOW_ONE.search(plain) or any(map(_DECIMAL.fullmatch, numbers))
        count += not has_comma and any(b"," not in number for number in numbers)
    return count


def pointed(text: bytes, commas: Commas) -> bytes:
    """Return a text whose numbers have a decimal point and no mark between thousands."""
    if not _GLUED.search(text):
        return text
    if commas is Commas.NONE:
        return _GROUPED.sub(lambda match: match[0].replace(b",", b""), text)
    forms = b"\n".join(set(text.translate(_DIGITS).split(b"\n")))  # few, though the lines are many
    for pattern in (_STEP, _EPOCH, _POINT_GROUPS):
        if pattern.search(forms):
            text = pattern.sub(_ungrouped, text)
    return _COMMA.sub(b".", text)


def _ungrouped(match: re.Match[bytes]) -> bytes:
    return match[0].replace(b".", b"").replace(b",", b"")
