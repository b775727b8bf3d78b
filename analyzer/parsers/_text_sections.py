"""Read lines that head a section: "train:" or "=== Validation ===" above the losses of a split."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from analyzer import metrics
from analyzer.parsers import _text_names as names
from analyzer.parsers._text_plan import ASIDE, COUNT, TOTAL, VALUE, Field, Plan
from analyzer.parsers._text_tokens import decoded

_LONGEST = 60  # bytes behind what a logger puts before a message
_LOGGED = re.compile(rb"[^\n]{0,80}?\bINFO\b[\s:|\])-]*")
_HEADING = re.compile(
    r"[\W_]*([^\W\d_]+)"
    r"(?: (?:set|phase|stage|metrics|results?|data|stats|summary|report|performance"
    r"|errors?|begins?|starts?))?"
    r"[\W_]*",
    re.I,
)
# "##### Evaluating market1501 (source) #####"
_DECORATED = re.compile(
    r"\W*(?:#{3,}|={3,}|-{3,}) *(evaluating|validating|testing)\b[^:\n]*[#=-]{3,}", re.I
)


def section_of(line: bytes) -> str:
    """Return the split that a line names and nothing else, "" for any other line."""
    logged = _LOGGED.match(line)
    line = line[logged.end() :] if logged else line
    if len(line) > _LONGEST:
        return ""
    text = decoded(line.decode("latin-1"))
    match = _HEADING.fullmatch(text) or _DECORATED.match(text)
    return names.split_of([match[1]]) if match else ""


def heads_section(line: bytes, axes: Sequence[Field]) -> str:
    """Return the split of a heading that also counts: "Epoch 3, dev results:", else ""."""
    if len(axes) != 1 or not axes[0].name:
        return ""
    name = re.escape(axes[0].name.encode())
    counted = re.compile(rb"(?<![A-Za-z])" + name + rb"\W*\d+(?: *(?:/|of) *\d+)?", re.I)
    plain, times = counted.subn(b" ", line)
    return section_of(plain) if times == 1 else ""


def takes_section(plan: Plan) -> bool:
    """Say whether the numbers of a line are of the section above it: neither axis nor split.

    It may count the batches.
    """
    if plan.is_test or not any(found.role == VALUE for found in plan.fields):
        return False
    roles = {VALUE, COUNT, TOTAL, *ASIDE}
    return all(found.role in roles and not found.split for found in plan.fields)


def in_section(plan: Plan, split: str) -> Plan:
    """Return how to read a line below a heading; a name that says its split keeps it."""
    fields = []
    for found in plan.fields:
        is_named = found.role != VALUE or metrics.read(found.name).split
        fields.append(found if is_named else found._replace(split=split))
    return replace(plan, fields=tuple(fields))


def ends_section(plan: Plan) -> bool:
    """Say whether a line begins something else: it counts, or its numbers have a split."""
    says = any(found.role not in ASIDE for found in plan.fields)
    return says and not takes_section(plan)
