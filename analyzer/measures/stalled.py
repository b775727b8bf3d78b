"""A held-out curve that got no better over its second half while training went on."""

from __future__ import annotations

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.measures.pairs import cost_pair, train_cost_at_val
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats
from analyzer.stats.flat import is_no_better
from analyzer.stats.levels import end_level, level_at, noise_of

FALL = 0.2  # training that falls by a fifth meanwhile learns what does not carry over


def has_stalled(run: Run, metric: str, *, at_least: int, fall: float = FALL) -> bool:
    """Say whether a held-out curve got no better over its second half while training fell.

    Training fell by ``fall`` of the log cost and by more than the curve jitters: where it jitters
    by more than training gained, its levels are luck. False with fewer than ``at_least`` points.
    """
    try:
        val, train = cost_pair(run, metric, at_least=at_least)
    except NotApplicable:
        return False
    half, y = val.bins.half, val.bins.y
    trained = val.bins.mean(train_cost_at_val(val, train))
    fell = level_at(trained, half) - end_level(trained)
    return is_no_better(y, half) and fell >= max(fall, noise_of(y))


def first_as_good(y: Floats, half: int, reach: float) -> tuple[int, int, int]:
    """Return where a stalled curve is first as good as it gets, and an interval of that.

    ``y`` are the levels of a cost, and ``reach`` is how far one of them may be off. The place is
    the first that is as low as all of the second half (from index ``half``) and above the lowest
    by no more than ``reach``. The interval runs from the first that is as low but for the range of
    that half, or for twice the ``reach``, to the lowest.
    """
    late, lowest = y[half:], float(y.min())
    limit = min(float(late.max()), lowest + reach)
    wider = limit + min(float(np.ptp(late)), reach)
    at, low = (int(np.argmax(y <= bound)) for bound in (limit, wider))
    return at, low, max(at, int(np.argmin(y)))
