"""Many runs in a terminal: a line for each, the worst first, then how many there are of each."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from analyzer.model.diagnosis import HEALTHY, SEVERITIES, Diagnosis
from analyzer.report.differences import verdict_list
from analyzer.report.effects_table import aligned
from analyzer.report.headline import verdict_name
from analyzer.report.mark import is_alone, mark, marked_verdict
from analyzer.safe.names import visible, without_middle
from analyzer.text import Words, is_counted, words

MOST_REPORTS = 3  # runs that are reported one below the other: more scroll out of sight
_APART = 2  # columns between cells
_SHORTEST = 16  # columns of a name
_FEWEST = 2  # cells of a row: name and verdict
_METRIC = 24  # columns of the name of a metric


def run_table(
    diagnoses: Sequence[Diagnosis], lang: str, *, top: int | None = None, width: int
) -> str:
    """Return a table of runs in the order of their trouble, at most ``top`` of them.

    Names longer than the room in ``width`` columns lose their middle. A narrow table has no best
    value, a narrower one no onset.
    """
    text = words(lang)
    ui = text.of("_runs")
    ranked = sorted(diagnoses, key=_trouble)
    shown = ranked if top is None else ranked[:top]
    cells: list[tuple[str, ...]] = [(ui["run"], ui["verdict"], ui["since"], ui["best"])]
    cells += [_cells(diagnosis, text) for diagnosis in shown]
    while (others := _width_of_others(cells)) > width - _SHORTEST and len(cells[0]) > _FEWEST:
        cells = [row[:-1] for row in cells]
    room = max(_SHORTEST, width - others)
    cells = [(without_middle(name, room, head=room // 3), *rest) for name, *rest in cells]
    lines = [visible(line) for line in aligned(cells)]
    if len(shown) < len(ranked):
        lines.append(text.fill(ui["more"], {"count": len(ranked) - len(shown)}))
    verdicts = verdict_list(
        [diagnosis.verdict for diagnosis in diagnoses], text, marks=[*map(mark, diagnoses)]
    )
    total = text.fill(ui["total"], {"count": len(diagnoses), "verdicts": verdicts})
    return "\n".join([*lines, "", *textwrap.wrap(total, width, break_on_hyphens=False)])


def _width_of_others(cells: Sequence[tuple[str, ...]]) -> int:
    """Return the columns that a table has beside the names."""
    columns = list(zip(*cells, strict=True))[1:]
    return sum(max(map(len, column)) + _APART for column in columns)


def _trouble(diagnosis: Diagnosis) -> int:
    """Return the place of a run: criticals first, then warnings, then those not judged.

    A run that is not simply healthy comes before the others without a problem.
    """
    finding = diagnosis.deciding_finding
    if finding is not None:
        return SEVERITIES.index(finding.severity)
    if diagnosis.verdict != HEALTHY:
        return len(SEVERITIES)
    return len(SEVERITIES) + (1 if mark(diagnosis) else 2)


def _cells(diagnosis: Diagnosis, text: Words) -> tuple[str, ...]:
    """Return name, verdict, the onset of what decides it, and the best value with its metric."""
    counted = is_counted(diagnosis.run)
    finding = diagnosis.deciding_finding
    since = ""
    if finding is not None and finding.onset is not None:
        onset = finding.onset
        since = text.place(onset.step, onset.epoch, counted=counted, alone=True)
    best = ""
    if diagnosis.best is not None:
        name = text.metric(diagnosis.best.metric, diagnosis.best.split, alone=True)
        short = without_middle(name, _METRIC, head=_METRIC // 2)
        best = f"{text.number(diagnosis.best.value)} {short}"
    key = mark(diagnosis)
    if key is None or is_alone(key):
        verdict = verdict_name(diagnosis, text)
    else:
        verdict = marked_verdict(diagnosis.verdict, key, text)
    return visible(diagnosis.run.name), verdict, since, best
