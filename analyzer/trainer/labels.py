"""What is true of a run, measured on data that no log shows: the definitions of docs/corpus.md.

Every label is decided by one number against one threshold. Where the number lies within the grey
zone around it, a careful person could decide either way, and ``grey`` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.stats.arrays import Floats

# The level at the end is the median of the last 5 % (at least three epochs), not one lucky epoch.
_TAIL = 0.05
# Where the rate is the cause, a tenth of it moves the weights far less; half leaves room for
# chance.
_CALM = 0.5
_TINY = 1e-8  # a loss below this is zero for every purpose here; logarithms stop there


@dataclass(frozen=True)
class Bound:
    """A threshold with the grey zone around it; ``reason`` says why it lies where it lies."""

    at: float
    low: float
    high: float
    reason: str

    def judge(self, value: float) -> dict[str, Any]:
        """Return whether the value reaches the threshold, whether it is in the grey zone, and the value."""
        shown = float(f"{value:.4g}") if np.isfinite(value) else 1e9
        return {
            "holds": bool(value >= self.at),
            "grey": bool(self.low <= value < self.high),
            "value": shown,
        }


RISE = Bound(
    0.05, 0.035, 0.07, "5 % above the lowest population loss is worth an earlier checkpoint"
)
RUNAWAY = Bound(
    3.0, 1.5, 5.0, "three times the loss of the best constant is worse than knowing nothing"
)
STUCK = Bound(
    0.95, 0.92, 0.97, "a train loss within 5 % of the best constant's has learnt nothing of use"
)
MORE = Bound(0.05, 0.035, 0.07, "5 % is what doubling the compute must bring to be worth it")
RATE = Bound(0.10, 0.06, 0.15, "a rate is wrong where another, ten times off, is better by 10 %")
MOVE = Bound(1 / 3, 0.25, 0.45, "a move of a third of the progress leaves the best epoch to chance")
MIN_MOVE = Bound(0.03, 0.02, 0.04, "moves under 3 % of the loss cost no checkpoint worth the name")
FLAT = Bound(
    0.98, 0.97, 0.985, "a last third that brings under 2 % of the gain is not worth its compute"
)


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """The same run at another rate.

    Population and full train loss in evaluation mode, one value an epoch.
    """

    population: Floats
    train: Floats


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured of one run, in evaluation mode, one value an epoch.

    ``population`` and ``train`` hold the logged ``epochs`` and as many again that were not logged;
    ``tenth`` and ``tenfold`` the logged stretch at a tenth and at ten times the rate (None where it
    was not run). ``trivial`` is the train loss of the best constant prediction.
    """

    population: Floats
    train: Floats
    epochs: int
    trivial: float
    tenth: Counterfactual | None = None
    tenfold: Counterfactual | None = None


def label(run: Measured) -> dict[str, Any]:
    """Return every label of a run, and the true gap.

    A label has ``holds``, ``grey`` and the number that decided.
    """
    population, train = run.population[: run.epochs], run.train[: run.epochs]
    diverged = _diverged(train, run.trivial)
    lost = {"diverged": diverged, "no_learning": _no_learning(train, run.trivial, diverged)}
    stopped = any(count["holds"] for count in lost.values())
    found = {
        "overfitting": _overfitting(population, train, diverged),
        **lost,
        "undertrained": _but(
            stopped, MORE.judge(_gain(_best(population), _best(run.population[run.epochs :])))
        ),
        "learning_rate_too_high": RATE.judge(_gain_at(run.tenth, population)),
        "learning_rate_too_low": RATE.judge(_gain_at(run.tenfold, population)),
        "oscillation": _but(diverged["holds"], _oscillation(train, run.tenth)),
        "plateau": _but(stopped, _plateau(population, run.trivial)),
    }
    return {**found, "healthy": _healthy(found), "gap": _gap(population, train)}


def _diverged(train: Floats, trivial: float) -> dict[str, Any]:
    """Judge whether the run diverged.

    Its full train loss is not finite, or ends far above what a constant reaches.
    """
    return RUNAWAY.judge(_level(train) / trivial if np.isfinite(train).all() else np.inf)


def _no_learning(train: Floats, trivial: float, diverged: dict[str, Any]) -> dict[str, Any]:
    return _but(diverged["holds"], STUCK.judge(min(_level(train) / trivial, 1e9)))


def _overfitting(population: Floats, train: Floats, diverged: dict[str, Any]) -> dict[str, Any]:
    """Judge whether the run overfits.

    Its population loss ends above its minimum, and its full train loss ends below the value there.
    """
    if not np.isfinite(population).all() or diverged["holds"]:
        return {"holds": False, "grey": False, "value": 0.0}
    smooth = running_median(population, _tail(len(population)))
    found = RISE.judge(_level(population) / max(float(smooth.min()), _TINY) - 1)
    best = int(np.argmin(population))
    falls = _level(train) < float(running_median(train, 3)[int(np.argmin(smooth))])
    found = _but(not falls, found)
    found["onset"] = best + 1
    found["stretch"] = [place + 1 for place in stretch(population, best)]
    return found


def stretch(population: Floats, best: int) -> tuple[int, int]:
    """Return the first and last epoch around the best with a loss within 1 % of it."""
    far = np.flatnonzero(population > 1.01 * population[best])
    before, after = far[far < best], far[far > best]
    return int(before.max(initial=-1)) + 1, int(after.min(initial=len(population))) - 1


def _oscillation(train: Floats, tenth: Counterfactual | None) -> dict[str, Any]:
    """Judge whether the learning rate makes the run oscillate.

    Its full train loss moves by a third of its progress, but not at a tenth of the rate.

    Both on a log scale, over the last half; ``move`` is the mean absolute change between
    neighbouring epochs.
    """
    move, progress = movement(train)
    found = MOVE.judge(
        move / max(progress, 0.1 * move, _TINY)
    )  # without progress the ratio is 10, not infinite
    size = MIN_MOVE.judge(move)
    calm = tenth is None or movement(tenth.train)[0] < _CALM * move
    found["grey"] = (found["grey"] and size["value"] >= MIN_MOVE.low) or (
        size["grey"] and found["value"] >= MOVE.low
    )
    found["holds"] = found["holds"] and size["holds"]
    return {**_but(not calm, found), "move": size["value"]}


def movement(train: Floats) -> tuple[float, float]:
    """Return the mean move between epochs and the progress over the last half, in log loss."""
    y = np.log(np.maximum(train, _TINY))[len(train) // 2 :]
    if len(y) < 2 or not np.isfinite(y).all():
        return 0.0, 0.0
    tail = _tail(len(y))
    return float(np.abs(np.diff(y)).mean()), float(np.median(y[:tail]) - np.median(y[-tail:]))


def _plateau(population: Floats, trivial: float) -> dict[str, Any]:
    """Judge whether the run ends on a plateau.

    The last third brings less than 2 % of the gain from the trivial level to the lowest, in log
    loss.

    ``onset`` is the first epoch from which the running median stays in a band of that width to the
    end.
    """
    none = {"holds": False, "grey": False, "value": 0.0}
    if not np.isfinite(population).all():
        return none
    y = running_median(np.log(np.maximum(population, _TINY)), 3)
    gain = np.log(trivial) - float(y.min())
    if gain <= 0.05:  # under 5 % of the loss there is no gain that could have ended
        return none
    highest, lowest = (op.accumulate(y[::-1])[::-1] for op in (np.maximum, np.minimum))
    band = highest - lowest
    found = FLAT.judge(1 - float(band[len(y) - len(y) // 3 - 1]) / gain)
    return {**found, "onset": int(np.argmax(band <= (1 - FLAT.at) * gain)) + 1}


def _gap(population: Floats, train: Floats) -> dict[str, Any]:
    """Return population minus full train loss, at the end and at the best epoch.

    The end is the median of the last 5 %.
    """
    if not np.isfinite(population).all() or not np.isfinite(train).all():
        return {"end": None, "at_best": None}
    best = int(np.argmin(population))
    end = _level(population) - _level(train)
    return {"end": float(f"{end:.5g}"), "at_best": float(f"{population[best] - train[best]:.5g}")}


def _healthy(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """No label holds; grey where one is grey."""
    holds = not any(value["holds"] for value in found.values())
    return {"holds": holds, "grey": any(value["grey"] for value in found.values()) and holds}


def _gain_at(other: Counterfactual | None, population: Floats) -> float:
    """Return by which share the lowest level at another rate is below the run's own."""
    return 0.0 if other is None else _gain(_best(population), _best(other.population))


def _gain(own: float, other: float) -> float:
    if not np.isfinite(other):
        return 0.0
    return 1.0 if not np.isfinite(own) else 1 - other / max(own, _TINY)


def _but(never: bool, found: dict[str, Any]) -> dict[str, Any]:
    """Return the label, taken back where something that excludes it is the case."""
    return {**found, "holds": False, "grey": False} if never else found


def _best(values: Floats) -> float:
    """Return the lowest level, infinite where nothing is finite."""
    finite = np.where(np.isfinite(values), values, np.inf)
    return float(running_median(finite, 3).min())


def _level(values: Floats) -> float:
    return float(np.median(values[-_tail(len(values)) :]))


def _tail(points: int) -> int:
    return min(points, max(3, round(_TAIL * points)))


def running_median(values: Floats, width: int) -> Floats:
    """Return the median of ``width`` neighbours around each value.

    An even width takes one more; there are fewer at the ends.
    """
    half = width // 2
    padded = np.concatenate([np.full(half, np.nan), values, np.full(half, np.nan)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    median: Callable[..., Floats] = np.nanmedian
    return median(windows, axis=1)
