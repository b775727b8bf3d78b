"""Labels of the world's runs: what the curve on fresh data bears out (docs/corpus.md).

They add to ``labels`` what a log of the world can show, and replace ``healthy``: a run is healthy
if nothing went wrong on fresh data, whether or not another rate or fewer epochs would have done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.stats import levels
from analyzer.stats.arrays import Floats
from analyzer.trainer.digits import significant
from analyzer.trainer.labels import (
    DOES_NOT_HOLD,
    MIN_MOVE,
    MOVE,
    RISE,
    STUCK,
    TINY,
    Bound,
    Measured,
    healthy,
    label,
)

WORSE = Bound(
    0.10, 0.06, 0.15, "losses that end 10 % above their own lowest level have lost training"
)
LITTLE = Bound(
    0.5, 0.35, 0.65, "less than half of what twice the epochs or another rate teach is little"
)
FAULTS = (
    "overfitting",
    "diverged",
    "no_learning",
    "no_generalization",
    "swing",
    "blown_up",
    "little_learnt",
)


@dataclass(frozen=True)
class Fresh:
    """What is known of the loss on fresh data beside its curve.

    ``trivial`` is the loss of the best constant there; ``rise_error`` the standard error of the
    rise that decides overfitting: a hundred real rows leave more runs grey than thousands.
    """

    trivial: float
    rise_error: float = 0.0


def world_labels(run: Measured, fresh: Fresh) -> dict[str, Any]:
    """Return the labels of ``labels.label`` with those of this module."""
    found = label(run)
    found["overfitting"] = unsure(found["overfitting"], fresh.rise_error)
    population, train = run.population[: run.epochs], run.train[: run.epochs]
    others = [other.population for other in (run.tenth, run.tenfold) if other is not None]
    possible = min(_lowest(curve) for curve in (run.population, *others))
    return on_fresh_data(found, population, train, fresh.trivial, possible)


def on_fresh_data(
    found: dict[str, Any], population: Floats, train: Floats, trivial: float, possible: float
) -> dict[str, Any]:
    """Return the labels of ``labels.label`` with those that the losses on fresh data decide.

    ``possible`` is the logarithm of the lowest loss known to be within reach.
    """
    diverged = found["diverged"]["holds"]
    failed = diverged or found["no_learning"]["holds"]
    lowest = _lowest(population)
    general = STUCK.judge(float(np.exp(lowest)) / trivial)
    found = {
        **found,
        "no_generalization": dict(DOES_NOT_HOLD) if failed else general,
        "swing": swing(population, diverged=diverged),
        "blown_up": dict(DOES_NOT_HOLD) if diverged else blown_up(population, train),
    }
    failed = failed or general["holds"]
    little = little_learnt(float(np.log(trivial)), lowest, min(lowest, possible))
    found["little_learnt"] = dict(DOES_NOT_HOLD) if failed else little
    return {**found, "healthy": healthy({name: found[name] for name in FAULTS})}


def unsure(overfitting: dict[str, Any], error: float) -> dict[str, Any]:
    """Return the label with its error, grey if the threshold lies within it."""
    excluded = overfitting["value"] >= RISE.at and not overfitting["holds"]
    near = abs(overfitting["value"] - RISE.at) <= error and not excluded
    known = significant(error, 3) if np.isfinite(error) else None
    return {**overfitting, "grey": overfitting["grey"] or bool(near), "error": known}


def swing(population: Floats, *, diverged: bool) -> dict[str, Any]:
    """Judge whether the loss on fresh data moves to and fro over the last half.

    From epoch to epoch, beyond its steady change, by 3 % or more, and by a third or more of what a
    straight line over the half changes.
    """
    if diverged or not np.isfinite(population).all():
        return dict(DOES_NOT_HOLD)
    y = np.log(np.maximum(population, TINY))[len(population) // 2 :]
    change = float(np.polyfit(np.arange(len(y)), y, 1)[0]) * (len(y) - 1)
    move = levels.swing(y)
    ratio = move / max(abs(change), 0.1 * move, TINY)
    low = ratio >= MOVE.low and move >= MIN_MOVE.low
    sure = ratio >= MOVE.high and move >= MIN_MOVE.high
    return {
        "holds": bool(ratio >= MOVE.at and move >= MIN_MOVE.at),
        "grey": bool(low and not sure),
        "value": ratio,
    }


def blown_up(population: Floats, train: Floats) -> dict[str, Any]:
    """Judge whether both the full train loss and that on fresh data end above their lowest levels.

    A train loss close to zero that rises under a penalty does not count as lost training.
    """
    return WORSE.judge(min(_risen(population), _risen(train)))


def _risen(loss: Floats) -> float:
    lowest = float(levels.running_median(loss, levels.tail_of(len(loss))).min())
    return levels.end_level(loss) / max(lowest, TINY) - 1


def little_learnt(start: float, lowest: float, possible: float) -> dict[str, Any]:
    """Judge whether twice the epochs or another rate would have doubled what was learnt.

    What is learnt is the fall of the log loss on fresh data from that of the best constant there,
    ``start``, to its ``lowest``; ``possible`` is the lowest of these other runs.
    """
    if start - possible < 0.05:  # as in the label plateau: too small to be a share of
        return dict(DOES_NOT_HOLD)
    return LITTLE.judge(1 - (start - lowest) / (start - possible))


def _lowest(loss: Floats) -> float:
    """Return the logarithm of the lowest level; that of a huge loss if nothing is finite."""
    finite = np.where(np.isfinite(loss), loss, 1e9)
    return float(np.log(max(levels.running_median(finite, 3).min(), TINY)))
