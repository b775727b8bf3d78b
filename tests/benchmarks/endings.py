"""How often the reason why a run ended is named rightly, without the patience in the settings.

    python tests/benchmarks/endings.py [--most N]

Every curve of both corpora is replayed through early stopping as Keras does it, with each usual
patience and two values of min_delta, and cut where that ends it. The settings hold the epochs that
were planned ("with a plan") or nothing. Beside them stand the runs that early stopping did not
end: whole runs, and runs cut at a place drawn by chance (killed), of which none must be called
early stopping.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analyzer.engine import best_of
from analyzer.facts._stopped_early import how_often
from analyzer.facts.how_it_ended import HowItEnded
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.stats.patience import stops
from analyzer.trainer.corpus import read
from analyzer.trainer.replay import numbers, run_of

CORPUS = Path(__file__).parents[1] / "corpus"
PATIENCES = (3, 5, 8, 10, 12, 15, 20, 30)
DELTAS = (0.0, 0.001)
WITH, WITHOUT = "with a plan", "without a plan"


class Case(NamedTuple):
    """A run with a known end: the patience that ended it, None for a plan or a kill."""

    kind: str
    run: Run
    patience: int | None
    weight: float = 1.0


class Counted(NamedTuple):
    """A kind of case, how often people set its patience and min_delta, and the answer."""

    kind: str
    weight: float
    answer: str


def cases(record: dict[str, Any], rng: np.random.Generator) -> Iterator[Case]:
    """Yield a run of a corpus with each end."""
    run = run_of(record)
    epochs = record["config"]["epochs"]
    run = replace(run, meta=replace(run.meta, axes={"epoch": "epoch", "step": "step"}))
    for planned in (True, False):
        plan = {"epochs": epochs} if planned else {}
        name = WITH if planned else WITHOUT
        whole = replace(run, config=plan)
        yield Case(f"ran to its end, {name}", whole, None)
        cut = int(rng.integers(max(2, epochs // 5), max(3, epochs)))
        yield Case(f"killed, {name}", ended(whole, cut), None)
        loss = numbers(record["curves"]["val"][0]["loss"])
        for patience, delta in product(PATIENCES, DELTAS):
            (stop,) = stops(loss, delta, [patience])
            if stop.at is not None and stop.at + 1 < epochs:
                kind = f"early stopping, min_delta {delta:g}, {name}"
                yield Case(kind, ended(whole, stop.at + 1), patience, how_often(patience, delta))


def ended(run: Run, epochs: int) -> Run:
    """Return a run without what was logged after some epochs."""
    return replace(run, series=tuple(_cut(series, epochs) for series in run.series))


def _cut(series: Series, epochs: int) -> Series:
    keep = series.epoch <= epochs
    arrays = {
        name: getattr(series, name)[keep]
        for name in ("step", "epoch", "wall_time", "value", "superseded")
    }
    if series.not_evaluated is not None:
        arrays["not_evaluated"] = series.not_evaluated[keep]
    return replace(series, **arrays)


def answer(case: Case) -> str:
    """Return how the fact judges a case."""
    found = HowItEnded().compute(case.run, best_of(case.run))
    if found is None:
        return "nothing" if case.patience else "right"
    if found["tags"] == ("unclear",):
        return "unclear"
    patience = found["patience"]
    if case.patience is None:
        return "right" if patience is None else "early stopping"
    if patience is None:
        return str(found["tags"][0])
    return "right" if patience == case.patience else "another patience"


def summary(counts: Counter[Counted], plan: str) -> str:
    """Return precision and recall of "early stopping with this patience".

    Each patience and min_delta counts as often as people set it. Half of the runs that end before
    their plan are stopped early and half are killed; without a plan, half of all runs ran to it.
    """
    rates: dict[str, dict[str, float]] = {}
    for counted, count in counts.items():
        if counted.kind.endswith(plan):
            found = rates.setdefault(counted.kind.split(",")[0], {})
            found[counted.answer] = found.get(counted.answer, 0.0) + count * counted.weight
    stopped = shares(rates["early stopping"])
    false = shares(rates["killed"]).get("early stopping", 0.0)
    if plan == WITHOUT:
        false += 2 * shares(rates["ran to its end"]).get("early stopping", 0.0)
    right = stopped.get("right", 0.0)
    precision = right / (right + stopped.get("another patience", 0.0) + false)
    unclear = stopped.get("unclear", 0.0)
    return f"{plan}: precision {precision:.1%}, recall {right:.1%}, unclear {unclear:.1%}"


def shares(counts: dict[str, float]) -> dict[str, float]:
    """Return the share of each answer."""
    total = sum(counts.values())
    return {found: count / total for found, count in counts.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=None, help="runs of each corpus")
    most = parser.parse_args().most
    counts: Counter[Counted] = Counter()
    rng = np.random.default_rng(0)
    for name in ("corpus", "world"):
        for record in islice(read(CORPUS / f"{name}.jsonl.gz"), most):
            if record["config"].get("shown", {}).get("val_every", 1) > 1:
                continue
            for case in cases(record, rng):
                counts[Counted(case.kind, case.weight, answer(case))] += 1
    for kind in dict.fromkeys(counted.kind for counted in counts):
        of_kind: Counter[str] = Counter()
        for counted, count in counts.items():
            if counted.kind == kind:
                of_kind[counted.answer] += count
        total = of_kind.total()
        shown = ", ".join(f"{found} {count}" for found, count in sorted(of_kind.items()))
        print(f"{kind:48} right {of_kind['right'] / total:6.1%} of {total}: {shown}")
    for plan in (WITH, WITHOUT):
        print(f"early stopping with its patience, {summary(counts, plan)}")


if __name__ == "__main__":
    main()
