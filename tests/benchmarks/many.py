"""What many metrics in one log cost: reading and diagnosing 1,000, 5,000 and 20,000 losses.

OMP_NUM_THREADS=1 python tests/benchmarks/many.py

Prints seconds of processor time for each step, the HTML report included, and the time for each
1,000 metrics: it stays about the same where no step compares every metric with every other.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

import analyzer
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.report.write import write_report

COUNTS = (1_000, 5_000, 20_000)
ROWS = 20
T = TypeVar("T")


def main() -> None:
    head = ("format", "metrics", "load", "diagnose", "report", "per 1,000")
    print("".join(f"{name:>12}" for name in head))
    with tempfile.TemporaryDirectory() as folder:
        cost(written_csv(10, Path(folder)), Path(folder))  # imports
        for write in (written_csv, written_lines):
            for count in COUNTS:
                log = write(count, Path(folder))
                times = cost(log, Path(folder))
                shown = "".join(f"{seconds:12.2f}" for seconds in times)
                each = 1000 * sum(times) / count
                print(f"{log.suffix:>12}{count:12,}{shown}{each:12.3f}")


def cost(log: Path, folder: Path) -> list[float]:
    """Return the seconds that reading, judging and reporting a log take."""

    def load() -> Run:
        (run,) = analyzer.load(log)
        return run

    run, loading = timed(load)
    diagnosis, judging = timed(lambda: analyzer.diagnose(run))
    _, reporting = timed(lambda: report(diagnosis, folder))
    return [loading, judging, reporting]


def report(diagnosis: Diagnosis, folder: Path) -> None:
    write_report(diagnosis, folder / "report.html")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def names_of(count: int) -> list[str]:
    """Return the names of losses, no two runs of the benchmark with the same ones.

    What is remembered of a name would make the second run look faster.
    """
    return [
        f"loss_{count}_{index}" if index % 2 else f"layer{count}_{index}/loss"
        for index in range(count)
    ]


def values_of(count: int) -> np.ndarray:
    noise = np.random.default_rng(count).random((ROWS, count))
    return noise + 1 / np.arange(1, ROWS + 1)[:, None]


def written_csv(count: int, folder: Path) -> Path:
    """Write a table with a column for each loss."""
    path = folder / f"{count}.csv"
    lines = [",".join(["step", *names_of(count)])]
    for step, row in enumerate(values_of(count)):
        lines.append(",".join([str(step), *(f"{value:.4f}" for value in row)]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def written_lines(count: int, folder: Path) -> Path:
    """Write a record for each step, with names of its own."""
    path = folder / f"{count}.jsonl"
    names = [f"part_{name}" for name in names_of(count)]
    with path.open("w", encoding="utf-8") as file:
        for step, row in enumerate(values_of(count)):
            record = dict(zip(names, row.round(4).tolist(), strict=True))
            file.write(json.dumps({"step": step, **record}) + "\n")
    return path


if __name__ == "__main__":
    main()
