"""The sweep of a site in words: the winner and the next, how sure that is, and what matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.batch.judged_alike import LOSS, Unranked, unranked
from analyzer.comparing.sides import Side
from analyzer.report.compared_ranking import (
    certainty,
    comparable,
    valleys,
    what_matters,
    why_no_importances,
)
from analyzer.safe.names import visible, without_end
from analyzer.text import Words

if TYPE_CHECKING:
    from analyzer.batch.index import Index
    from analyzer.batch.index_sweep import Sweep

_NAMED = 3  # settings that cannot be told from the best; more are counted
_LONGEST = 90  # characters of a name in the heading


def title(index: Index) -> str:
    """Return the heading: the best settings and the next ones, with repeats and deviation."""
    text, sentences, sweep = index.text, index.text.of("_index"), index.sweep
    if sweep is None:
        return str(sentences["title"])
    repeated = len(sweep.sides) < len(sweep.places)
    values = {
        "runs": len(index.batch.records),
        "groups": len(sweep.sides),
        "metric": metric_named(sweep, text),
        "best": _side(sweep.sides[0], index),
    }
    direction = "lowest" if sweep.lower_is_better else "highest"
    counted = text.fill(sentences["counted_groups" if repeated else "counted_runs"], values)
    line = f"{counted}: {text.fill(sentences[direction], values)}"
    others = comparable(sweep.sides)
    if not others:
        return line
    return f"{line}; {text.fill(sentences['next'], {'name': _side(others[0], index)})}"


def metric_named(sweep: Sweep, text: Words) -> str:
    """Return the metric of a ranking, with the loss if other runs have another one."""
    metric = text.metric(sweep.metric, sweep.split)
    if not sweep.loss:
        return metric
    values = {"metric": metric, "loss": _short(sweep.loss)}
    return text.fill(text.of("_index")["metric_of_loss"], values)


def lines(index: Index) -> list[str]:
    """Return how sure the ranking is, which settings matter, and which are best inside."""
    sweep, text = index.sweep, index.text
    if sweep is None:
        return []
    found = certainty(short_names(sweep.sides), text, _NAMED)
    if any(side.deviation is not None for side in sweep.sides):
        found.append(str(text.of("_index")["plus_minus"]))
    if not index.missing:
        told = what_matters(sweep.importances, text)
        found += told or [why_no_importances(sweep.sides, text)]
    found += valleys(sweep.correlations, text)
    found += unranked_line(index)
    return [visible(line) for line in found]


def unranked_line(index: Index) -> list[str]:
    """Return which runs are not ranked and why, nothing if all are."""
    text = index.text
    reasons = []
    for group in unranked(index.batch.records):
        names = ", ".join(map(_short, _measure_names(group, text)[:_NAMED]))
        values = {"runs": group.runs, "names": names}
        reasons.append(text.fill(text.of("_index")["unranked"][group.reason], values))
    if not reasons:
        return []
    return [text.fill(text.of("_index")["unranked_all"], {"reasons": "; ".join(reasons)})]


def _measure_names(group: Unranked, text: Words) -> list[str]:
    """Return the losses or metrics of runs that are not ranked, each once."""
    if group.reason == LOSS:
        unnamed = text.of("_index")["unranked"]["unnamed"]
        return list(dict.fromkeys(measure.loss or unnamed for measure in group.measures))
    names = (text.metric(found.metric, found.split, alone=True) for found in group.measures)
    return list(dict.fromkeys(names))


def short_names(sides: Sequence[Side]) -> list[Side]:
    """Return sides whose names fit a sentence."""
    return [replace(side, name=_short(side.name)) for side in sides]


def _side(side: Side, index: Index) -> str:
    """Return a side with its level, its deviation and the number of its runs."""
    text = index.text
    key = "side" if side.deviation is not None else "side_single"
    if index.sweep is not None and len(index.sweep.sides) == len(index.sweep.places):
        key = "side_alone"
    values = {
        "name": _short(side.name),
        "level": text.number(side.mean),
        "deviation": text.number(side.deviation),
        "runs": len(side.known),
    }
    return text.fill(text.of("_index")[key], values)


def _short(name: str) -> str:
    return without_end(visible(name), _LONGEST)
