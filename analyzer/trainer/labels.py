"""The truth about a run, measured on data that is never logged; defined in docs/corpus.md.

Every label compares one number with one threshold. If the number lies in the grey zone around the
threshold, a careful person could decide either way, and ``grey`` is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.stats.arrays import Floats
from analyzer.stats.levels import end_level, movement, running_median, tail_of
from analyzer.trainer.digits import significant

_CALM = 0.5  # if the rate is the cause, a tenth of it halves the movement at the very least
TINY = 1e-8  # a loss below this counts as zero; logarithms stop here
_LARGE = 1e9  # stands for a value that is not finite
DOES_NOT_HOLD: dict[str, Any] = {"holds": False, "grey": False, "value": 0.0}


@dataclass(frozen=True)
class Bound:
    """A threshold with the grey zone around it and the reason for its value."""

    at: float
    low: float
    high: float
    reason: str

    def judge(self, value: float) -> dict[str, Any]:
        """Return whether the value reaches the threshold, if it is grey, and the value itself."""
        return {
            "holds": bool(value >= self.at),
            "grey": bool(self.low <= value < self.high),
            "value": significant(value, 4) if np.isfinite(value) else _LARGE,
        }


RISE = Bound(
    0.05, 0.035, 0.07, "5 % above the lowest population loss justifies an earlier checkpoint"
)
RUNAWAY = Bound(
    3.0, 1.5, 5.0, "three times the loss of the best constant is worse than knowing nothing"
)
STUCK = Bound(
    0.95, 0.92, 0.97, "a train loss within 5 % of the best constant's shows no useful learning"
)
MORE = Bound(0.05, 0.035, 0.07, "doubling the compute must gain 5 % to be worth it")
RATE = Bound(0.10, 0.06, 0.15, "a rate is wrong if a tenth or ten times of it is 10 % better")
MOVE = Bound(1 / 3, 0.25, 0.45, "a move of a third of the progress leaves the best epoch to chance")
MIN_MOVE = Bound(
    0.03, 0.02, 0.04, "choosing a checkpoint does not matter if moves are under 3 % of the loss"
)
FLAT = Bound(
    0.98, 0.97, 0.985, "a last third that adds under 2 % of the gain is not worth its compute"
)


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """The same run at another rate: losses in evaluation mode, one value per epoch."""

    population: Floats
    train: Floats


@dataclass(frozen=True, eq=False)
class Measured:
    """The losses of one run in evaluation mode, one value per epoch.

    ``population`` and ``train`` cover the logged ``epochs`` and as many unlogged ones after them;
    ``tenth`` and ``tenfold`` cover the logged epochs at a tenth and at ten times the rate (None if
    not run). ``trivial`` is the train loss of the best constant prediction.
    """

    population: Floats
    train: Floats
    epochs: int
    trivial: float
    tenth: Counterfactual | None = None
    tenfold: Counterfactual | None = None


def label(run: Measured) -> dict[str, Any]:
    """Return each label with ``holds``, ``grey`` and the deciding ``value``, and the true gap."""
    population, train = run.population[: run.epochs], run.train[: run.epochs]
    diverged = _diverged(train, run.trivial)
    no_learning = _no_learning(train, run.trivial, diverged)
    failed = diverged["holds"] or no_learning["holds"]
    later_gain = _gain(_best(population), _best(run.population[run.epochs :]))
    labels = {
        "overfitting": _overfitting(population, train, diverged),
        "diverged": diverged,
        "no_learning": no_learning,
        "undertrained": _unless(failed, MORE.judge(later_gain)),
        "learning_rate_too_high": RATE.judge(_gain_at(run.tenth, population)),
        "learning_rate_too_low": RATE.judge(_gain_at(run.tenfold, population)),
        "oscillation": _unless(diverged["holds"], _oscillation(train, run.tenth)),
        "plateau": _unless(failed, _plateau(population, run.trivial)),
    }
    return {**labels, "healthy": healthy(labels), "gap": gap(population, train)}


def _diverged(train: Floats, trivial: float) -> dict[str, Any]:
    """Judge whether the full train loss is not finite or ends far above the trivial loss."""
    if not np.isfinite(train).all():
        return RUNAWAY.judge(np.inf)
    return RUNAWAY.judge(end_level(train) / trivial)


def _no_learning(train: Floats, trivial: float, diverged: dict[str, Any]) -> dict[str, Any]:
    ratio = min(end_level(train) / trivial, _LARGE)
    return _unless(diverged["holds"], STUCK.judge(ratio))


def _overfitting(population: Floats, train: Floats, diverged: dict[str, Any]) -> dict[str, Any]:
    """Judge whether the population loss ends above its lowest level while the train loss fell.

    The full train loss must end below its level at the lowest population loss.
    """
    if not np.isfinite(population).all() or diverged["holds"]:
        return dict(DOES_NOT_HOLD)
    smooth = running_median(population, tail_of(len(population)))
    rise = end_level(population) / max(float(smooth.min()), TINY) - 1
    train_at_lowest = float(running_median(train, 3)[int(np.argmin(smooth))])
    judged = _unless(end_level(train) >= train_at_lowest, RISE.judge(rise))
    best = int(np.argmin(population))
    first, last = stretch(population, best)
    return {**judged, "onset": best + 1, "stretch": [first + 1, last + 1]}


def stretch(population: Floats, best: int) -> tuple[int, int]:
    """Return the first and last place around ``best`` where the loss stays within 1 % of it."""
    far = np.flatnonzero(population > 1.01 * population[best])
    before, after = far[far < best], far[far > best]
    return int(before.max(initial=-1)) + 1, int(after.min(initial=len(population))) - 1


def _oscillation(train: Floats, tenth: Counterfactual | None) -> dict[str, Any]:
    """Judge whether the full train loss moves by a third of its progress because of the rate.

    At a tenth of the rate it must move less than half as much. Both on a log scale, over the last
    half; ``move`` is the mean absolute change between neighbouring epochs.
    """
    move, progress = movement_and_progress(train)
    # Without progress the ratio is 10, not infinite.
    ratio = MOVE.judge(move / max(progress, 0.1 * move, TINY))
    size = MIN_MOVE.judge(move)
    is_calmer = tenth is None or movement_and_progress(tenth.train)[0] < _CALM * move
    ratio_is_grey = ratio["grey"] and size["value"] >= MIN_MOVE.low
    size_is_grey = size["grey"] and ratio["value"] >= MOVE.low
    judged = {
        **ratio,
        "holds": ratio["holds"] and size["holds"],
        "grey": ratio_is_grey or size_is_grey,
    }
    return {**_unless(not is_calmer, judged), "move": size["value"]}


def movement_and_progress(train: Floats) -> tuple[float, float]:
    """Return the mean move between epochs and the progress over the last half, in log loss."""
    y = np.log(np.maximum(train, TINY))[len(train) // 2 :]
    if len(y) < 2 or not np.isfinite(y).all():
        return 0.0, 0.0
    tail = tail_of(len(y))
    return movement(y), float(np.median(y[:tail]) - np.median(y[-tail:]))


def _plateau(population: Floats, trivial: float) -> dict[str, Any]:
    """Judge whether the last third adds under 2 % of the gain from ``trivial`` to the lowest level.

    On a log scale. ``onset`` is the first epoch from which the running median stays in a band of
    that width to the end.
    """
    if not np.isfinite(population).all():
        return dict(DOES_NOT_HOLD)
    y = running_median(np.log(np.maximum(population, TINY)), 3)
    gain = np.log(trivial) - float(y.min())
    if gain <= 0.05:  # a gain of under 5 % of the loss is too small to have ended
        return dict(DOES_NOT_HOLD)
    highest = np.maximum.accumulate(y[::-1])[::-1]
    lowest = np.minimum.accumulate(y[::-1])[::-1]
    band = highest - lowest
    judged = FLAT.judge(1 - float(band[len(y) - len(y) // 3 - 1]) / gain)
    return {**judged, "onset": int(np.argmax(band <= (1 - FLAT.at) * gain)) + 1}


def gap(population: Floats, train: Floats) -> dict[str, Any]:
    """Return population minus full train loss, at the end (a level) and at the best epoch."""
    if not np.isfinite(population).all() or not np.isfinite(train).all():
        return {"end": None, "at_best": None}
    best = int(np.argmin(population))
    end = end_level(population) - end_level(train)
    return {
        "end": significant(end, 5),
        "at_best": significant(population[best] - train[best], 5),
    }


def healthy(labels: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Judge whether no label holds; grey if one of them is grey."""
    holds = not any(judged["holds"] for judged in labels.values())
    is_grey = any(judged["grey"] for judged in labels.values())
    return {"holds": holds, "grey": is_grey and holds}


def _gain_at(other: Counterfactual | None, population: Floats) -> float:
    """Return by what share the lowest level at another rate is below the run's own."""
    if other is None:
        return 0.0
    return _gain(_best(population), _best(other.population))


def _gain(own: float, other: float) -> float:
    if not np.isfinite(other):
        return 0.0
    if not np.isfinite(own):
        return 1.0
    return 1 - other / max(own, TINY)


def _unless(excluded: bool, judged: dict[str, Any]) -> dict[str, Any]:
    """Return the label, or the label withdrawn if it is excluded."""
    if excluded:
        return {**judged, "holds": False, "grey": False}
    return judged


def _best(values: Floats) -> float:
    """Return the lowest level of three neighbours; infinite if nothing is finite."""
    finite = np.where(np.isfinite(values), values, np.inf)
    return float(running_median(finite, 3).min())
