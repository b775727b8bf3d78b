"""A contrast: the levels of some runs against those of a baseline, and what they prove."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from analyzer.comparing.far_apart import FAR, Reached, certain
from analyzer.stats.bootstrap import Difference, mean_difference, paired_difference

BETTER, WORSE, UNCLEAR = "better", "worse", "no_clear_difference"
NOT_COMPARED = "not_compared"  # one side lacks the metric, or logs it on an unknown scale


@dataclass(frozen=True)
class Sample:
    """The levels of runs, None if the metric was not logged, with the seed that drew each.

    ``raw`` are the best values that were logged, which decide nothing. ``reached`` is what is known
    of each run beside its level, if anything is.
    """

    values: tuple[float | None, ...]
    seeds: tuple[str | None, ...]
    raw: tuple[float | None, ...] = field(default=(), kw_only=True)
    reached: tuple[Reached, ...] = field(default=(), kw_only=True)

    @property
    def known(self) -> list[float]:
        """The levels of the runs that logged the metric."""
        return [value for value in self.values if value is not None]

    @property
    def mean(self) -> float | None:
        """The mean of the known values."""
        return float(np.mean(self.known)) if self.known else None

    @property
    def raw_mean(self) -> float | None:
        """The mean of the known best values as they were logged."""
        known = [value for value in self.raw if value is not None]
        return float(np.mean(known)) if known else None

    @property
    def deviation(self) -> float | None:
        """The standard deviation of the known values, None if there is only one."""
        with np.errstate(over="ignore"):
            return float(np.std(self.known, ddof=1)) if len(self.known) > 1 else None


@dataclass(frozen=True)
class Contrast:
    """A sample against a baseline; ``difference`` is None if the metric is missing on a side."""

    base: Sample
    sample: Sample
    answer: str
    difference: Difference | None

    @property
    def is_single(self) -> bool:
        """Whether each side is one run, so that nothing shows how much repeats differ."""
        return len(self.base.known) == len(self.sample.known) == 1

    @property
    def certain(self) -> str | None:
        """What is certain of two single runs all the same: see ``far_apart.certain``."""
        found = certain_of_single(self.base, self.sample)
        return None if self.difference is None and found == FAR else found


def certain_of_single(base: Sample, sample: Sample) -> str | None:
    """Return what is certain of two samples of one run each, None if a sample has more runs."""
    if len(base.reached) != 1 or len(sample.reached) != 1:
        return None
    return certain(base.reached[0], sample.reached[0])


def contrast(base: Sample, sample: Sample, *, lower_is_better: bool) -> Contrast:
    """Judge a sample: better or worse only if the 95 % interval of the difference excludes 0."""
    if not base.known or not sample.known:
        return Contrast(base, sample, NOT_COMPARED, None)
    difference = _difference(base, sample)
    answer = UNCLEAR
    if difference.low is not None and difference.high is not None:
        if difference.high < 0:
            answer = BETTER if lower_is_better else WORSE
        elif difference.low > 0:
            answer = WORSE if lower_is_better else BETTER
    return Contrast(base, sample, answer, difference)


def _difference(base: Sample, sample: Sample) -> Difference:
    """Return the difference: by pairs if both samples have one run for each of the same seeds."""
    drawn = dict(zip(base.seeds, base.values, strict=True))
    others = dict(zip(sample.seeds, sample.values, strict=True))
    pairs = []
    for seed in drawn:
        first, second = drawn[seed], others.get(seed)
        if seed is not None and first is not None and second is not None:
            pairs.append((first, second))
    if len(pairs) == len(base.values) == len(sample.values) > 1:
        found = paired_difference(*np.array(pairs).T)
        if found.low is not None:
            return found
    return mean_difference(np.array(base.known), np.array(sample.known))
