"""What keeps a comparison from meaning more than it does: one setting, other data, failed runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.comparing.comparison import Comparison
from analyzer.comparing.data_names import other_data
from analyzer.comparing.repeats import repeated
from analyzer.comparing.sides import Side
from analyzer.report.compared_best import verdict_said
from analyzer.safe.names import without_end
from analyzer.text import Words

_VALUES = 4  # names of data, named; more are counted
_LONGEST = 40  # characters of such a name
_FAILED = ("diverged", "no_learning")
_MOST_FAILED = 4  # sides that get a sentence each


def one_group(comparison: Comparison, metric: str, text: Words) -> list[str]:
    """Return that all runs are repeats of one setting, nothing if there are several groups."""
    if len(comparison.sides) > 1:
        return []
    side = comparison.sides[0]
    key = "one_group" if side.deviation is not None else "one_group_single"
    values = {
        "name": side.name,
        "runs": text.integer(len(side.known)),
        "metric": metric,
        "level": text.number(side.mean),
        "deviation": text.number(side.deviation),
    }
    return [text.fill(text.of("_compare")[key], values)]


def only_seeds_differ(comparison: Comparison, text: Words) -> list[str]:
    """Return that no setting tells the groups apart, nothing if one does or none is known."""
    settings, vary = comparison.settings
    is_one = list(map(len, repeated(settings, vary))) == [len(settings)]
    if len(comparison.sides) < 2 or not is_one:
        return []
    return [str(text.of("_compare")["only_seeds"])]


def data_said(settings: Sequence[Mapping[str, Any]], text: Words) -> list[str]:
    """Return that the settings of runs name different data, nothing if they do not."""
    found = other_data(settings)
    if found is None:
        return []
    names = ", ".join(without_end(value, _LONGEST) for value in found.values[:_VALUES])
    if len(found.values) > _VALUES:
        more = {"count": text.integer(len(found.values) - _VALUES)}
        names += text.fill(text.of("_compare")["ranked_more"], more)
    values = {"setting": found.setting, "values": names}
    return [text.fill(text.of("_compare")["other_data"], values)]


def failed(comparison: Comparison, others: Sequence[Side], text: Words) -> list[str]:
    """Return of each side whose runs all failed what its level is; nothing for a ranking."""
    if comparison.is_ranked:
        return []
    lines = []
    for side in others:
        if side.mean is None or not set(side.verdicts) <= set(_FAILED):
            continue
        diagnosis = comparison.diagnoses[side.members[0]]
        after = diagnosis.facts.get("after_best")
        is_last = after is not None and after["share"] == 0
        best = diagnosis.best
        lines.append(verdict_said(side.name, side.verdicts, best, text, is_last=is_last))
    return lines[:_MOST_FAILED]
