"""Part lines of console output that hold several records: a line end was lost between them.

"epoch 1 loss 0.5 epoch 2 loss 0.4" is two lines if both are alike but for their numbers. The
epoch before, behind an epoch, is no record, nor is each of the dicts of one epoch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
# how a record begins; in these texts each digit is a 0
_HEAD = re.compile(
    rb"(?<![A-Za-z/_.-])(?P<word>epoch|ep|step|iteration|iter)(?![A-Za-z/_])[ :=#\[(]{0,3}0"
    rb"|(?P<round>\[0+\])(?=[ \t])|(?P<dict>\{)(?=['\"])",
    re.I,
)
_COUNT = re.compile(rb"\d+")
_NUMBER = re.compile(rb"[-+]?(?:0[0.]*|\.0+)(?:e[-+]?0+)?|(?<![a-z])(?:nan|inf)(?![a-z])", re.I)
_VALUE = re.compile(rb"\.0|(?<![a-z])(?:nan|inf)(?![a-z])", re.I)
_BETWEEN = b" \t,;|-"  # what may stand between two records


class Records(NamedTuple):
    """The places in a line before which it is cut, and those of the heads with a number."""

    cuts: list[int]
    heads: list[int]


def parted(data: bytes) -> bytes:
    """Return text in which each record that repeats the form of the one before has its line."""
    forms = data.translate(_DIGITS).split(b"\n")
    found = {form: records for form in set(forms) if (records := records_of(form)).cuts}
    if not found:
        return data
    lines = data.split(b"\n")
    for at, form in enumerate(forms):
        if form in found and _rises(lines[at], found[form].heads):
            line, edges = lines[at], [0, *found[form].cuts, len(lines[at])]
            pieces = pairwise(edges)
            lines[at] = b"\n".join(line[start:end] for start, end in pieces)
    return b"\n".join(lines)


def records_of(form: bytes) -> Records:
    """Return where the records of a line begin; no cuts for one record."""
    heads: dict[bytes, list[int]] = {}
    for match in _HEAD.finditer(form):
        if match["dict"] and heads and b"{" not in heads:  # of the epoch before it
            continue
        kind = match[0][:1] if match["word"] is None else match["word"].lower()
        heads.setdefault(kind, []).append(match.start())
    for kind, starts in heads.items():
        if len(starts) > 1 and (cuts := _cuts(form, starts)):
            return Records(cuts, [] if kind == b"{" else starts)
    return Records([], [])


def _rises(line: bytes, heads: Sequence[int]) -> bool:
    """Say whether no head of a record has a lower number than the one before."""
    found = [_COUNT.search(line, head) for head in heads]
    counts = [int(match[0]) for match in found if match is not None]
    return all(first <= second for first, second in pairwise(counts))


def _cuts(form: bytes, starts: Sequence[int]) -> list[int]:
    """Return the places before which a line is cut, [] if the pieces there are not alike.

    What stands before the first record, such as a time, also stands before the others, or not.
    """
    before = form[: starts[0]].lstrip(b"\x01")
    cuts, alike = [], set()
    for start, end in pairwise(starts):
        if before.strip() and form.endswith(before, start, end):
            end -= len(before)
        cuts.append(end)
        alike.add(_skeleton(form[start:end]))
    last = _skeleton(form[starts[-1] :])
    (first, *others) = alike
    is_whole = last == first or (len(starts) > 2 and first.startswith(last))  # or it is cut off
    return cuts if not others and is_whole and _VALUE.search(form, starts[0], cuts[0]) else []


def _skeleton(piece: bytes) -> bytes:
    """Return a piece of a line without what differs from record to record."""
    return b" ".join(_NUMBER.sub(b"0", piece).strip(_BETWEEN).split())
