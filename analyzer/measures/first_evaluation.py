"""Whether a held-out loss ever improved on its first evaluation, and whether a score did."""

from __future__ import annotations

import numpy as np

from analyzer import metrics
from analyzer.measures.accuracy import highest_end_accuracy
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats
from analyzer.stats.flat import levels_along
from analyzer.stats.levels import end_level, end_reach
from analyzer.stats.rank import kendall

FEWEST = 8  # evaluations
_RIGHT = 0.9  # accuracy: a network that is right in nine of ten cases has learnt
_AGREE = 0.3  # Kendall's tau: two of three pairs of points agree
_SHARE = 0.05  # of the first value
_PERPLEXITIES = ("perplexity", "ppl")  # 5 % of it is .05 of a cross-entropy, however high that is


def fall_since_first(run: Run, metric: str, split: str) -> float | None:
    """Return how far the level of a loss was ever below its first evaluation, as a share of that.

    Negative if it never was. An evaluation before the first update does not count. None for a curve
    of few points or one that is not above 0; one that never changes fell by nothing, even at 0.
    """
    curve = run.curve(metric, split).finite()
    value = curve.value[1:] if begins_untrained(curve) else curve.value
    if len(value) < FEWEST:
        return None
    if value.min() == value.max():
        return 0.0
    if float(value.min()) <= 0:
        return None
    return 1 - float(levels_along(value).min()) / float(value[0])


def shows_learning(run: Run) -> bool:
    """Say whether a score, an error rate or a perplexity improved, or an accuracy ends near 1."""
    if (highest_end_accuracy(run, at_least=FEWEST) or 0.0) >= _RIGHT:
        return True
    for series in run.series:
        if metrics.tells_errors(series.metric) or metrics.normal(series.metric) in _PERPLEXITIES:
            curve = run.find_curve(series.metric, series.split, at_least=FEWEST)
            if curve is not None and _improved(curve.finite()):
                return True
    return False


def begins_untrained(curve: Curve) -> bool:
    """Say whether the first evaluation is that of step 0, where steps do not only count epochs."""
    return len(curve) > 1 and int(curve.step[0]) == 0 and int(curve.step[1]) > 1


def _improved(curve: Curve) -> bool:
    """Say whether a score ends better than it began, by more than its jitter explains."""
    cost: Floats = curve.value if curve.lower_is_better else -curve.value
    if len(cost) < FEWEST or kendall(cost) > -_AGREE:
        return False
    gained = float(np.median(cost[:3])) - end_level(cost)
    return gained > max(end_reach(cost), _SHARE * abs(float(cost[0])))
