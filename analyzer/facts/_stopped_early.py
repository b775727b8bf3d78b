"""Early stopping guessed from a curve, and how probable that is against an end by chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats
from analyzer.stats.patience import improvements, stops

# How often each patience is set: 64 calls in public code, in shares, rounded and with a little for
# the numbers next in line. What is missing is too rare to be told from chance.
USUAL: Mapping[int, float] = {
    number: percent / 100
    for number, percent in (
        *((2, 10), (3, 19), (4, 2), (5, 23), (7, 2), (8, 2), (10, 20), (12, 2), (15, 5)),
        *((20, 5), (25, 2), (30, 3), (40, 1), (50, 2), (100, 2)),
    )
}
COURSES = {(20, 1e-3): 0.02, (30, 1e-2): 0.02}  # settings that courses teach are set as they stand
DELTAS: Mapping[float, float] = {0.0: 0.85, 1e-4: 0.06, 1e-3: 0.06, 1e-2: 0.03}
_STOPPED, _PLANNED, _CUT = 0.25, 0.5, 0.25  # ends of runs, before anything of the log is known
_ROUND = 10  # most plans are a multiple of it
_ROUND_PLANS = 0.85  # of the plans
_SAME_PLAN = 0.1  # of the round plans: the share of a single one
_LONG = 10  # evaluations: nobody watches a run that never improves for so long
_FEWEST = 5  # evaluations up to the best one, if no plan is known
_FEWEST_PLANNED = 2  # a run that never improves is soon stopped by hand


class Guess(NamedTuple):
    """Early stopping that would have ended a curve at its last point."""

    patience: int
    min_delta: float
    kept: int  # the last improvement
    probability: float  # that it did, and not an interruption or an unknown plan
    fitting: int  # points so far at which a usual patience would have ended it


def how_often(patience: int, min_delta: float) -> float:
    """Return the share of early stopping that has these two settings."""
    return USUAL[patience] * DELTAS[min_delta] + COURSES.get((patience, min_delta), 0.0)


def guess(curve: Curve, planned: float | None, share: float) -> Guess | None:
    """Return the most probable early stopping that ends a curve, None if no usual one fits.

    ``planned`` is the number of evaluations that were planned, None if unknown; ``share`` is how
    often this curve is the watched one. Bayes' rule: early stopping with a setting ends a curve at
    one point only, and an interruption at any point of the plan alike. Without a plan, the end may
    be the plan itself, most likely so if the number of evaluations is round.
    """
    fall = curve.value if curve.lower_is_better else -curve.value
    weights: dict[int, float] = {}
    kept: dict[int, tuple[float, int]] = {}  # the likeliest min_delta comes first
    for patience, min_delta, last in _fitting(fall, planned is not None):
        weight = how_often(patience, min_delta)
        weights[patience] = weights.get(patience, 0.0) + weight
        kept.setdefault(patience, (min_delta, last))
    if not weights:
        return None
    patience = max(weights, key=lambda known: weights[known])
    stopped = _STOPPED * share
    every = stopped * sum(weights.values())
    other = _otherwise(curve, planned)
    min_delta, last = kept[patience]
    probability = stopped * weights[patience] / (every + other)
    return Guess(patience, min_delta, last, probability, _places(fall))


def _fitting(fall: Floats, is_planned: bool) -> Iterator[tuple[int, float, int]]:
    """Yield patience, min_delta and last improvement of each setting that ends a curve here."""
    end = len(fall) - 1
    for min_delta in DELTAS:
        kept = improvements(fall, min_delta)[-1]
        patience = end - kept
        if patience not in USUAL or kept + 1 < _fewest(patience, is_planned):
            continue
        if stops(fall, min_delta, [patience])[0].at == end:
            yield patience, min_delta, kept


def _fewest(patience: int, is_planned: bool) -> int:
    """Return the evaluations up to the best one that a curve needs for a guess."""
    if not is_planned:
        return _FEWEST
    return 1 if patience >= _LONG else _FEWEST_PLANNED


def _otherwise(curve: Curve, planned: float | None) -> float:
    """Return the prior times the likelihood of an end at this very point without early stopping."""
    count = len(curve)
    if planned is not None:
        return _CUT / max(planned, count)
    by_plan = _PLANNED * (1 - _ROUND_PLANS) / count
    if 0 in (count % _ROUND, (count - 1) % _ROUND) or _is_round(curve):
        by_plan += _PLANNED * _ROUND_PLANS * _SAME_PLAN
    return _CUT / count + by_plan


def _is_round(curve: Curve) -> bool:
    """Say whether the last step has at most two digits before its zeros, as plans have."""
    last = str(int(curve.step[-1]))
    return len(last) > 2 and len(last.rstrip("0")) <= 2


def _places(fall: Floats) -> int:
    """Return the number of points at which a usual patience, without min_delta, ends a curve."""
    ends = (stop.at for stop in stops(fall, 0.0, list(USUAL)))
    return len(np.unique([at for at in ends if at is not None]))
