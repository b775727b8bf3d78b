"""The exercise ``analyzer train steps``: steps to the minimum by learning rate, with its chart."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analyzer.charts.spec import Chart
from analyzer.charts.spread import Spread
from analyzer.charts.styles import STYLES
from analyzer.errors import AnalyzerError
from analyzer.report.figure import FORMATS
from analyzer.safe.files import write_atomically
from analyzer.sentences import LANGUAGES
from analyzer.stats.arrays import Floats
from analyzer.text import Words, words
from analyzer.trainer.descent import (
    BEST_RATE,
    GRADIENT,
    MOST_STEPS,
    WITHIN,
    Descent,
    descend,
    loss_at,
    start_of,
)

RATES = (0.03, 0.1, 1.0)  # of the exercises
_MOST_RATES = 6  # beside the parabola: as many as there are colours to tell apart
_EDGE = 1.4  # of the start: how far the chart of the parabola reaches
_WIDTH = 5.0  # inches
_FAR = 100.0  # times the start: where the chart of the distances ends


def add_options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Add the options of the exercise to a parser, and return it."""
    parser.add_argument(
        "--lr",
        nargs="+",
        type=_rate,
        default=list(RATES),
        metavar="RATE",
        help="learning rates to try (default: 0.03 0.1 1)",
    )
    parser.add_argument(
        "--best-rate",
        type=_rate,
        default=BEST_RATE,
        metavar="RATE",
        help="shape of the parabola: the rate that reaches its minimum in one step "
        f"(default: {BEST_RATE})",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="draw the steps: .svg, .pdf or .png"
    )
    parser.add_argument(
        "--lang",
        choices=LANGUAGES,
        default="en",
        help="output language (default: that of this help)",
    )
    return parser


def run(options: argparse.Namespace) -> str:
    """Descend with each rate, write the chart if one is asked for, and return the text."""
    if len(options.lr) > _MOST_RATES:
        raise AnalyzerError(f"--lr: {len(options.lr)} rates; give at most {_MOST_RATES}")
    output = options.output
    if output is not None and output.suffix.lower() not in FORMATS:
        raise AnalyzerError(f"{output.name}: use a name that ends in {', '.join(FORMATS)}")
    text = words(options.lang)
    descents = [descend(rate, options.best_rate) for rate in dict.fromkeys(options.lr)]
    lines = table(descents, options.best_rate, text)
    if output is not None:
        write_atomically(output, figure(descents, options.best_rate, text, output.suffix[1:]))
        lines.append(str(output))
    return "\n".join(lines)


def table(descents: Sequence[Descent], best_rate: float, text: Words) -> list[str]:
    """Return the exercise and its answers as lines of text."""
    sentences = text.of("_steps")
    head = {"best": best_rate, "start": start_of(best_rate), "gradient": GRADIENT, "share": WITHIN}
    lines = [text.fill(sentences["exercise"], head), ""]
    names = [text.number(descent.rate) for descent in descents]
    width = max(map(len, names))
    for name, descent in zip(names, descents, strict=True):
        lines.append(f"{name:>{width}}  {_answer(descent, text)}")
    return lines


def _answer(descent: Descent, text: Words) -> str:
    sentences = text.of("_steps")
    values = {"factor": abs(descent.factor), "most": MOST_STEPS, "steps": descent.steps}
    how = text.fill(sentences[descent.kind], values)
    if descent.steps is not None:
        return f"{text.fill(sentences['arrives'], values)}: {how}"
    key = "never" if descent.kind in ("away", "both_sides") else "slow"
    return f"{text.fill(sentences[key], values)}: {how}"


def figure(descents: Sequence[Descent], best_rate: float, text: Words, kind: str) -> bytes:
    """Return the chart as a file: the steps on the parabola, and the distance left by step."""
    from analyzer.charts.mpl import draw_spreads, new_figure, save, settings

    style = STYLES["paper"]
    with settings(style):
        drawing, (above, below) = new_figure(style, _WIDTH, 2)
        draw_spreads(above, *_parabola(descents, best_rate, text), style, text)
        draw_spreads(below, *_distances(descents, text), style, text)
    return save(drawing, kind.lower(), style)


def _parabola(
    descents: Sequence[Descent], best_rate: float, text: Words
) -> tuple[Chart, list[Spread]]:
    """Return the chart of the parabola with the steps of each descent on it."""
    sentences = text.of("_steps")
    edge = _EDGE * abs(start_of(best_rate))
    weights = np.linspace(-edge, edge, 201)
    high = loss_at(edge, best_rate)
    curves = []
    for descent in descents:
        places = np.array(descent.places)
        losses = places * places / (2 * best_rate)
        curves.append(_curve(_named(descent, text), places, losses))
    curve = _curve(sentences["loss"], weights, weights * weights / (2 * best_rate))
    chart = Chart(
        id="parabola",
        title=sentences["loss"],
        description=sentences["loss"],
        x_label=sentences["weight"],
        y_label=sentences["loss"],
        unit="step",
        lines=(),
        y_low=-0.04 * high,
        y_high=high,
        x_low=-edge,
        x_high=edge,
    )
    return chart, [*curves, curve]


def _distances(descents: Sequence[Descent], text: Words) -> tuple[Chart, list[Spread]]:
    """Return the chart of how much of the way is left after each step."""
    sentences = text.of("_steps")
    last = max(descent.steps or 0 for descent in descents)
    last = max(last, 10)  # if none arrives
    curves = []
    for descent in descents:
        left = np.abs(np.array(descent.places[: last + 1]) / descent.places[0])
        left = np.maximum(left, WITHIN / 100)  # a step onto the minimum has no logarithm
        curves.append(_curve(_named(descent, text), np.arange(float(len(left))), left))
    ends = np.array([0.0, float(last)])
    curves.append(_curve(sentences["minimum"], ends, np.array([WITHIN, WITHIN])))
    chart = Chart(
        id="distances",
        title=sentences["left"],
        description=sentences["left"],
        x_label=sentences["step"],
        y_label=sentences["left"],
        unit="step",
        lines=(),
        y_low=WITHIN / 2,
        y_high=_FAR if any(descent.kind == "away" for descent in descents) else 1.5,
        log_y=True,
        x_low=0.0,
        x_high=float(last),
    )
    return chart, curves


def _named(descent: Descent, text: Words) -> str:
    sentences = text.of("_steps")
    key = "line" if descent.steps is not None else "line_never"
    return text.fill(sentences[key], {"rate": descent.rate, "steps": descent.steps})


def _curve(name: str, x: Floats, y: Floats) -> Spread:
    return Spread(name=name, x=x, middle=y, low=None, high=None, count=1, cut=False)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 1e-9 <= rate <= 1e9:  # NaN fails too
        raise argparse.ArgumentTypeError(f'must be a number above 0, not "{text}"')
    return rate
