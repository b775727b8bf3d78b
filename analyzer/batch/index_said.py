"""What an index says below its heading: warnings of the best, how sure that is, what matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyzer.batch.index import Index
from analyzer.batch.index_notes import same_points_line
from analyzer.batch.index_sweep import bests_of_records
from analyzer.batch.index_title import only_repeats, short, title
from analyzer.batch.index_verdicts import mark_lines
from analyzer.batch.judged_alike import LOSS, Unranked, unranked
from analyzer.batch.record import Record
from analyzer.comparing.far_apart import certain
from analyzer.comparing.sides import Side
from analyzer.report.compared_apart import instead_sentence
from analyzer.report.compared_best import (
    command_label,
    mark_said,
    suspicion_said,
    verdict_said,
)
from analyzer.report.compared_cautions import data_said
from analyzer.report.compared_ranking import (
    certainty,
    valleys,
    what_matters,
    why_no_importances,
)
from analyzer.report.single_runs import order_sentences
from analyzer.safe.names import visible
from analyzer.text import Words

_NAMED = 3  # settings that cannot be told from the best; more are counted


def lines(index: Index) -> list[str]:
    """Return what to know of the best, how sure the ranking is, and which settings matter."""
    sweep, text = index.sweep, index.text
    if sweep is None:
        told = [*_of_best(index), *_unsure(index)]
        if only_repeats(index) is not None:
            told = [str(text.of("_index")["repeats_only"])]
        return [visible(line) for line in [*_instead(index), *told, *_of_all(index)]]
    found = [
        *_instead(index),
        *_of_best(index),
        *certainty(_named(index, sweep.sides), text, _NAMED),
    ]
    if "±" in title(index):
        found.append(str(text.of("_index")["plus_minus"]))
    if not index.missing:
        told = what_matters(sweep.importances, text)
        found += told or [why_no_importances(sweep.sides, text)]
    found += valleys(sweep.correlations, text)
    return [visible(line) for line in [*found, *_of_all(index)]]


def best_label(index: Index) -> str:
    """Return the label of the best settings, with what is wrong with the runs that had them."""
    records = [index.batch.records[place] for place in _best_places(index)]
    is_doubtful = any(record.suspicion for record in records)
    verdicts = [record.verdict for record in records]
    marks = [record.mark for record in records]
    return command_label(verdicts, marks, index.text, is_doubtful=is_doubtful)


def _best_places(index: Index) -> list[int]:
    """Return the indices of the best run, or of the runs with the best settings.

    There is none among several runs of which no two are judged alike.
    """
    if index.sweep is not None:
        return [index.sweep.places[member] for member in index.sweep.sides[0].members]
    is_best = len(index.judged) > 1 or len(index.batch.records) == 1
    return list(index.judged[:1]) if is_best else []


def _of_best(index: Index) -> list[str]:
    """Return what to know of the best of an index before it is used."""
    places = _best_places(index)
    if not places:
        return []
    name = index.shown_names[places[0]]
    if index.sweep is not None:
        name = index.side_names[index.sweep.sides[0].name]
    records = [index.batch.records[place] for place in places]
    # The heading of a single run has its verdict.
    return of_best(name, records, index.text, has_verdict=len(index.batch.records) > 1)


def of_best(
    name: str, records: Sequence[Record], text: Words, *, has_verdict: bool = True
) -> list[str]:
    """Return the verdict of the best unless it is healthy, and why its result is doubtful.

    ``records`` are those of the best run, or of the runs with the best settings.
    """
    first, verdicts = records[0], [record.verdict for record in records]
    marks, is_last = [record.mark for record in records], first.after_best == 0
    verdict = verdict_said(name, verdicts, first.best, text, is_last=is_last, marks=marks)
    marked = mark_said(
        name,
        [record.mark for record in records],
        first.best,
        text,
        is_last=first.after_best == 0,
    )
    lines = [line for line in (verdict or marked,) if line and has_verdict]
    for record in records:
        if record.suspicion is not None and record.best is not None:
            return [*lines, suspicion_said(name, record.suspicion, record.best, text)]
    return lines


def _unsure(index: Index) -> list[str]:
    """Return why runs that are judged alike have no ranking of their settings."""
    places, text = index.judged, index.text
    if len(places) < 2:
        return []
    records = [index.batch.records[place] for place in places]
    best = records[0].best
    if best is None:
        return []
    bests = bests_of_records(records, best.metric)
    reached = bests.reached([record.verdict for record in records])
    others = [
        (index.shown_names[place], certain(reached[0], run))
        for place, run in zip(places[1:], reached[1:], strict=True)
    ]
    name = index.shown_names[places[0]]
    return [str(text.of("_index")["no_setting_varies"]), *order_sentences(name, others, text)]


def _unranked(index: Index) -> list[str]:
    """Return which runs are not ranked and why, nothing if the heading says so."""
    return unranked_line(index.batch.records, index.text) if _best_places(index) else []


def unranked_line(records: Sequence[Record], text: Words) -> list[str]:
    """Return which runs are not ranked and why, nothing if all are."""
    reasons = []
    for group in unranked(records):
        names = ", ".join(map(short, _measure_names(group, text)[:_NAMED]))
        values = {"runs": group.runs, "names": names}
        reasons.append(text.fill(text.of("_index")["unranked"][group.reason], values))
    if not reasons:
        return []
    return [text.fill(text.of("_index")["unranked_all"], {"reasons": "; ".join(reasons)})]


def _data(index: Index) -> list[str]:
    """Return that the runs that are judged alike name different data, nothing if they do not."""
    records = [index.batch.records[place] for place in index.judged]
    return data_said([record.summary.settings for record in records], index.text)


def _of_all(index: Index) -> list[str]:
    """Return what to know of all runs, ranked or not."""
    marked = mark_lines(index.batch.records, index.text)
    return [*marked, *_data(index), *_unranked(index), *_same(index)]


def _instead(index: Index) -> list[str]:
    """Return that another metric took the place of losses, nothing if none did."""
    instead, text = index.instead, index.text
    if instead is None:
        return []
    split, metric = instead.measure
    return [instead_sentence(instead.losses, text.metric(metric, split), text)]


def _same(index: Index) -> list[str]:
    names = [index.ends.cut(name) for name in index.names]
    return same_points_line(names, index.same, index.text)


def _measure_names(group: Unranked, text: Words) -> list[str]:
    """Return the losses or metrics of runs that are not ranked, each once."""
    if group.reason == LOSS:
        unnamed = text.of("_index")["unranked"]["unnamed"]
        return list(dict.fromkeys(measure.loss or unnamed for measure in group.measures))
    names = (text.metric(found.metric, found.split, alone=True) for found in group.measures)
    return list(dict.fromkeys(names))


def _named(index: Index, sides: Sequence[Side]) -> list[Side]:
    """Return sides whose names fit a sentence."""
    return [replace(side, name=index.side_names[side.name]) for side in sides]
