"""Figures to take away: annotated curves of a run, or the means and bands of several."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.charts.build import metric_chart
from analyzer.charts.overlay import spread_chart
from analyzer.charts.styles import Style, fitted, inches, style_named
from analyzer.comparing.comparison import Comparison
from analyzer.errors import AnalyzerError
from analyzer.measures.scale import on_one_scale
from analyzer.metrics import read
from analyzer.model.diagnosis import Diagnosis
from analyzer.safe.files import write_atomically
from analyzer.text import Words, is_counted, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure


FORMATS = (".svg", ".pdf", ".png")
_MOST_CHARTS = 4  # of a run: a log of more parts tells no story by any of them
_FOR_A_PAGE = 5.0  # inches: 1,000 pixels


def plot(
    subject: Diagnosis | Comparison,
    *,
    ax: Axes | None = None,
    metric: str | None = None,
    style: str = "paper",
    width: str | float | None = None,
    lang: str = "en",
) -> Figure | SubFigure:
    """Draw the curves of a diagnosis with its findings, or the sides of a comparison.

    ``metric`` is the loss or score to draw, by default the one that is judged. ``style`` is
    "paper", "talk" or "dark", ``width`` a length such as "3.3in" (or inches); the height follows.
    With ``ax`` the curves are drawn there, in the colours of the style; size and settings stay the
    caller's. Repeats of a side are drawn as their mean with a band of one standard deviation.
    Raises AnalyzerError if the metric was not logged, and ConfigError for an unknown style or
    width.
    """
    if ax is None:
        return _figure(subject, (metric,), style, width, lang)
    _draw(subject, metric, ax, style_named(style), words(lang))
    return ax.figure


def write_figure(
    subject: Diagnosis | Comparison,
    path: str | os.PathLike[str],
    *,
    metrics: Sequence[str] = (),
    style: str = "paper",
    width: str | float | None = None,
    lang: str = "en",
) -> Path:
    """Write a figure and return its path.

    .svg, .pdf or .png by the suffix, the same bytes every time.

    Text stays text, and a PDF holds its fonts. Several ``metrics`` are drawn above each other.
    Raises as ``plot`` does, and where the suffix is unknown or the folder cannot be written to.
    """
    from analyzer.charts.mpl import save

    target = Path(path)
    if target.suffix.lower() not in FORMATS:
        raise AnalyzerError(
            f"{target.name}: unknown figure format; use a name that ends in {', '.join(FORMATS)}"
        )
    figure = _figure(subject, tuple(metrics) or (None,), style, width, lang)
    write_atomically(target, save(figure, target.suffix.lower()[1:], style_named(style)))
    return target


def write_charts(
    diagnosis: Diagnosis, folder: str | os.PathLike[str], *, lang: str = "en"
) -> list[Path]:
    """Write loss.png, accuracy.png and so on, a chart for each loss and score.

    Returns their paths.
    """
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AnalyzerError(
            f"{target}: cannot be made: {error.strerror}; choose another folder"
        ) from error
    run = diagnosis.run
    written: list[Path] = []
    for metric in [*run.metrics_of("loss"), *run.metrics_of("score")][:_MOST_CHARTS]:
        slug = "".join(
            letter if letter.isascii() and letter.isalnum() else "-" for letter in metric.lower()
        )[:40]
        names = (target / f"{slug}{'' if number == 1 else f'-{number}'}.png" for number in count(1))
        path = next(name for name in names if name not in written)
        written.append(
            write_figure(diagnosis, path, metrics=[metric], width=_FOR_A_PAGE, lang=lang)
        )
    return written


def _figure(
    subject: Diagnosis | Comparison,
    metrics: Sequence[str | None],
    style: str,
    width: str | float | None,
    lang: str,
) -> Figure:
    from analyzer.charts.mpl import new_figure, settings

    wide = inches(width) if width is not None else style_named(style).width
    chosen, text = fitted(style_named(style), wide), words(lang)
    with settings(chosen):
        figure, axes = new_figure(chosen, wide, len(metrics))
        for axis, metric in zip(axes, metrics, strict=True):
            _draw(subject, metric, axis, chosen, text)
    return figure


def _draw(
    subject: Diagnosis | Comparison, metric: str | None, axes: Axes, style: Style, text: Words
) -> None:
    from analyzer.charts.mpl import draw_chart, draw_spreads

    if isinstance(subject, Diagnosis):
        wanted = None if metric is None else read(metric).metric
        if metric is not None and read(metric).split not in (
            "",
            *subject.run.splits(read(metric).metric),
        ):
            raise AnalyzerError(f"{subject.run.name}: {_unlogged(metric)}")
        chart = metric_chart(subject, text, wanted, counted=is_counted(subject.run))
        if chart is None:
            raise AnalyzerError(f"{subject.run.name}: {_unlogged(metric)}")
        draw_chart(axes, chart, style, text)
        return
    name, split = subject.metric, subject.split
    if metric is not None:
        reading = read(metric)
        name = reading.metric
        split = reading.split or subject.diagnoses[0].run.held_out(name)
    scaled = on_one_scale([diagnosis.run for diagnosis in subject.diagnoses], name)
    sides = [
        (side.name, [run for index in side.members if (run := scaled[index]) is not None])
        for side in subject.sides
    ]
    counted = all(is_counted(diagnosis.run) for diagnosis in subject.diagnoses)
    found = spread_chart(sides, name, split, text, counted=counted)
    if found is None:
        raise AnalyzerError(f"plot: {_unlogged(metric)}")
    draw_spreads(axes, *found, style, text)


def _unlogged(metric: str | None) -> str:
    if metric is None:
        return (
            "no loss or score with a finite value to draw; 'analyzer inspect' shows how each name "
            "was read"
        )
    return f"\"{metric}\" was not logged; 'analyzer inspect' lists what was"
