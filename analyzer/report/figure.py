"""Figures to take away: the curves of a run, or several runs with the spread of their repeats."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.charts.build import metric_chart
from analyzer.charts.overlay import spread_chart
from analyzer.charts.styles import Style, fitted, inches, style_named
from analyzer.comparing.comparison import Comparison
from analyzer.errors import AnalyzerError
from analyzer.measures.scale import on_one_scale
from analyzer.metrics import read
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.report.notebook import diagnose
from analyzer.report.notebook_comparison import compare
from analyzer.safe.files import make_folder_of, refuse_folder, write_atomically
from analyzer.safe.names import numbered, slug
from analyzer.text import Words, is_counted, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure


Subject = Diagnosis | Comparison | Run | Sequence[Run] | Any  # Any: a history in memory
FORMATS = (".svg", ".pdf", ".png")
_MOST_CHARTS = 4  # of a run: a log of more parts tells no story by any of them
_FOR_A_PAGE = 5.0  # inches: 1,000 pixels


def plot(
    subject: Subject,
    *,
    ax: Axes | None = None,
    metric: str | None = None,
    style: str = "paper",
    width: str | float | None = None,
    lang: str = "en",
) -> Figure | SubFigure:
    """Draw the curves of a diagnosis with its findings, or the sides of a comparison.

    A run, or a history in memory, is diagnosed first; several runs are compared first.
    ``metric`` is the loss or score to draw, by default the one that is judged. ``style`` is
    "paper", "talk" or "dark", ``width`` a length such as "3.3in" (or inches); the height follows.
    With ``ax`` the curves are drawn there, in the colours of the style; size and settings stay the
    caller's. The repeats of a side are drawn as their mean with a band of one standard deviation,
    on a logarithmic axis as their median with a band around the middle 68 %.

    Raises AnalyzerError if the metric was not logged, ConfigError for an unknown style, width or
    language.
    """
    judged = _judged(subject)
    if ax is None:
        return _figure(judged, (metric,), style, width=width, lang=lang)
    _draw(judged, metric, ax, style_named(style), words(lang))
    return ax.figure


def write_figure(
    subject: Subject,
    path: str | os.PathLike[str],
    *,
    metrics: Sequence[str] = (),
    style: str = "paper",
    width: str | float | None = None,
    lang: str = "en",
) -> Path:
    """Write a figure as .svg, .pdf or .png and return its path; the bytes are the same every time.

    Text stays text, and a PDF embeds its fonts. Several ``metrics`` are drawn above each other.
    Raises what ``plot`` raises, and AnalyzerError if the suffix is unknown or the folder cannot be
    written to.
    """
    from analyzer.charts.mpl import save

    target = Path(path)
    if target.suffix.lower() not in FORMATS:
        refuse_folder(target)
        raise AnalyzerError(
            f"{target.name}: unknown figure format; use a name that ends in {', '.join(FORMATS)}"
        )
    figure = _figure(_judged(subject), tuple(metrics) or (None,), style, width=width, lang=lang)
    make_folder_of(target)
    write_atomically(target, save(figure, target.suffix.lower()[1:], style_named(style)))
    return target


def write_charts(
    diagnosis: Diagnosis, folder: str | os.PathLike[str], *, lang: str = "en"
) -> list[Path]:
    """Write a chart for each loss and score (loss.png, accuracy.png) and return their paths.

    Raises AnalyzerError if the folder cannot be made.
    """
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AnalyzerError(
            f"{target}: cannot be made: {error.strerror}; choose another folder"
        ) from error
    run = diagnosis.run
    written: dict[str, Path] = {}
    for metric in run.judged_metrics[:_MOST_CHARTS]:
        name = numbered(slug(metric), written)
        written[name] = write_figure(
            diagnosis, target / f"{name}.png", metrics=[metric], width=_FOR_A_PAGE, lang=lang
        )
    return list(written.values())


def _judged(subject: Subject) -> Diagnosis | Comparison:
    """Return what to draw; runs are diagnosed, and compared if there are several."""
    if isinstance(subject, Diagnosis | Comparison):
        return subject
    if isinstance(subject, Sequence) and subject:
        runs = [run for run in subject if isinstance(run, Run)]
        if len(runs) == len(subject):
            return compare(runs) if len(runs) > 1 else diagnose(runs[0])
    return diagnose(subject)


def _figure(
    subject: Diagnosis | Comparison,
    metrics: Sequence[str | None],
    style: str,
    *,
    width: str | float | None,
    lang: str,
) -> Figure:
    from analyzer.charts.mpl import new_figure, settings

    wide = style_named(style).width if width is None else inches(width)
    chosen, text = fitted(style_named(style), wide), words(lang)
    with settings(chosen):
        figure, panels = new_figure(chosen, wide, len(metrics))
        for axes, metric in zip(panels, metrics, strict=True):
            _draw(subject, metric, axes, chosen, text)
    return figure


def _draw(
    subject: Diagnosis | Comparison, metric: str | None, axes: Axes, style: Style, text: Words
) -> None:
    if isinstance(subject, Diagnosis):
        _draw_run(subject, metric, axes, style, text)
    else:
        _draw_sides(subject, metric, axes, style, text)


def _draw_run(
    diagnosis: Diagnosis, metric: str | None, axes: Axes, style: Style, text: Words
) -> None:
    from analyzer.charts.mpl import draw_chart

    run, name = diagnosis.run, None
    if metric is not None:
        reading = read(metric)
        name = reading.metric
        if reading.split not in ("", *run.splits(name)):
            raise AnalyzerError(f"{run.name}: {_unlogged(metric)}")
    chart = metric_chart(diagnosis, text, name, counted=is_counted(run))
    if chart is None:
        raise AnalyzerError(f"{run.name}: {_unlogged(metric)}")
    draw_chart(axes, chart, style, text)


def _draw_sides(
    comparison: Comparison, metric: str | None, axes: Axes, style: Style, text: Words
) -> None:
    from analyzer.charts.mpl import draw_spreads

    runs = [diagnosis.run for diagnosis in comparison.diagnoses]
    name, split = comparison.metric, comparison.split
    if metric is not None:
        reading = read(metric)
        name = reading.metric
        split = reading.split or runs[0].held_out(name)
    scaled = on_one_scale(runs, name)
    sides = []
    for side in comparison.sides:
        members = [scaled[index] for index in side.members]
        plain = side.name.removesuffix(f" (+{len(members) - 1})")  # the legend says how many
        sides.append((plain, [run for run in members if run is not None]))
    found = spread_chart(sides, name, split, text, counted=all(map(is_counted, runs)))
    if found is None:
        raise AnalyzerError(f"plot: {_unlogged(metric)}")
    draw_spreads(axes, *found, style, text)


def _unlogged(metric: str | None) -> str:
    if metric is None:
        reason = "no loss or score with a finite value to draw"
        return f"{reason}; 'analyzer inspect' shows how each name was read"
    return f"\"{metric}\" was not logged; 'analyzer inspect' lists what was"
