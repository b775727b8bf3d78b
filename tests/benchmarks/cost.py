"""What a diagnosis costs: train and val loss and accuracy, at several lengths, on one core.

OMP_NUM_THREADS=1 python tests/benchmarks/cost.py

Prints milliseconds of CPU time for the detectors and facts together (the smallest of several runs),
each detector, and beside it the peer: one pass of statsmodels' lowess over the same four series,
what a smoother off the shelf costs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import numpy as np

from analyzer import synthetic
from analyzer.config import Config
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose
from analyzer.errors import NotApplicable
from analyzer.model.run import Run


def main() -> None:
    detectors = Config().configured()
    lengths = (1_000, 10_000, 100_000)
    runs = {length: made(length) for length in lengths}
    for run in runs.values():
        diagnose(run)  # imports
    print("".join(f"{length:>12}" for length in ("points", *lengths)))
    row(
        "diagnose", [best(lambda run=run: diagnose(replace(run))) for run in runs.values()]
    )  # a copy holds no cache
    for name, detector in detectors.items():
        row(
            name,
            [
                best(lambda run=run, kind=detector: judged(kind, replace(run)))
                for run in runs.values()
            ],
        )
    row("lowess", [best(lambda run=run: lowess_of(run)) for run in runs.values()])


def lowess_of(run: Run) -> None:
    """Smooth every series with the peer."""
    from statsmodels.nonparametric.smoothers_lowess import lowess

    for series in run.series:
        lowess(series.value, series.step, frac=0.1, it=0, delta=0.01 * len(series))


def made(length: int) -> Run:
    """Return a run that overfits, with four series.

    The costly path, since the interval is drawn too.
    """
    run = synthetic.overfitting(3, epochs=length).run
    assert len(run.series) == 4
    return run


def judged(detector: Detector, run: Run) -> None:
    with suppress(NotApplicable):
        list(detector.detect(run))


def best(work: Callable[[], object], repeats: int = 7) -> float:
    """Return the shortest time in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1000 * float(np.min(times))


def row(name: str, milliseconds: list[float]) -> None:
    print(f"{name:>20}" + "".join(f"{millisecond:12.1f}" for millisecond in milliseconds))


if __name__ == "__main__":
    main()
