"""Tell a history in YAML from settings that look like one: weights, milestones, thresholds."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from analyzer import metrics
from analyzer.model.settings import is_setting

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?\.(?:nan|inf)"
KEY = r"[ \t]*(?:- +)?[\"']?(?P<name>[A-Za-z][\w/. -]{0,80}?)[\"']?:"
_IN_LINE = rf" *\[(?P<line>\s*(?:(?:{NUMBER})\s*,\s*){{3,}}(?:{NUMBER})?)"
_BELOW = rf"[ \t]*\n(?P<below>(?:[ \t]*- +(?:{NUMBER})[ \t]*(?:\n|\Z)){{3,}})"
_LIST = re.compile(rf"^{KEY}(?:{_IN_LINE}|{_BELOW})", re.M | re.I)
_VALUE = re.compile(rf"^{KEY} +(?P<value>{NUMBER})[ \t]*$", re.M | re.I)
_IN_BRACES = re.compile(
    rf"[{{,] *(?P<name>[A-Za-z][\w/.-]{{0,80}}): +(?:{NUMBER})(?= *[,}}])", re.I
)
_COUNT = re.compile(r"^[\"']?(?:(?:epoch|step|iter(?:ation)?|round)[ _-]?)?\d+[\"']?:[ \t]*$", re.M)
# what is planned, not measured: "stages:" above "- {epoch: 10, loss: 0.5}"
_PLAN = re.compile(
    r"^(?:\w+_)?(?:stages?|phases?|schedules?|curriculum|milestones?|weights?|targets?|etapas|fases)"
    r":[ \t]*\n(?:(?:[ \t]+|- ).*(?:\n|\Z))+",
    re.M | re.I,
)
_ITEM = re.compile(r"^[ \t]*- ", re.M)
_FEWEST = 3  # records
_LONG = 10  # numbers; lists of settings are shorter, or count in even steps
_EVEN = 1e-6


class _Numbers(NamedTuple):
    """A list of numbers under a name."""

    name: str
    values: list[str]


def is_history(text: str) -> bool:
    """Say whether a text has lists of losses or scores, or names of these again and again."""
    return _has_series(text) or _has_records(_PLAN.sub(_without_plan, text))


def _has_series(text: str) -> bool:
    """Say whether a text has a loss or score as a list that is no setting.

    A list under the name of an axis shows it, or a long one that does not count in even steps.
    Short ones must be equally long, with no settings beside them unless these plan as many epochs.
    """
    lists = [_numbers(match) for match in _LIST.finditer(text)]
    judged = [numbers for numbers in lists if metrics.is_judged(numbers.name)]
    lengths = {len(numbers.values) for numbers in judged}
    if not judged or any(metrics.is_axis(numbers.name) for numbers in lists):
        return bool(judged)
    if max(lengths) >= _LONG:
        return not all(map(_is_even, judged))
    settings = [match for match in _VALUE.finditer(text) if is_setting(match["name"])]
    plans = {match["value"] for match in settings}
    is_planned = not settings or any(str(length) in plans for length in lengths)
    others = {len(numbers.values) for numbers in lists}
    return len(others) == 1 and is_planned


def _numbers(match: re.Match[str]) -> _Numbers:
    found = re.findall(NUMBER, match["line"] or match["below"].replace("- ", " "), re.I)
    return _Numbers(match["name"], found)


def _is_even(numbers: _Numbers) -> bool:
    """Say whether numbers count in even steps, as thresholds do, or are all the same."""
    values = [float(re.sub(r"\.(?=[ni])", "", value.lower())) for value in numbers.values]
    steps = [after - before for before, after in pairwise(values)]
    return all(map(math.isfinite, values)) and max(steps) - min(steps) < _EVEN


def _has_records(text: str) -> bool:
    """Say whether a text has a loss or score several times, beside an axis or below counts."""
    found = [*_VALUE.finditer(text), *_IN_BRACES.finditer(text)]
    counts = Counter(match["name"] for match in found)
    often = [name for name, count in counts.items() if count >= _FEWEST]
    are_placed = any(map(metrics.is_axis, often)) or len(_COUNT.findall(text)) >= _FEWEST
    return are_placed and any(map(metrics.is_judged, often))


def _without_plan(match: re.Match[str]) -> str:
    """Return nothing for a plan of a few stages; what has more is a history all the same."""
    return "" if len(_ITEM.findall(match[0])) < _LONG else match[0]
