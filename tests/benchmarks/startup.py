"""How long a user waits.

``analyzer --help`` against an import of click, ``analyzer check`` on a table of 1,000 points.

python tests/benchmarks/startup.py

Medians of five runs each (eleven of the first two), after one that warms the page cache.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from analyzer import synthetic
from analyzer.model.run import Run


def main() -> None:
    click = seconds(sys.executable, "-c", "import click", runs=11)
    analyzer = str(Path(sys.executable).with_name("analyzer"))  # the command that pip installs
    helped = seconds(analyzer, "--help", runs=11)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "log.csv"
        table.write_text(csv_of(synthetic.overfitting(1, epochs=1000).run), encoding="utf-8")
        checked = seconds(analyzer, "check", str(table))
        reported = seconds(analyzer, "report", str(table), "-o", f"{folder}/report.html")
    print(f"import click                     {click:.3f} s")
    print(f"analyzer --help                  {helped:.3f} s, {helped / click:.2f} times that")
    print(f"analyzer check, 1,000 epochs     {checked:.3f} s")
    print(f"analyzer report, 1,000 epochs    {reported:.3f} s")


def csv_of(run: Run) -> str:
    """Return the four curves of a run as a CSV with a row for each epoch."""
    columns = [series.value for series in run.series]
    names = ["epoch", *(f"{series.split}_{series.metric}" for series in run.series)]
    rows = [
        ",".join([str(at), *(f"{column[at]:.6g}" for column in columns)])
        for at in range(len(columns[0]))
    ]
    return "\n".join([",".join(names), *rows]) + "\n"


def seconds(*command: str, runs: int = 5) -> float:
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


if __name__ == "__main__":
    main()
