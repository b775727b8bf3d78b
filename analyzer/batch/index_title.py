"""The heading of an index: the best settings or run and the next, or why nothing is ranked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analyzer import metrics
from analyzer.batch.index import Index, place_shown
from analyzer.batch.index_sweep import Sweep
from analyzer.batch.index_verdicts import verdicts_of
from analyzer.batch.record import Record
from analyzer.comparing.far_apart import DIVERGED
from analyzer.comparing.repeats import Repeats
from analyzer.comparing.sides import Side
from analyzer.model.diagnosis import HEALTHY
from analyzer.report.compared_ranking import comparable
from analyzer.report.mark import is_badge, marked_verdict, named_verdict
from analyzer.safe.names import visible, without_end
from analyzer.text import Words

LONGEST = 90  # characters of a name in a sentence


def title(index: Index) -> str:
    """Return the heading: the best and the next, with repeats, deviation and verdict."""
    if index.sweep is not None:
        return _of_sweep(index.sweep, index)
    records, text = index.batch.records, index.text
    said = text.of("_index")
    if not records:
        return str(said["title"])
    if len(records) == 1 and (best := records[0].best) is not None:
        values = {
            "verdict": marked_verdict(records[0].verdict, records[0].mark, text),
            "metric": text.metric(best.metric, best.split, alone=True),
            "level": text.number(records[0].result),
            "place": place_shown(best, text),
        }
        return text.fill(said["title_one"], values)
    if not any(record.best for record in records):
        return text.fill(said["title_unjudged"], {"runs": len(records)})
    if len(index.judged) < 2:
        return _of_one(index)
    group = only_repeats(index)
    if group is not None:
        values = {
            "counted": _counted(index),
            "metric": text.metric(group.metric, group.split, alone=True),
            "level": text.number(group.mean),
            "deviation": text.number(group.deviation),
        }
        return text.fill(said["title_repeats"], values)
    return f"{_counted(index)}: {_of_runs(index.judged, index)}"


def _of_one(index: Index) -> str:
    """Return the heading of several runs of which at most one is ranked: copies, or strangers."""
    text, records = index.text, index.batch.records
    said = text.of("_index")
    best = records[index.judged[0]].best if index.judged else None
    if best is None or len(index.same) < len(records) - 1:
        return text.fill(said["title_apart"], {"runs": len(records)})
    values = {
        "runs": len(records),
        "metric": text.metric(best.metric, best.split, alone=True),
        "level": text.number(records[index.judged[0]].result),
    }
    return text.fill(said["title_same"], values)


def only_repeats(index: Index) -> Repeats | None:
    """Return the group of all runs that are judged alike if they differ in their seed alone."""
    for group in index.groups:
        is_whole = set(index.judged) <= set(group.members)
        if group.by_seed and is_whole and group.deviation is not None:
            return group
    return None


def short(name: str) -> str:
    """Return a name that fits a sentence."""
    return without_end(visible(name), LONGEST)


def metric_named(sweep: Sweep, text: Words) -> str:
    """Return the metric of a ranking, with the loss if other runs have another one."""
    metric = text.metric(sweep.metric, sweep.split)
    if not sweep.loss:
        return metric
    values = {"metric": metric, "loss": short(sweep.loss)}
    return text.fill(text.of("_index")["metric_of_loss"], values)


def _of_sweep(sweep: Sweep, index: Index) -> str:
    text, said = index.text, index.text.of("_index")
    others = [side for side in comparable(sweep.sides) if not _is_best_again(side, sweep, index)]
    near = others[0].mean if others else None
    values = {
        "metric": metric_named(sweep, text),
        "best": _side(sweep.sides[0], near, sweep, index),
    }
    direction = "lowest" if sweep.lower_is_better else "highest"
    repeated = len(sweep.sides) < len(sweep.places)
    counted = _counted(index, groups=len(sweep.sides) if repeated else 0)
    line = f"{counted}: {text.fill(said[direction], values)}"
    if not others:
        return line
    named = _side(others[0], sweep.sides[0].mean, sweep, index, is_next=True)
    return f"{line}; {text.fill(said['next'], {'name': named})}"


def _is_best_again(side: Side, sweep: Sweep, index: Index) -> bool:
    """Say whether all runs of a side have the points of a run of the best one."""

    def firsts(members: Sequence[int]) -> set[int]:
        places = [sweep.places[member] for member in members]
        return {index.same.get(place, place) for place in places}

    return firsts(side.members) <= firsts(sweep.sides[0].members)


def _of_runs(places: Sequence[int], index: Index) -> str:
    """Return the best run and the next of runs that have no settings to rank."""
    text, said = index.text, index.text.of("_index")
    best = index.batch.records[places[0]].best
    if best is None:
        return ""
    names = []
    for place, other in (places[:2], places[1::-1]):
        record = index.batch.records[place]
        values = {
            "name": index.shown_names[place],
            "level": _level(record.result, index.batch.records[other].result, text),
            "verdict": _verdict([record], index)
            if place == places[0]
            else _failed([record], index),
        }
        names.append(text.fill(said["side_alone"], values))
    direction = "highest" if metrics.kind(best.metric) == "score" else "lowest"
    values = {"metric": text.metric(best.metric, best.split), "best": names[0]}
    next_one = text.fill(said["next"], {"name": names[1]})
    return f"{text.fill(said[direction], values)}; {next_one}"


def _counted(index: Index, groups: int = 0) -> str:
    """Return how many runs and groups there are, and their verdict if all share a bad one."""
    text, said = index.text, index.text.of("_index")
    values: dict[str, Any] = {"runs": len(index.batch.records), "groups": groups}
    counted = text.fill(said["counted_groups" if groups else "counted_runs"], values)
    shared = _shared_verdict(index)
    if not shared:
        return counted
    return text.fill(said["counted_all"], {"counted": counted, "verdict": shared})


def _shared_verdict(index: Index) -> str:
    """Return the verdict of all of several runs in words, empty if they differ or are healthy."""
    records = index.batch.records
    if len(records) < 2 or records[0].verdict == HEALTHY:
        return ""
    names = {named_verdict(record.verdict, record.mark, index.text) for record in records}
    return names.pop() if len(names) == 1 else ""


def _verdict(records: Sequence[Record], index: Index) -> str:
    """Return what is wrong with runs, to follow their level; empty if nothing is."""
    said = _verdicts(records, index)
    if not any(record.suspicion for record in records):
        return said
    return f"{said}; {index.text.of('_compare')['suspicious']}"


def _failed(records: Sequence[Record], index: Index) -> str:
    """Return that all runs of the next one diverged, to follow its level; empty if they did not."""
    is_failed = all(record.verdict == DIVERGED for record in records)
    return _verdicts(records, index) if is_failed else ""


def _verdicts(records: Sequence[Record], index: Index) -> str:
    """Return verdicts to follow a level; empty if all are healthy or all runs have the same."""
    if _shared_verdict(index):
        return ""
    marked = {
        (record.verdict, record.mark if is_badge(record.mark) else None) for record in records
    }
    if marked == {(HEALTHY, None)}:
        return ""
    if len(marked) == 1:
        return f", {marked_verdict(*marked.pop(), index.text)}"
    return f"; {verdicts_of(records, index.text)}"


def _level(value: float | None, other: float | None, text: Words) -> str:
    """Return a level, with as many digits as tell it from the other one of the heading."""
    if value is None or other is None or value == other:
        return text.number(value)
    return text.apart(value, other)


def _side(
    side: Side, other: float | None, sweep: Sweep, index: Index, *, is_next: bool = False
) -> str:
    """Return a side with its level, its deviation and its runs; the best one with its verdicts."""
    text = index.text
    records = [index.batch.records[sweep.places[member]] for member in side.members]
    key = "side" if side.deviation is not None else "side_single"
    if len(sweep.sides) == len(sweep.places):
        key = "side_alone"
    values = {
        "name": index.side_names[side.name],
        "level": _level(side.mean, other, text),
        "deviation": text.number(side.deviation),
        "runs": len(side.known),
        "verdict": _failed(records, index) if is_next else _verdict(records, index),
    }
    return text.fill(text.of("_index")[key], values)
