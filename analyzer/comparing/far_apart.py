"""Two single runs: what is certain of them although one run each shows no spread.

Either one of the two diverged, or they lie farther apart than the noise within both and than nearly
all repeats of one setting do. Such repeats were trained to set the limits: see
``tests/benchmarks/far_apart.py``, and decision 0019 for what came out.
"""

from __future__ import annotations

from typing import NamedTuple

from analyzer.measures.level import Level
from analyzer.measures.reach import Reach

FAR, BASE_DIVERGED = "far", "baseline_diverged"
DIVERGED = "diverged"  # the verdict too

# The limits were chosen on 48 pairs of settings with four repeats each, counted on 96 fresh ones:
# of 7,030 pairs of repeats 33 are far apart, 29 of them by a loss with other data for each seed.
# Of a loss: how many times the lower level the higher one is. The ratio alone does not suffice: a
# loss near zero differs a hundredfold between repeats.
_TIMES = 3.0
_SHARE = 0.5  # of a loss: the difference by all that the two runs fell
_POINTS = 0.4  # of an accuracy: repeats differ by .36 at most with 100 validation examples or more
# Half intervals of both levels, one after the other: 95 % intervals, so about six standard errors.
_NOISE = 3.0


class Reached(NamedTuple):
    """What one run reached: the level at its best, on the scale that all runs share.

    ``full`` is the highest value of an accuracy on that scale, None for any other metric, and
    ``reach`` the ends of a loss. ``level`` is None for a run without a finite value.
    """

    level: Level | None
    verdict: str
    full: float | None = None
    reach: Reach | None = None


def certain(base: Reached, here: Reached) -> str | None:
    """Return what is certain of a run beside a baseline: FAR, or which diverged; else None."""
    has_diverged = here.verdict == DIVERGED
    if has_diverged != (base.verdict == DIVERGED):
        return DIVERGED if has_diverged else BASE_DIVERGED
    if has_diverged or base.level is None or here.level is None:
        return None
    if not _is_beyond_noise(base.level, here.level):
        return None
    return FAR if _is_beyond_seeds(base, here) else None


def _is_beyond_noise(base: Level, here: Level) -> bool:
    """Say whether two levels lie apart by many times their noise; unknown noise proves nothing."""
    noise = 0.0
    for level in (base, here):
        if level.low is None or level.high is None:
            return False
        noise += (level.high - level.low) / 2
    return abs(here.value - base.value) > _NOISE * noise


def _is_beyond_seeds(base: Reached, here: Reached) -> bool:
    """Say whether two runs lie farther apart than nearly all repeats of one setting do."""
    if base.level is None or here.level is None:
        return False
    low, high = sorted((base.level.value, here.level.value))
    if base.full is not None:
        return high - low >= _POINTS * base.full
    if base.reach is None or here.reach is None or low <= 0:
        return False
    fallen = max(base.reach.high, here.reach.high) - low
    return high >= _TIMES * low and high - low >= _SHARE * fallen
