"""Verdicts on the labelled curves of ../shared/curves.

Healthy language-model runs, and a learning-rate grid.

python tests/benchmarks/curves.py

The labels of the grid are distances to the best rate, not conditions. Macro F1 is printed for our
verdicts (undertrained as a low rate, no learning and oscillation as a high one), and for a rule of
two thresholds, which were chosen on these very runs: a loss that falls by less than 62 % had a
wrong rate, a low one if most steps go down. Beside it stands the share of
healthy runs of both corpora (calibration halves) that the rule would call wrong: why it is not
ours.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from judged import curve

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.stats.levels import end_level
from analyzer.trainer.corpus import read
from analyzer.trainer.replay import run_of

RATE_OF_VERDICT = {
    "diverged": "diverged",
    "no_learning": "lr_high",
    "oscillation": "lr_high",
    "undertrained": "lr_low",
}
LEAST_FALL = 0.62  # of the first loss
MOSTLY = 0.57
CORPORA = [
    Path(__file__).parents[1] / "corpus" / f"{name}.jsonl.gz" for name in ("corpus", "world")
]
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
    answers: list[tuple[str, str, str]] = []
    for row in rows("deepobs.jsonl.gz"):
        label, diagnosis = labels[row["path"]], diagnose(grid_run(row))
        table[label][diagnosis.verdict] += 1
        if label != "border":
            ours = RATE_OF_VERDICT.get(diagnosis.verdict, "ok")
            answers.append((label, ours, by_thresholds(np.array(row["train_loss"], dtype=float))))
        exploded[label] += any(
            finding.detector == "exploding_loss" for finding in diagnosis.findings
        )
    for label, counts in sorted(table.items()):
        print(f"DeepOBS, {counts.total():3} runs labelled {label:9}: {dict(counts.most_common())}")
    print(f"exploding_loss found, by label: {dict(exploded)}")
    true, ours, rule = zip(*answers, strict=True)
    print(f"macro F1: our verdicts {macro_f1(true, ours):.3f}, the rule {macro_f1(true, rule):.3f}")
    for path in CORPORA:
        said = [
            by_thresholds(curve(run_of(record), "train"))
            for record in read(path)
            if record["half"] == "calibration" and record["labels"]["healthy"]["holds"]
        ]
        wrong = np.mean([answer != "ok" for answer in said])
        print(f"{path.name}: the rule calls {wrong:.2f} of {len(said)} healthy runs wrong")


def by_thresholds(loss: np.ndarray[Any, Any]) -> str:
    """Return what a rule of two thresholds says of the rate. Shape: (n,)."""
    finite = loss[np.isfinite(loss)]
    if not len(finite) or end_level(finite) >= finite[0]:
        return "diverged"
    if end_level(finite) < (1 - LEAST_FALL) * finite[0]:
        return "ok"
    return "lr_low" if np.mean(np.diff(finite) < 0) > MOSTLY else "lr_high"


def macro_f1(true: Sequence[str], said: Sequence[str]) -> float:
    """Return the mean F1 of the labels."""
    pairs = Counter(zip(true, said, strict=True))
    totals = Counter(true) + Counter(said)
    return float(np.mean([2 * pairs[label, label] / totals[label] for label in set(true)]))


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
    """Return the losses of a run, and the accuracies of a classifier."""
    curves = {
        (split, metric): np.array(row[f"{split}_{short}"], dtype=float)
        for split in ("train", "test")
        for metric, short in (("loss", "loss"), ("accuracy", "acc"))
        if row.get(f"{split}_{short}")
    }
    return synthetic.of_curves("run", curves)


if __name__ == "__main__":
    main()
