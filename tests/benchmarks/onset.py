"""Where the divergence point is placed if the log does not tell the size of the validation set.

python tests/benchmarks/onset.py [--assumed 200,2000] [--fresh FILE] [--half calibration]

The accuracies are taken off the truly overfit runs of the corpus, and both of their validation sets
are judged. Printed by true size: the mean regret (loss on fresh data at the point over its lowest,
less one, at most 1) and the mean distance from the lowest, in percent of the run. ``raw`` is the
lowest logged loss, ``told`` the detector with the size in the configuration.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.detectors.overfitting import Overfitting
from analyzer.errors import NotApplicable
from analyzer.model.run import Run
from analyzer.trainer.corpus import read
from analyzer.trainer.labels import TINY
from analyzer.trainer.replay import numbers, run_of

CORPUS = Path(__file__).parents[1] / "corpus" / "corpus.jsonl.gz"
EDGES = (20, 50, 100, 300, 1000, 100_000)


def places(record: dict[str, Any], assumed: Iterable[int]) -> Iterator[tuple[int, dict[str, int]]]:
    """Yield the size of each validation set and where each method places the point."""
    per_epoch = record["config"]["steps_per_epoch"] if record["config"]["per_step"] else 1
    for which, val in enumerate(record["curves"]["val"]):
        run = run_of(record, which)
        run = replace(run, series=tuple(s for s in run.series if s.metric != "accuracy"))
        told = replace(run, config={"val_examples": val["examples"]})
        try:
            found = {"told": place(told, Overfitting(), per_epoch)}
            for size in assumed:
                detector = Overfitting(unknown_examples=size)
                found[f"assumed {size:,}"] = place(run, detector, per_epoch)
        except NotApplicable:
            continue
        yield val["examples"], {"raw": int(np.nanargmin(numbers(val["loss"]))), **found}


def place(run: Run, detector: Overfitting, per_epoch: int) -> int:
    """Return the index of the epoch of the divergence point."""
    turn = detector.turn(run, "loss")
    step = turn.val.curve.step[turn.val.index_at(float(turn.bins.t[turn.lowest]))]
    return round(float(step) / per_epoch) - 1


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--assumed", default="200,2000")
    parser.add_argument("--fresh", type=Path, default=CORPUS)
    parser.add_argument("--half", choices=("calibration", "test"), help="of the families")
    parser.add_argument("--regression", action="store_true", help="only runs without classes")
    given = parser.parse_args()
    assumed = [int(size) for size in given.assumed.split(",")]
    rows: list[tuple[int, dict[str, float], dict[str, float]]] = []
    for record in read(given.fresh):
        is_wanted = given.half in (None, record["half"])
        is_kind = not (given.regression and record["config"]["classes"])
        if is_wanted and is_kind and record["labels"]["overfitting"]["holds"]:
            population = np.maximum(numbers(record["population"]["loss"]), TINY)
            best = int(population.argmin())
            for examples, found in places(record, assumed):
                regret = {
                    name: min(float(population[at] / population[best] - 1), 1.0)
                    for name, at in found.items()
                }
                off = {name: abs(at - best) / len(population) for name, at in found.items()}
                rows.append((examples, regret, off))
    print_table(rows)


def print_table(rows: list[tuple[int, dict[str, float], dict[str, float]]]) -> None:
    spans = [*pairwise(EDGES), (EDGES[0], EDGES[-1])]
    parts = [[row for row in rows if low <= row[0] < high] for low, high in spans]
    heads = [
        f"{low} to {high - 1:,} ({len(part)})"
        for (low, high), part in zip(spans, parts, strict=True)
    ]
    print(f"| regret, distance in % | {' | '.join(heads)} |")
    print(f"|---|{'---|' * len(heads)}")
    for name in rows[0][1]:
        cells = [
            f"{100 * np.mean([row[1][name] for row in part]):.2f}, "
            f"{100 * np.mean([row[2][name] for row in part]):.2f}"
            for part in parts
        ]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
