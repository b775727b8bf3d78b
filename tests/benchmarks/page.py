"""What a report costs once the diagnosis exists.

Milliseconds and bytes of the HTML page and of the PDF.

OMP_NUM_THREADS=1 python tests/benchmarks/page.py

The run has training and validation loss, accuracy and a learning rate, at several lengths. "first"
is the first page of a run, "again" the next, when its curves are binned already. Beside it the
peer: matplotlib writing the same loss and accuracy as one SVG, without a word of judgement.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.report.content import build_report
from analyzer.report.html import page
from analyzer.report.pdf import render_pdf


def main() -> None:
    print(
        f"{'points':>8}{'first ms':>10}{'again ms':>10}"
        f"{'KB':>8}{'PDF ms':>8}{'peer ms':>9}{'ratio':>7}"
    )
    for length in (100, 1_000, 10_000, 100_000, 1_000_000):
        run = made(length)
        diagnosis = diagnose(run)
        first = best(
            lambda run=run: diagnose(replace(run)), lambda judgement: page(judgement, "en")
        )
        again = best(lambda judgement=diagnosis: judgement, lambda judgement: page(judgement, "en"))
        size = len(page(diagnosis, "en").encode()) / 1000
        pdf = best(
            lambda judgement=diagnosis: build_report(judgement, output="report.pdf"), render_pdf
        )
        peer = best(lambda run=run: run, matplotlib_svg)
        print(
            f"{length:>8}{first:>10.1f}{again:>10.1f}"
            f"{size:>8.0f}{pdf:>8.0f}{peer:>9.0f}{peer / first:>7.1f}"
        )


def made(length: int) -> Run:
    """Return a noisy run that overfits, with a cosine schedule and the time of every point."""
    run = synthetic.overfitting(3, epochs=length).run
    rng = np.random.default_rng(0)
    noisy = [
        replace(series, value=series.value * np.exp(0.2 * rng.standard_normal(length)))
        for series in run.series
    ]
    rate = 0.05 * (1 + np.cos(np.linspace(0, 3, length)))
    series = (*noisy, replace(noisy[0], tag="lr", metric="lr", split="", value=rate))
    return replace(
        run, series=tuple(replace(item, wall_time=1.7e9 + 0.37 * item.step) for item in series)
    )


def best(make: Callable[[], object], work: Callable[..., object], repeats: int = 5) -> float:
    """Return the shortest time of the work in milliseconds.

    What it works on is made outside the clock.
    """
    times = []
    for _ in range(repeats):
        given = make()
        start = time.perf_counter()
        work(given)
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def matplotlib_svg(run: Run) -> None:
    """Draw the four curves with the peer."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4))
    FigureCanvasSVG(figure)
    for place, metric in enumerate(("loss", "accuracy"), start=1):
        axes = figure.add_subplot(1, 2, place)
        for split in ("train", "val"):
            curve = run.curve(metric, split)
            axes.plot(curve.x, curve.value)
    figure.savefig(io.BytesIO(), format="svg")


if __name__ == "__main__":
    main()
