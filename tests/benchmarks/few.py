"""How often a finding of overfitting is true where a run was evaluated three to seven times.

python tests/benchmarks/few.py

Each run of the corpus is cut twice to every number of evaluations from three to seven: to its first
ones, and to as many spread over the run. Between two evaluations the training loss is the mean of
what was logged. The truth is the loss on fresh data at the same evaluations: overfitting holds if
the last one is 5 % or more above the lowest. Printed by half of the corpus: how many cuts were
found, open with the last value at the best, or open; how often the first two are right; and the
slope and intercept of the confidence, which calibrate.py writes.

A second table is of cuts to 12 to 30 evaluations spread over the run: the precision and recall of
overfitting, and of the notes about a small steady rise how many rose on fresh data after the point,
and by 2 % or more.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from calibration import fit_logistic

from analyzer import synthetic
from analyzer.detectors._base import FARTHEST
from analyzer.detectors.overfitting import Overfitting
from analyzer.errors import NotApplicable
from analyzer.measures.few_evaluations import FEWEST, few_turn
from analyzer.stats.arrays import Floats
from analyzer.trainer.corpus import read
from analyzer.trainer.replay import numbers, run_of

CORPUS = Path(__file__).parents[1] / "corpus" / "corpus.jsonl.gz"
RISE = 0.05  # of the loss on fresh data: as the label overfitting has it
SHALLOW = 0.02  # the same for a note about a small steady rise
COUNTS = (12, 16, 20, 24, 30)
OPEN = "open"


class Cut(NamedTuple):
    """What was said of a run with few evaluations: FOUND with its margin, or why it is open."""

    said: str
    margin: float
    holds: bool


class Spread(NamedTuple):
    """What was said of a run with 12 to 30 evaluations; ``later`` is the rise on fresh data."""

    count: int
    found: bool
    shallow: bool
    later: float  # of the log loss from the point of the finding to the end
    holds: bool


def whole_curves(record: dict[str, Any]) -> tuple[Floats, Floats, Floats] | None:
    """Return the losses of validation, training and fresh data; None if some are missing."""
    run, population = run_of(record), numbers(record["population"]["loss"])
    try:
        val, train = (run.curve("loss", split).value for split in ("val", "train"))
    except NotApplicable:
        return None
    whole = np.isfinite(np.concatenate([val, train, population])).all()
    return (val, train, population) if whole and len(val) == len(population) else None


def spread_over(epochs: int, count: int) -> np.ndarray[Any, Any]:
    """Return ``count`` epochs, the last one among them."""
    return np.linspace(epochs / count - 1, epochs - 1, count).round().astype(int)


def cuts_of(record: dict[str, Any]) -> Iterator[Cut]:
    """Yield what the detector says of a run cut to few evaluations, beside the truth."""
    curves = whole_curves(record)
    if curves is None:
        return
    val, train, population = curves
    epochs = len(population)
    for count in range(FEWEST, Overfitting().min_points):
        for at in (np.arange(count), spread_over(epochs, count)):
            if len(np.unique(at)) == count and at[-1] < epochs and population[at].min() > 0:
                yield _judged(val[at], _means(train, (at + 1) / epochs), population[at])


def spreads_of(record: dict[str, Any]) -> Iterator[Spread]:
    """Yield what the detector says of a run cut to 12 to 30 evaluations, beside the truth."""
    curves = whole_curves(record)
    if curves is None or curves[2].min() <= 0:
        return
    val, train, population = curves
    epochs, detector = len(population), Overfitting()
    for count in COUNTS:
        if count > epochs:
            continue
        at = spread_over(epochs, count)
        means, fresh = _means(train, (at + 1) / epochs), population[at]
        run = synthetic.of_curves("few", {("train", "loss"): means, ("val", "loss"): val[at]})
        try:
            found = list(detector.detect(run))
            later = np.log(fresh[-1] / fresh[detector.turn(run, "loss").lowest])
        except NotApplicable:
            continue
        shallow = any("shallow" in finding.tags for finding in found)
        holds = bool(np.log(fresh[-1] / fresh.min()) >= np.log1p(RISE))
        yield Spread(count, bool(found) and not shallow, shallow, float(later), holds)


def _means(train: np.ndarray[Any, Any], ends: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the mean training loss up to each evaluation; ``ends`` are shares of the run."""
    edges = np.r_[0, np.round(ends * len(train)).astype(int)]
    pieces = [train[low : max(high, low + 1)] for low, high in pairwise(edges)]
    return np.array([piece.mean() for piece in pieces])


def _judged(
    val: np.ndarray[Any, Any], train: np.ndarray[Any, Any], population: np.ndarray[Any, Any]
) -> Cut:
    holds = bool(np.log(population[-1] / population.min()) >= np.log1p(RISE))
    run = synthetic.of_curves("few", {("train", "loss"): train, ("val", "loss"): val})
    detector = Overfitting()
    try:
        found = list(detector.detect(run))
    except NotApplicable as reason:
        return Cut(reason.key if reason.key == "few_at_best" else OPEN, 0.0, holds)
    if not found:
        return Cut(OPEN, 0.0, holds)
    return Cut("found", detector.few_margin(few_turn(run, "loss")), holds)


def fit(cuts: list[Cut]) -> tuple[float, float]:
    """Return slope and intercept of the confidence of what was found."""
    found = [cut for cut in cuts if cut.said == "found"]
    margin = np.clip([cut.margin for cut in found], -FARTHEST, FARTHEST)
    return fit_logistic(margin, np.array([cut.holds for cut in found]))


def print_spreads(half: str, spreads: list[Spread]) -> None:
    """Print the rows of a half of the corpus."""
    for count in COUNTS:
        some = [spread for spread in spreads if spread.count == count]
        right = sum(spread.found and spread.holds for spread in some)
        found, true = sum(spread.found for spread in some), sum(spread.holds for spread in some)
        shares = f"{right / found:.3f} | {right / true:.3f} | {2 * right / (found + true):.3f}"
        notes = [spread.later for spread in some if spread.shallow]
        rose, clearly = (sum(later > least for later in notes) for least in (0, SHALLOW))
        print(
            f"| {half} | {count} | {len(some):,} | {shares} | {len(notes)} | {rose} | {clearly} |"
        )


def cuts_of_half(half: str) -> list[Cut]:
    """Return the cuts of all runs of a half of the corpus."""
    cuts: list[Cut] = []
    for record in read(CORPUS):
        if record["half"] == half:
            cuts += cuts_of(record)
    return cuts


def main() -> None:
    print("| half | cuts | found | of these true | last is best | of these true | answered |")
    print("|---|---|---|---|---|---|---|")
    for half in ("calibration", "test"):
        cuts = cuts_of_half(half)
        found = [cut.holds for cut in cuts if cut.said == "found"]
        best = [not cut.holds for cut in cuts if cut.said == "few_at_best"]
        answered = (len(found) + len(best)) / len(cuts)
        cells = [half, f"{len(cuts):,}", f"{len(found):,}", f"{np.mean(found):.3f}"]
        cells += [f"{len(best):,}", f"{np.mean(best):.3f}", f"{answered:.2f}"]
        print(f"| {' | '.join(cells)} |")
        if half == "calibration":
            slope, intercept = fit(cuts)
    print(f"confidence: slope {slope:.4g}, intercept {intercept:.4g}")
    print("| half | evaluations | cuts | precision | recall | F1 | small rises | rose | by 2 % |")
    print("|---|---|---|---|---|---|---|---|---|")
    for half in ("calibration", "test"):
        records = (record for record in read(CORPUS) if record["half"] == half)
        print_spreads(half, [spread for record in records for spread in spreads_of(record)])


if __name__ == "__main__":
    main()
