"""Read what a line of console output says, from one line of its shape.

Names go before numbers: "Epoch [3/40] train loss: 0.5", "loss=0.5", "step 250: val loss 2.2".
"""

from __future__ import annotations

import re

from analyzer import metrics
from analyzer.parsers import _text_counts as counts
from analyzer.parsers._text_dict import DictLine, read_dict
from analyzer.parsers._text_phrases import usual_line
from analyzer.parsers._text_places import with_plural_axis
from analyzer.parsers._text_plan import COUNT, EPOCH, ROUND, STEP, TOTAL, VALUE, Field, Plan, Span
from analyzer.parsers._text_reader import Reader
from analyzer.parsers._text_sections import heads_section, section_of
from analyzer.parsers._text_tables import cells_of, header_of, validation_header
from analyzer.parsers._text_times import LONGEST, with_times

_BAR = re.compile(
    r"%\s?\||\[[=>.#\-\s]{5,}\]|(?:\xe2[\x94-\x96][\x80-\xbf]\s?){4}|\d/\d+ \[\d\d:\d\d"
)
# "Best Instance Accuracy: 0.92, Class Accuracy: 0.9": the best so far, and no point of an epoch
_BEST = re.compile(r"(?:[^\n]{0,80}?\bINFO\b[\W_]*|\W*)(?:current |overall )?best\b", re.I)


def read_line(line: bytes) -> Plan:
    """Return how to read the lines that differ from one only in the digits of their numbers."""
    text = usual_line(line[:LONGEST].decode("latin-1"))
    plan = _read(line, text)
    return with_times(plan.having(counts.planned(text, plan.fields)), text)


def _read(line: bytes, text: str) -> Plan:
    is_redrawn = text.startswith("\x01")
    known = counts.darknet_plan(text) or validation_header(text)
    if known is not None:
        return known
    inside = read_dict(text)
    if inside is not None and inside.is_summary:
        return Plan()
    reader = Reader(text[: inside.start] if inside else text)
    reader.read()
    fields = _with_dict(reader, inside) if inside else reader.settled()
    if _BEST.match(text) and all(map(_is_no_test, fields)):
        return Plan()
    has_count = any(found.role == COUNT for found in fields)
    is_bar = has_count and (is_redrawn or _BAR.search(text) is not None)
    is_test = has_count and reader.header in ("val", "test") and not is_bar
    if all(found.role in (COUNT, TOTAL) or found.name == ROUND for found in fields):
        section = section_of(line)
        if section and not fields:
            return Plan(section=section)
        header = header_of(text)
        cells = () if header or inside else cells_of(text)
        fixed = (Span(0, len(text)),) if header else ()
        return Plan(
            () if cells or not is_bar else tuple(fields), is_bar, is_test, header, cells, fixed
        )
    if not is_bar and all(found.role in (EPOCH, STEP) for found in fields):
        return Plan(tuple(fields), section=heads_section(line, fields))
    spans = [*reader.fixed, *(inside.fixed if inside else ())]
    return Plan(tuple(fields), is_bar, is_test, fixed=tuple(spans))


def _is_no_test(found: Field) -> bool:
    """Say whether a field is a value, but none of "Best model - Test loss: 0.3" at the end."""
    return found.role == VALUE and "test" not in (found.split, metrics.read(found.name).split)


def _with_dict(reader: Reader, inside: DictLine) -> list[Field]:
    """Return the axes before a dict and what is in it, under the split before it."""
    reader.close()
    axes = [found for found in reader.fields if found.role != VALUE]
    fields = with_plural_axis([*axes, *inside.fields], reader.open)[: -len(inside.fields)]
    for found in inside.fields:
        if found.role == VALUE and not metrics.read(found.name).split:
            found = found._replace(split=reader.header)
        fields.append(found)
    return fields
