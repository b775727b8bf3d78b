"""The accuracy at the end of a run, whether it rose, and whether another score did."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer import metrics
from analyzer.errors import NotApplicable
from analyzer.measures.cost import Cost
from analyzer.measures.pairs import cost_in
from analyzer.model.run import Run
from analyzer.stats.levels import end_level, tail_of
from analyzer.stats.median import median
from analyzer.stats.rank import kendall

_METRIC = "accuracy"
_SCORE = "score"
_AGREE = 0.3  # Kendall's tau if two of three pairs of points agree


def end_accuracy(run: Run, split: str, *, at_least: int, metric: str = _METRIC) -> float | None:
    """Return the accuracy at the end as a fraction, None without a usable one."""
    cost = _accuracy(run, split, at_least, metric)
    return None if cost is None else end_level(cost.curve.value) / cost.width


def highest_end_accuracy(run: Run, *, at_least: int) -> float | None:
    """Return the accuracy at the end in training or held-out, the higher one; None without any.

    A share that the log calls only a score stands in for an accuracy.
    """
    for metric in (_METRIC, _SCORE):
        sides = (run.trained_on(metric), run.held_out(metric))
        found = [end_accuracy(run, side, at_least=at_least, metric=metric) for side in sides]
        known = [accuracy for accuracy in found if accuracy is not None]
        if known:
            return max(known)
    return None


def accuracy_rose(
    run: Run, splits: Iterable[str], *, at_least: int, rise: float, agree: float
) -> bool | None:
    """Say whether the accuracy of the first split that has one rose; None if none was logged.

    It rose if it ends ``rise`` (a fraction) above its start, and Kendall's tau is ``agree`` or
    more. A share that the log calls only a score stands in for an accuracy.
    """
    for split in splits:
        cost = _accuracy(run, split, at_least) or _accuracy(run, split, at_least, _SCORE)
        if cost is not None:
            value = cost.curve.value / cost.width
            gained = end_level(value) - median(value[: tail_of(len(value))])
            return gained >= rise and -kendall(cost.bins.y) >= agree
    return None


def score_rose_to(run: Run, level: float, *, least: int, rise: float) -> bool:
    """Say whether a held-out Dice, IoU, AUC or the like rose and ends at a level, from 0 to 1.

    It rose if it ends ``rise`` above its start, and two of three pairs of points agree. A network
    that drifts to one answer for every example raises a recall, and the F1 with it, but none of
    these. ``least`` is the number of points.
    """
    for series in run.series:
        if series.split not in ("val", "test") or not metrics.rises_by_learning(series.metric):
            continue
        cost = _share(run, series.metric, series.split, least)
        if cost is None:
            continue
        value = cost.curve.value / cost.width
        end = end_level(value)
        gained = end - median(value[: tail_of(len(value))])
        if end >= level and gained >= rise and -kendall(cost.bins.y) >= _AGREE:
            return True
    return False


def _accuracy(run: Run, split: str, at_least: int, metric: str = _METRIC) -> Cost | None:
    """Return the cost of the accuracy, None if it was not logged or is not a share."""
    return _share(run, metric, split, at_least)


def _share(run: Run, metric: str, split: str, at_least: int) -> Cost | None:
    """Return the cost of a score, None if it was not logged or is not a share."""
    try:
        cost = cost_in(run, metric, split, at_least=at_least)
    except NotApplicable:
        return None
    return cost if cost.scale == "error" else None
