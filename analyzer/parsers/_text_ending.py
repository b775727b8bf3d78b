"""What console output says of its end behind its last epoch: "Early stopping", "Training finished".

A sentence that more epochs follow proves nothing, nor does one that the loop prints in each epoch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from analyzer.model.meta import SaidEnd
from analyzer.model.run import Run
from analyzer.parsers._base import LogFile
from analyzer.parsers._text_controls import is_binary
from analyzer.parsers._text_lines import REDRAWN, cleaned
from analyzer.parsers._text_plan import EPOCH, STEP, Cells, Key
from analyzer.parsers._text_scan import scan_text
from analyzer.parsers._traceback import START
from analyzer.safe import secrets
from analyzer.safe.names import printable, without_end
from analyzer.stats.arrays import Floats, Ints

STOPPED, FINISHED = "stopped", "finished"
_TAIL = 1 << 16  # bytes at the end of a log
_LONGEST = 120  # characters of the line that are shown
_LONGEST_LINE = 400  # a longer line is no such sentence
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_RUN = r"(?:training|train|fitting|optimi[sz]ation|entrenamiento)"
_OVER = r"(?:finished|completed?|done|ended|over|terminado|finalizado|completado|acabado|concluido)"
_PLACE = r"(?:the )?(?:epoch|step|iteration|iter|round|época|paso|iteración)\b"
_PARTS = r"(?:epoch|época|ep|step|iteration|batch|phase|stage|round)"
_NO_PART = rf"(?!\W+{_PARTS}(?:e?s)?\b)"
_BEHIND = (  # what may follow "early stopping" in a sentence that says that it happened
    r"\W*(?:$|(?:was |has been |been )?(?:triggered|activated|reached|met|invoked|executed|applied"
    r"|occurred|stopped|stopping|activada|alcanzada)\b|(?:condition|criteri\w+) (?:is |was )?"
    rf"(?:met|reached)\b|(?:at|after) \w*|(?:on|in) {_PLACE}|epoch|because\b|as\b|since\b"
    r"|due to\b|now\b|here\b"
    rf"|(?:the )?training\b|best (?:iteration|epoch|round|step)\b|en (?:la |el )?{_PLACE})"
)
_STOPS = (  # but "stop patience is 10", "stop after 10"
    r"\b(?:stopped\b(?! patience)|stop(?:ping)?\b\W*(?:$|(?:the )?training\b|early\b|now\b|here\b"
    rf"|at {_PLACE}))"
)
_SAYS = (
    (
        STOPPED,
        re.compile(rf"\b(?:early[ _-]?stop(?:p(?:ing|ed))?|parada temprana)\b{_BEHIND}", re.I),
    ),
    (STOPPED, re.compile(r"\bstopp(?:ing|ed) (?:the )?(?:training )?early\b", re.I)),
    (STOPPED, re.compile(r"\bdid not improve in the last\b.*\bsignaling trainer to stop\b", re.I)),
    (
        STOPPED,
        re.compile(r"\bstopped by overfitting detector\b|^\W*stopping\. best iteration", re.I),
    ),
    (STOPPED, re.compile(rf"\bno improvement\b.*{_STOPS}", re.I)),
    (FINISHED, re.compile(rf"\b{_RUN}\W+(?:is |was |has |ha |been )*(?:now )?{_OVER}\b", re.I)),
    (
        FINISHED,
        re.compile(
            rf"\b(?:finished|completed|end of|fin del?) (?:the |el )?{_RUN}\b{_NO_PART}", re.I
        ),
    ),
    (FINISHED, re.compile(r"\bfit\W* stopped: \W?max_(?:epochs|steps)=\d+\W? reached", re.I)),
    (FINISHED, re.compile(r"\b\d+ epochs completed in\b", re.I)),
    (
        FINISHED,
        re.compile(
            r"\bbest (?:model|weights|checkpoint)(?: was| weights)? (?:re)?loaded\b"
            r"|\bbest (?:model|weights|checkpoint)(?: was| weights)? restored\b",
            re.I,
        ),
    ),
    (
        FINISHED,
        re.compile(
            r"\b(?:restor|load)(?:ing|ed) (?:the )?(?:best (?:model|weights|checkpoint)"
            r"|model weights from the end of the best epoch)",
            re.I,
        ),
    ),
)
# a count of evaluations without improvement, a setting, a part of an epoch, or no end at all
_NO_END = re.compile(
    r"\bcounter\b|\bout of\b|\d ?/ ?\d|\b(?:not|no|without|if|will|would|may|might|could|disabled"
    r"|enabled|using|until|unless|sin|si)\b(?! improve)|n't\b|\?|[:=] ?(?:true|false)\b"
    r"|\b(?:of|for) (?:the )?epoch\b|\b(?:so far|yet|more|remaining|to go)\b"
    # "Epoch 13: training completed", but not "stopped at epoch 13, training completed"
    rf"|(?<!at )(?<!after )\b{_PARTS}[^\w.!;]*\d+[^\w.!;]*(?:of \d+)?[^\w.!;]*(?:training|train)\b",
    re.I,
)
# what ended the training then was neither early stopping nor its plan
_BROKEN = re.compile(
    r"\binterrupt\w*|\bctrl\b|\bsig(?:int|term|nal)\b|\bkilled\b|\bcancel\w*|\babort\w*"
    r"|\bpreempt\w*|\b(?:time|memory)[ _-]?(?:limit|budget|out)\b|\bout of (?:time|memory)\b"
    r"|\bfail(?:ed|ure)\b|\bby (?:the )?user\b"
    r"|\b(?:an|of|by|to|with) (?:an? )?(?:error|exception)\b|\binterrump\w*|\binterrupci[oó]n\b",
    re.I,
)
# a training that goes on: with its validation, its next part, or from its best weights
_GOES_ON = re.compile(
    r"\bpre-?train|\bwarm-?up\b|\bresum\w+|\bcontinu\w+|\bvalidating\b|\bto fine-?tun"
    r"|\b(?:start|begin|runn?|now|then|mov)\w* (?:to |the |with )*"
    rf"(?:validation\b|fine-?tun|{_RUN}\b|{_PARTS}\b|next\b)"
    rf"|\b(?:validation|fine-?tun\w*|{_RUN}|{_PARTS})(?: \d+)? (?:start|begin)(?:s|ing)\b",
    re.I,
)
_NO_IMPROVEMENT = re.compile(
    r"\b(?:no|not|without(?: an?y?)?|did not|didn't|sin) (?:improve|mejor)", re.I
)


class _Match(NamedTuple):
    """A line that says how the training ended."""

    row: int
    kind: str
    line: str
    form: str  # the line without its numbers


def with_said_end(run: Run, said: SaidEnd | None) -> Run:
    """Return a run with what its text says of its end."""
    return run if said is None else replace(run, meta=replace(run.meta, said_end=said))


def said_end_of(file: LogFile) -> SaidEnd | None:
    """Return what a text says of its end, None if nothing that its last epochs bear out."""
    with file.open() as handle:
        handle.seek(max(0, file.length - _TAIL))
        tail = handle.read(_TAIL)
    return None if is_binary(tail) else said_end(cleaned(tail))


def said_end(text: bytes) -> SaidEnd | None:
    """Return what the end of a cleaned text says of it; early stopping tells more than an end."""
    lines = text.replace(REDRAWN, b"").decode("utf-8", "replace").split("\n")
    matches = list(_matches(lines))
    if not matches:
        return None
    rows, values = _axis(scan_text([text]))
    tracebacks = [row for row, line in enumerate(lines) if START in line]
    broken = tracebacks[-1] if tracebacks and not (rows > tracebacks[-1]).any() else len(lines)
    habits = _habits(matches, rows, values)
    proofs = [
        match
        for match in matches
        if match.row < broken
        and _ends(match.row, rows, values)
        and not _is_habit(match, habits, rows)
    ]
    found = next((match for match in proofs if match.kind == STOPPED), None)
    found = found or next(iter(proofs), None)
    if found is None:
        return None
    return SaidEnd(
        found.kind, without_end(printable(secrets.text(found.line.rstrip("."))), _LONGEST)
    )


def _matches(lines: Sequence[str]) -> Iterator[_Match]:
    """Yield the lines that say that the training stopped or finished."""
    for row, line in enumerate(lines):
        if len(line) > _LONGEST_LINE or not line.strip():
            continue
        for kind, pattern in _SAYS:
            if pattern.search(line) and _is_end(kind, line):
                yield _Match(row, kind, line.strip(), _NUMBER.sub("0", line.strip()))
                break


def _is_end(kind: str, line: str) -> bool:
    """Say whether nothing in a sentence about an end speaks against it."""
    if _NO_END.search(_NO_IMPROVEMENT.sub("", line)) or _BROKEN.search(line):
        return False
    return kind == STOPPED or not _GOES_ON.search(line)


def _axis(columns: Mapping[Key, Cells]) -> tuple[Ints, Floats]:
    """Return the lines with an epoch, or a step in a log without epochs, and their numbers."""
    for role in (EPOCH, STEP):
        found = [cells for key, cells in columns.items() if key.role == role]
        if found:
            rows = np.concatenate([cells.rows for cells in found])
            order = np.argsort(rows, kind="stable")
            return rows[order], np.concatenate([cells.values for cells in found])[order]
    return np.zeros(0, dtype=np.int64), np.zeros(0)


def _ends(row: int, rows: Ints, values: Floats) -> bool:
    """Say whether a line stands behind the last epoch.

    One epoch may be named behind it if it is not a later one: that of the best model.
    """
    before, after = values[rows <= row], values[rows > row]
    if not len(before):
        return False
    return bool((after <= before[-1]).all()) and len(np.unique(after)) <= 1


def _habits(matches: Sequence[_Match], rows: Ints, values: Floats) -> dict[str, int]:
    """Return sentences, without their numbers, behind which the epochs went on.

    With them comes the count of epochs that stand before the first time: above a later one.
    """
    habits: dict[str, int] = {}
    for match in matches:
        before = int(np.searchsorted(rows, match.row, side="right"))
        if before < len(rows) and (not before or values[before] > values[before - 1]):
            habits.setdefault(match.form, before)
    return habits


def _is_habit(match: _Match, habits: Mapping[str, int], rows: Ints) -> bool:
    """Say whether the same words stood above and the epochs went on behind them."""
    before = int(np.searchsorted(rows, match.row, side="right"))
    return habits.get(match.form, before) < before
