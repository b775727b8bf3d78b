"""How often the detectors are right, on the labelled corpus (docs/corpus.md), grey zones left out of each label.

    python tests/benchmarks/accuracy.py [--half calibration|test] [--runs N]

Thresholds come from the calibration half; the test half is for the day when everything is decided.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np

from analyzer.engine import diagnose
from analyzer.model import Run, Series
from analyzer.trainer.corpus import read

CORPUS = Path(__file__).parents[1] / "corpus" / "corpus.jsonl.gz"
NAMES = ("overfitting", "no_learning", "oscillation", "plateau")  # detectors with a label of their name


class Judged(NamedTuple):
    """What the analyzer said of a run, beside what is true of it."""

    labels: dict[str, Any]
    examples: int
    found: frozenset[str]
    warned: bool
    regret: float | None
    covered: bool | None
    width: float | None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=("calibration", "test"), default="calibration")
    parser.add_argument("--runs", type=int)
    given = parser.parse_args()
    records = list(islice((one for one in read(CORPUS) if one["half"] == given.half), given.runs))
    with ProcessPoolExecutor() as pool:
        judged = list(pool.map(judge, records, chunksize=16))
    print(f"{len(judged)} runs of the {given.half} half, each with its first validation set")
    for name in NAMES:
        print(f"{name:14} {score([one for one in judged if not one.labels[name]['grey']], name)}")
    for low, high in ((20, 50), (50, 100), (100, 300), (300, 1000), (1000, 10_000)):
        part = [one for one in judged if low <= one.examples < high and not one.labels["overfitting"]["grey"]]
        print(f"overfitting, {low:5} to {high:5} examples   {score(part, 'overfitting')}")
    healthy = [one.warned for one in judged if one.labels["healthy"]["holds"] and not one.labels["healthy"]["grey"]]
    print(f"any warning on a healthy run: {fmean(healthy):.3f} of {len(healthy)}")
    onset = [one for one in judged if one.covered is not None]
    print(f"onset of {len(onset)} rightly called overfit: interval holds {fmean(one.covered for one in onset):.3f}, "
          f"median width {np.median([one.width for one in onset]):.3f}")  # fmt: skip
    regrets = [one.regret for one in judged if one.regret is not None]
    print(
        f"mean regret of the onset (raw minimum where there is none), {len(regrets)} overfit runs: {fmean(regrets):.4f}"
    )


def score(part: Sequence[Judged], name: str) -> str:
    """Return precision, recall and F1 of a detector."""
    right = sum(name in one.found and one.labels[name]["holds"] for one in part)
    said, true = sum(name in one.found for one in part), sum(one.labels[name]["holds"] for one in part)
    precision, recall = right / max(said, 1), right / max(true, 1)
    f1 = 2 * right / max(said + true, 1)
    return f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  ({true} of {len(part)})"


def judge(record: dict[str, Any]) -> Judged:
    diagnosis = diagnose(run_of(record))
    serious = [one for one in diagnosis.findings if one.severity != "info"]
    population = numbers(record["population"]["loss"])
    label = record["labels"]["overfitting"]
    regret = covered = width = None
    if label["holds"]:
        first = next((one for one in serious if one.detector == "overfitting" and one.onset), None)
        val = numbers(record["curves"]["val"][0]["loss"])
        at = int(np.nanargmin(val)) if first is None else int(first.onset.epoch) - 1
        regret = float(population[at] / population.min() - 1)
        if first is not None and first.onset.low is not None:
            per_epoch = record["config"]["steps_per_epoch"] if record["config"]["per_step"] else 1
            low, high = first.onset.low / per_epoch, first.onset.high / per_epoch
            start, end = label["stretch"]
            is_long = end - start > 0.1 * len(population)
            covered = (low <= end and high >= start) if is_long else low <= label["onset"] <= high
            width = (high - low) / len(population)
    found = frozenset(one.detector for one in serious)
    return Judged(
        record["labels"], record["curves"]["val"][0]["examples"], found, bool(serious), regret, covered, width
    )


def run_of(record: dict[str, Any], which: int = 0) -> Run:
    """Return the run as a log would hold it: epochs from 1, or steps where it was logged by step."""
    config, curves = record["config"], record["curves"]
    per_epoch = config["steps_per_epoch"] if config["per_step"] else 1
    ends = np.arange(1, config["epochs"] + 1) * per_epoch
    val = curves["val"][which]
    each = np.arange(1, len(curves["train_loss"]) + 1)
    made = [
        ("train", "loss", curves["train_loss"], each),
        ("val", "loss", val["loss"], ends),
        ("", "lr", curves["lr"], ends),
    ]
    if "accuracy" in val:
        made += [("train", "accuracy", curves["train_accuracy"], each), ("val", "accuracy", val["accuracy"], ends)]
    return Run(record["id"], tuple(series(*one, per_epoch) for one in made))


def series(split: str, metric: str, values: Sequence[float | None], step: Any, per_epoch: int) -> Series:
    value, unknown, no = numbers(values), np.full(len(step), np.nan), np.zeros(len(step), dtype=bool)
    return Series(f"{split}/{metric}", split, metric, "", step, step / per_epoch, unknown, value, no)


def numbers(values: Sequence[float | None]) -> np.ndarray[Any, Any]:
    return np.array([np.nan if one is None else one for one in values])


if __name__ == "__main__":
    main()
