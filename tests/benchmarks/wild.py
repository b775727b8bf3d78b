"""Read every real log of ../shared/wild and count, per format, what was read whole.

Then compare verdict and eye label.

python tests/benchmarks/wild.py [--labels]

Complete: as many points as the manifest counts, where the clock column that became ``wall_time``
counts as read. Refused rightly: no run, with the reason that a person reading the file would give.
The labels are one person's impression and not blind: they are printed beside the verdict, not
scored.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from analyzer.engine import diagnose
from analyzer.errors import AnalyzerError
from analyzer.model.run import Run
from analyzer.reading.load import load

WILD = Path(__file__).parents[3] / "shared" / "wild"
_RIGHTLY_REFUSED = {
    "wandb-csv-own-table",
    "wandb-csv-runs-table",
}  # one row a run: no curve to read


def main() -> None:
    if not WILD.is_dir():
        raise SystemExit(f"{WILD}: not here; nothing to measure")
    rows = list(csv.DictReader((WILD / "manifest.csv").open(encoding="utf-8")))
    table: dict[str, Counter[str]] = defaultdict(Counter)
    labels = []
    for row in rows:
        outcome, runs, reason = judge(row)
        table[row["format"]][outcome] += 1
        if outcome in ("wrong", "refused"):
            print(f"{outcome}: {row['format']}: {row['file']}: {reason}")
        if row["eye_label"] and runs:
            diagnosis = diagnose(runs[0])
            onset = next(
                (str(finding.onset.step) for finding in diagnosis.findings if finding.onset), ""
            )
            labels.append(
                (
                    row["eye_label"],
                    row["confidence"],
                    row["onset"],
                    diagnosis.verdict,
                    onset,
                    row["file"],
                )
            )
    outcomes = ("complete", "partial", "refused rightly", "refused", "wrong")
    print(f"\n{'format':36}" + "".join(f"{outcome:>17}" for outcome in outcomes))
    for name, counts in sorted(table.items()):
        print(f"{name:36}" + "".join(f"{counts[outcome]:17}" for outcome in outcomes))
    agreed = Counter((label, verdict) for label, _, _, verdict, _, _ in labels)
    print("\nverdict against eye label")
    for (label, verdict), count in sorted(agreed.items()):
        print(f"{label:12} {verdict:14} {count:3}")
    if "--labels" in sys.argv:
        for label in labels:
            print(*label, sep=" | ")


def judge(row: dict[str, str]) -> tuple[str, tuple[Run, ...], str]:
    """Return the outcome for one file of the manifest, its runs, and why it gave none."""
    expected = int(row["n_points"])
    try:
        found = load(WILD / row["file"])
    except AnalyzerError as error:
        rightly = expected == 0 or row["format"] in _RIGHTLY_REFUSED
        return ("refused rightly" if rightly else "refused"), (), str(error)
    points = sum(run.points + _clock_cells(run) for run in found)
    damaged = any(issue.severity != "info" for run in found for issue in run.issues)
    if points == expected:
        return "complete", found.runs, ""
    return (
        ("partial" if damaged else "wrong"),
        found.runs,
        f"{points} points, the manifest has {expected}",
    )


def _clock_cells(run: Run) -> int:
    """Return how many cells of a table went into ``wall_time``.

    The manifest counts that column as a series.
    """
    if run.meta.format.startswith("TensorBoard") or "wall_time" not in run.meta.axes:
        return 0
    rows = {
        (int(step), float(time))
        for series in run.series
        for step, time in zip(series.step, series.wall_time, strict=True)
        if np.isfinite(time)
    }
    return len(rows)


if __name__ == "__main__":
    main()
