"""Verdicts on the labelled curves of ../shared/curves.

Healthy language-model runs, and a learning-rate grid.

python tests/benchmarks/curves.py

The labels of the grid are distances to the best rate, not conditions: the table is printed, not
scored.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.model.series import Series

CURVES = Path(__file__).parents[3] / "shared" / "curves"


def main() -> None:
    if not CURVES.is_dir():
        raise SystemExit(f"{CURVES}: not here; nothing to measure")
    verdicts = Counter(
        diagnose(language_model(row)).verdict for row in rows("modded_nanogpt.jsonl.gz")
    )
    print(f"modded-nanogpt, {verdicts.total()} healthy runs: {dict(verdicts.most_common())}")
    with (CURVES / "deepobs_labels.csv").open(encoding="utf-8") as file:
        labels = {row["path"]: row["label"] for row in csv.DictReader(file)}
    table: dict[str, Counter[str]] = defaultdict(Counter)
    exploded: Counter[str] = Counter()
    for row in rows("deepobs.jsonl.gz"):
        label, diagnosis = labels[row["path"]], diagnose(grid_run(row))
        table[label][diagnosis.verdict] += 1
        exploded[label] += any(
            finding.detector == "exploding_loss" for finding in diagnosis.findings
        )
    for label, counts in sorted(table.items()):
        print(f"DeepOBS, {counts.total():3} runs labelled {label:9}: {dict(counts.most_common())}")
    print(f"exploding_loss found, by label: {dict(exploded)}")


def rows(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(CURVES / name, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def language_model(row: dict[str, Any]) -> Run:
    return Run(
        "run", tuple(series(split, row[split]) for split in ("train", "val") if row.get(split))
    )


def series(split: str, points: list[list[float]]) -> Series:
    table = np.array(points, dtype=float)
    unknown, no = np.full(len(table), np.nan), np.zeros(len(table), dtype=bool)
    return Series(
        split, split, "loss", "", table[:, 0].astype(np.int64), unknown, unknown, table[:, 1], no
    )


def grid_run(row: dict[str, Any]) -> Run:
    curves = {
        (split, "loss"): np.array(row[f"{split}_loss"], dtype=float) for split in ("train", "test")
    }
    return synthetic.of_curves("run", curves)


if __name__ == "__main__":
    main()
