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
from analyzer.facts.how_it_ended import HowItEnded
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.stats.patience import stops
from analyzer.trainer.corpus import read
from analyzer.trainer.replay import numbers, run_of

CORPUS = Path(__file__).parents[1] / "corpus"
PATIENCES = (3, 5, 8, 10, 12, 15, 20, 30)
DELTAS = (0.0, 0.001)


class Case(NamedTuple):
    """A run with a known end: the patience that ended it, None for a plan or a kill."""

    kind: str
    run: Run
    patience: int | None


def cases(record: dict[str, Any], rng: np.random.Generator) -> Iterator[Case]:
    """Yield a run of a corpus with each end."""
    run = run_of(record)
    epochs = record["config"]["epochs"]
    run = replace(run, meta=replace(run.meta, axes={"epoch": "epoch", "step": "step"}))
    for planned in (True, False):
        plan = {"epochs": epochs} if planned else {}
        name = "with a plan" if planned else "without a plan"
        whole = replace(run, config=plan)
        yield Case(f"ran to its end, {name}", whole, None)
        cut = int(rng.integers(max(2, epochs // 5), max(3, epochs)))
        yield Case(f"killed, {name}", ended(whole, cut), None)
        loss = numbers(record["curves"]["val"][0]["loss"])
        for patience, delta in product(PATIENCES, DELTAS):
            (stop,) = stops(loss, delta, [patience])
            if stop.at is not None and stop.at + 1 < epochs:
                kind = f"early stopping, min_delta {delta:g}, {name}"
                yield Case(kind, ended(whole, stop.at + 1), patience)


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
    patience = found["patience"]
    if case.patience is None:
        return "right" if patience is None else "early stopping"
    if patience is None:
        return str(found["tags"][0])
    return "right" if patience == case.patience else "another patience"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=None, help="runs of each corpus")
    most = parser.parse_args().most
    counts: Counter[tuple[str, str]] = Counter()
    rng = np.random.default_rng(0)
    for name in ("corpus", "world"):
        for record in islice(read(CORPUS / f"{name}.jsonl.gz"), most):
            if record["config"].get("shown", {}).get("val_every", 1) > 1:
                continue
            for case in cases(record, rng):
                counts[case.kind, answer(case)] += 1
    for kind in dict.fromkeys(kind for kind, _ in counts):
        of_kind = {found: count for (known, found), count in counts.items() if known == kind}
        total = sum(of_kind.values())
        shown = ", ".join(f"{found} {count}" for found, count in sorted(of_kind.items()))
        print(f"{kind:48} right {of_kind.get('right', 0) / total:6.1%} of {total}: {shown}")


if __name__ == "__main__":
    main()
