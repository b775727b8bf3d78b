"""How long a user waits.

``analyzer --help``, in both languages, against an import of click; ``analyzer check`` on a table of
1,000 points.

python tests/benchmarks/startup.py

Medians of five runs each (fifteen of the first three, in turn, by CPU time too), after one that
warms the page cache and compiles, as pip does when it installs.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from analyzer import synthetic
from analyzer.model.run import Run


def main() -> None:
    analyzer = str(Path(sys.executable).with_name("analyzer"))  # the command that pip installs
    with tempfile.TemporaryDirectory() as bytecode:
        os.environ["PYTHONPYCACHEPREFIX"] = bytecode
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        measure(analyzer)


def measure(analyzer: str) -> None:
    """Print the time of each command."""
    spanish = ["env", "ANALYZER_LANG=es", analyzer, "--help"]
    os.environ["ANALYZER_LANG"] = "en"
    imported, helped, helped_in_spanish = in_turn(
        [sys.executable, "-c", "import click"], [analyzer, "--help"], spanish
    )
    click, help_wall = imported.clock, helped.clock
    ratio = helped.processor / imported.processor
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "log.csv"
        table.write_text(csv_of(synthetic.overfitting(1, epochs=1000).run), encoding="utf-8")
        checked = seconds(analyzer, "check", str(table))
        reported = seconds(analyzer, "report", str(table), "-o", f"{folder}/report.html")
    print(f"import click                     {click:.3f} s")
    print(f"analyzer --help                  {help_wall:.3f} s, {help_wall / click:.2f} times that")
    print(f"the same in CPU time             {helped.processor:.3f} s, {ratio:.2f} times that")
    clock, processor = helped_in_spanish
    print(f"the same in Spanish              {clock:.3f} s, {processor:.3f} s of CPU time")
    print(f"analyzer check, 1,000 epochs     {checked:.3f} s")
    print(f"analyzer report, 1,000 epochs    {reported:.3f} s")


class Cost(NamedTuple):
    """Seconds of the clock and of the processor."""

    clock: float
    processor: float


def in_turn(*commands: list[str], runs: int = 15) -> list[Cost]:
    """Return the medians of commands that run in turn."""
    costs: list[list[Cost]] = [[] for _ in commands]
    for _ in range(runs + 1):
        for command, found in zip(commands, costs, strict=True):
            found.append(cost(command))
    return [Cost(*map(statistics.median, zip(*found[1:], strict=True))) for found in costs]


def cost(command: list[str]) -> Cost:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    clock, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(clock, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def csv_of(run: Run) -> str:
    """Return the four curves of a run as a CSV with a row for each epoch."""
    columns = [series.value for series in run.series]
    names = ["epoch", *(f"{series.split}_{series.metric}" for series in run.series)]
    rows = [
        ",".join([str(at), *(f"{column[at]:.6g}" for column in columns)])
        for at in range(len(columns[0]))
    ]
    return "\n".join([",".join(names), *rows]) + "\n"


def seconds(*command: str) -> float:
    return in_turn(list(command), runs=5)[0].clock


if __name__ == "__main__":
    main()
