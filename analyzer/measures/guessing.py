"""The loss of guessing among K classes, ln K, and whether a held-out loss ever got below it."""

from __future__ import annotations

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.measures.accuracy import accuracy_rose, end_accuracy, highest_end_accuracy
from analyzer.measures.data_size import classes_of
from analyzer.measures.pairs import cost_in
from analyzer.model.run import Run

_COUNTS = np.array([*range(2, 11), 20, 50, 100, 1000])  # of classes, as data sets often have them
_RISE = 0.05  # an accuracy that rises by five points is no longer a guess
_BELOW = 2  # points twice as far below ln K as noise is: a curve that swings has been below it
_AGREE = 0.3  # two of three pairs of its points agree that it rises


def nearest_classes(run: Run, level: float, *, near: float) -> int | None:
    """Return the number of classes whose ln a loss is near to, None if there is none.

    The loss is in nats; ``near`` is a share of ln K. A number in the configuration is the only one.
    """
    configured = classes_of(run)
    counts = _COUNTS if configured is None else np.array([configured])
    distance = np.abs(level / np.log(counts) - 1)
    nearest = int(np.argmin(distance))
    return int(counts[nearest]) if distance[nearest] <= near else None


def may_guess(run: Run, classes: int | None, *, at_least: int, excess: float) -> bool:
    """Say whether no accuracy ends more than ``excess`` above 1 / K, as that of a guess would."""
    accuracy = highest_end_accuracy(run, at_least=at_least)
    return accuracy is None or classes is None or accuracy * classes <= 1 + excess


def never_below_guessing(run: Run, *, at_least: int, near: float, excess: float) -> int | None:
    """Return K if the held-out loss never got below ln K and nothing else shows learning.

    Its lowest level is within ``near`` of ln K, at most one point lies twice as far below it, and
    the held-out accuracy did not rise and ends at most ``excess`` above 1 / K. Without an accuracy
    the configuration must name K: the loss of a language model is near some ln K by chance.
    """
    split = run.held_out("loss")
    try:
        cost = cost_in(run, "loss", split, at_least=at_least)
    except NotApplicable:
        return None
    if cost.scale != "log":
        return None
    classes = nearest_classes(run, float(np.exp(cost.bins.levels.min())), near=near)
    accuracy = end_accuracy(run, split, at_least=at_least)
    if classes is None or (accuracy is None and classes_of(run) is None):
        return None
    if accuracy is not None and accuracy * classes > 1 + excess:
        return None
    if int((cost.curve.value < (1 - 2 * near) * np.log(classes)).sum()) >= _BELOW:
        return None
    if accuracy_rose(run, [split], at_least=at_least, rise=_RISE, agree=_AGREE):
        return None
    return classes
