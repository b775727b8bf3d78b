"""A held-out accuracy that stands still, as when every example gets the same answer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.measures.accuracy import accuracy_rose
from analyzer.measures.cost import Cost
from analyzer.measures.pairs import cost_in
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats
from analyzer.stats.levels import end_level, tail_of
from analyzer.stats.median import median
from analyzer.stats.rank import kendall

_METRIC = "accuracy"
_RISE = 0.05  # five points of accuracy are no guess
_AHEAD = 0.1  # of an accuracy, or of a loss on a log scale: another predictor than the held-out one
_NEAR_PRIOR = 0.03  # of that entropy: as near as a loss stays to ln K if nothing is learnt
_CLOSE = 1e-4  # of a percent: the error of a 32-bit number


class Frozen(NamedTuple):
    """Where an accuracy stands still (a fraction), and how many evaluations agree.

    ``at_prior`` says whether the loss ends at that of the best constant answer for two classes, of
    which one has this share.
    """

    accuracy: float
    evaluations: int
    at_prior: bool = False

    def guesses(self, right: float) -> bool:
        """Say whether nothing was learnt; from an accuracy of ``right`` on, the loss must agree."""
        return self.accuracy < right or self.at_prior


def frozen_accuracy(
    run: Run, *, at_least: int, transient: float, share: float, fall: float, agree: float
) -> Frozen | None:
    """Return the held-out accuracy that stands still from the start, None if none does.

    After the first ``transient`` of the evaluations, ``share`` of the others or more, and at least
    ``at_least``, have one and the same value. A share that is counted over examples stays exactly
    the same only if no prediction changes; one that is logged in whole percent does not show that,
    unless the loss is that of always giving the usual answer.
    It is learning all the same if the training loss falls by ``fall`` (on a log scale, with
    Kendall's tau of -``agree``) after that, if the training accuracy rose, if training ends clearly
    better than the held-out data (a network that always gives the same answer is as often right on
    both), or if a loss is lower than any constant answer allows. A training loss that ends below
    zero shows no learning by its fall: no cross-entropy of labels from 0 to 1 gets there.
    """
    held_out = _cost(run, _METRIC, run.held_out(_METRIC), at_least)
    if held_out is None or held_out.scale != "error":
        return None
    later = _after(held_out.curve.value, transient)
    values, counts = np.unique(later, return_counts=True)
    accuracy, evaluations = float(values[counts.argmax()]) / held_out.width, int(counts.max())
    if evaluations < max(at_least, share * len(later)):
        return None
    ends = _ends(run, accuracy, at_least)
    at_prior = bool(ends) and all(abs(end - 1) <= _NEAR_PRIOR for end in ends)
    if any(end < 1 - _NEAR_PRIOR for end in ends):  # the answers differ: constant ones cost more
        return None
    rose = accuracy_rose(run, [run.trained_on(_METRIC)], at_least=at_least, rise=_RISE, agree=agree)
    train = _cost(run, "loss", run.trained_on("loss"), at_least)
    is_below_zero = train is not None and end_level(train.curve.value) < 0
    if not at_prior and (rose or (_is_whole_percent(accuracy) and not is_below_zero)):
        return None
    if train is not None and not is_below_zero and _falls(train, transient, fall, agree):
        return None
    if not is_below_zero and _training_is_ahead(run, train, accuracy, at_least):
        return None
    return Frozen(accuracy, evaluations, at_prior)


def _ends(run: Run, accuracy: float, at_least: int) -> list[float]:
    """Return where each logged loss ends, as a share of the entropy of two classes of these shares.

    No constant answer that is as often right has a lower cross-entropy, whatever the classes.
    """
    if not 0 < accuracy < 1:
        return []
    other = 1 - accuracy
    entropy = float(-accuracy * np.log(accuracy) - other * np.log(other))
    sides = dict.fromkeys((run.trained_on("loss"), run.held_out("loss")))
    costs = [cost for side in sides if (cost := _cost(run, "loss", side, at_least)) is not None]
    return [end_level(cost.curve.value) / entropy for cost in costs if cost.scale == "log"]


def _training_is_ahead(run: Run, train: Cost | None, accuracy: float, at_least: int) -> bool:
    """Say whether training ends clearly better, by its accuracy, or by its loss without one."""
    trained = _cost(run, _METRIC, run.trained_on(_METRIC), at_least)
    if trained is not None and trained.scale == "error":
        return end_level(trained.curve.value) / trained.width - accuracy >= _AHEAD
    held_out = _cost(run, "loss", run.held_out("loss"), at_least)
    if train is None or held_out is None:
        return False
    return end_level(held_out.y) - end_level(train.y) >= _AHEAD


def _cost(run: Run, metric: str, split: str, at_least: int) -> Cost | None:
    try:
        return cost_in(run, metric, split, at_least=at_least)
    except NotApplicable:
        return None


def _is_whole_percent(accuracy: float) -> bool:
    return abs(100 * accuracy - round(100 * accuracy)) < _CLOSE


def _after(values: Floats, transient: float) -> Floats:
    """Return what follows the first part of a run, at least the first value."""
    return values[max(1, int(transient * len(values))) :]


def _falls(train: Cost, transient: float, fall: float, agree: float) -> bool:
    """Say whether a training loss falls after its first part."""
    begun = train.t[0] + transient * (train.t[-1] - train.t[0])
    y = train.bins.y[train.bins.t >= begun]
    return median(y[: tail_of(len(y))]) - end_level(y) >= fall and kendall(y) <= -agree
