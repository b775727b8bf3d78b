"""The tables of a site for papers and spreadsheets: ranking.tex and runs.xlsx."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from analyzer.batch.index import Index, level_name, level_shown, setting_shown
from analyzer.batch.index_sweep import Sweep
from analyzer.batch.index_title import title
from analyzer.batch.index_verdicts import verdicts_of
from analyzer.report.latex import latex_table, preamble
from analyzer.report.mark import marked_verdict, named_verdict
from analyzer.report.spreadsheet import Sheet, workbook

_MOST_ROWS = 200  # of a table in LaTeX: runs.xlsx has all
_MOST_KEYS = 6  # settings in it: more do not fit a page


def ranking_latex(index: Index) -> str:
    """Return the settings of a sweep, the best first, or the runs if nothing is ranked.

    A document that includes the table needs the package booktabs.
    """
    table = _ranking(index) if index.sweep is not None else _runs(index)
    return preamble(title(index), table) + table


def _ranking(index: Index) -> str:
    text, sweep = index.text, index.sweep
    if sweep is None:
        return ""
    said, compared = text.of("_index"), text.of("_compare")
    keys = sweep.keys[:_MOST_KEYS]
    label = text.metric(sweep.metric, sweep.split, alone=True)
    head = [*keys, said["members"], label, said["deviation"], compared["answer_ranked"]]
    head.append(said["verdicts"])
    rows = []
    for at, side in enumerate(sweep.sides[:_MOST_ROWS]):
        settings = [setting_shown(_single(side.settings.get(key)), text) for key in keys]
        mean = "" if side.mean is None else text.number(side.mean)
        deviation = "" if side.deviation is None else text.number(side.deviation)
        answer = compared["answers"]["best" if at == 0 else side.answer]
        verdicts = verdicts_of(sweep.records_of(side, index.batch.records), text)
        rows.append([*settings, text.integer(len(side.members)), mean, deviation, answer, verdicts])
    numbers = [at for at, key in enumerate(keys) if _holds_numbers(sweep, key)]
    return latex_table(head, rows, right=[*numbers, *range(len(keys), len(head) - 2)])


def _holds_numbers(sweep: Sweep, key: str) -> bool:
    """Say whether no group has a text or a switch as this setting."""
    values = [_single(side.settings.get(key)) for side in sweep.sides]
    return all(
        value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        for value in values
    )


def _single(value: Any) -> Any:
    """Return a setting, None if the runs of a group differ in it."""
    return None if isinstance(value, tuple) else value


def _runs(index: Index) -> str:
    text = index.text
    head = [*(text.of("_index")[key] for key in ("run", "verdict")), level_name(index)]
    rows = []
    for place in index.order[:_MOST_ROWS]:
        record = index.batch.records[place]
        verdict = named_verdict(record.verdict, record.mark, text)
        name = index.ends.cut(index.names[place])
        rows.append([name, verdict, level_shown(record, index)])
    return latex_table(head, rows, right=(2,))


def runs_workbook(index: Index) -> bytes:
    """Return a sheet with all runs, and one with the ranking of their settings."""
    text = index.text
    said, compared = text.of("_index"), text.of("_compare")
    names = compared["sheets"]
    head = [said["run"], said["file"], said["verdict"], said["metric"], compared["low"]]
    head += [said["level"], compared["high"], compared["raw"], said["step"], said["epoch"]]
    head += [said["after"], said["notes"], *index.vary]
    sheets = [Sheet(names["runs"], head, _run_rows(index))]
    sweep = index.sweep
    if sweep is not None:
        head = [compared["side"], *sweep.keys, said["members"], said["level"], said["deviation"]]
        head += [compared["difference"], compared["low"], compared["high"], said["verdicts"]]
        sheets.append(Sheet(names["groups"], head, _side_rows(index)))
    return workbook(sheets)


def _run_rows(index: Index) -> Iterator[Sequence[Any]]:
    text = index.text
    for place in index.order:
        record = index.batch.records[place]
        best, level = record.best, record.level
        judged: list[Any] = [None] * 6
        if best is not None:
            low, high = (level.low, level.high) if level is not None else (None, None)
            value = None if level is None else level.value
            judged = [low, value, high, best.value, best.step, best.epoch]
        metric = "" if best is None else text.metric(best.metric, best.split, alone=True)
        settings = [_plain(record.summary.settings.get(key)) for key in index.vary]
        verdict = marked_verdict(record.verdict, record.mark, text)
        start = [index.names[place], record.source, verdict, metric]
        yield [*start, *judged, record.after_best, index.notes[place], *settings]


def _side_rows(index: Index) -> Iterator[Sequence[Any]]:
    sweep = index.sweep
    if sweep is None:
        return
    for side in sweep.sides:
        settings = [_plain(_single(side.settings.get(key))) for key in sweep.keys]
        change = side.difference
        values = [None] * 3 if change is None else [change.value, change.low, change.high]
        verdicts = verdicts_of(sweep.records_of(side, index.batch.records), index.text)
        start = [side.name, *settings, len(side.members), side.mean, side.deviation]
        yield [*start, *values, verdicts]


def _plain(value: Any) -> Any:
    """Return a setting that a cell can hold."""
    return value if value is None or isinstance(value, str | int | float) else str(value)
