"""Oscillation: a loss that swings around its trend by more than it still gains.

Method
    The training curve (held-out where there is no other) is taken on a log scale and in bins, and only its last half is
    judged. The swing is the standard deviation of the residuals around a local linear trend; the progress is the fall
    of that trend over the half. Oscillation is found where the swing is above ``min_ratio`` of the progress and above
    ``min_swing`` of the loss. It is periodic where one frequency of the residuals passes Fisher's test, else noisy.
Known limits
    A log of single batches swings because batches differ, not because the weights do: long ones are averaged in bins,
    short ones are not. A swing slower than a quarter of the run is taken for trend.
References
    Fisher, R. A. (1929). Tests of significance in harmonic analysis. Proc. R. Soc. A 125(796).
    DOI 10.1098/rspa.1929.0151.
    Cleveland, W. S. (1979). Robust locally weighted regression. JASA 74(368). DOI 10.1080/01621459.1979.10481038.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.curves import UNKNOWN_EXAMPLES, cost_of
from analyzer.detectors._base import Detector, judge_first, threshold
from analyzer.errors import NotApplicable
from analyzer.model import Finding, Mark, Run
from analyzer.stats.binning import bin_curve
from analyzer.stats.periodicity import fisher_period
from analyzer.stats.smooth import local_linear


@dataclass(frozen=True)
class Oscillation(Detector):
    """The swing around the trend of the last half, against what that half still gained."""

    explains: ClassVar[frozenset[str]] = frozenset({"plateau"})

    min_points: int = threshold(12, "six points in the last half are the fewest that show a swing and a trend", low=8)
    min_ratio: float = threshold(1 / 3, "a swing of a third of the progress moves the best epoch by chance", low=0)
    min_swing: float = threshold(0.05, "swings below 5 % of the loss cost no checkpoint worth the name", low=0)
    window: float = threshold(
        0.25, "half-width of the trend, as a share of the half; two swings fit in it", low=0.1, high=1
    )
    chance: float = threshold(
        0.01, "a period is named where noise shows as strong a one in 1 of 100 runs", low=0, high=1
    )

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the first loss (else score) that has enough points, training before held-out."""
        return judge_first(run, self._judge, held_out_first=False)

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose losses swing by a tenth or more to the end."""
        return synthetic.oscillating(seed).run

    def _judge(self, run: Run, metric: str, split: str) -> Iterable[Finding]:
        cost = cost_of(run.curve(metric, split, at_least=self.min_points), UNKNOWN_EXAMPLES)
        bins = bin_curve(cost.t, cost.y)
        late = bins.t >= (bins.t[0] + bins.t[-1]) / 2
        t, y, count = bins.t[late], bins.y[late], bins.count[late]
        if len(t) < self.min_points // 2:
            raise NotApplicable("too_few_points", metric=metric, split=split, points=len(bins), needed=self.min_points)
        trend = local_linear(t, y, count, max(self.window * (t[-1] - t[0]), 2.1 * float(np.diff(t).max())))
        residual = y - trend
        swing = float(np.sqrt(np.average(residual**2, weights=count) * len(t) / max(len(t) - 2, 1)))
        progress = max(float(trend[0] - trend[-1]), 0.0)
        if swing < self.min_swing or swing < self.min_ratio * progress:
            return []
        period = fisher_period(residual, chance=self.chance)
        first = int(cost.curve.step[cost.index_at(float(t[0]))])
        values = {
            "swing": swing,
            "progress": progress,
            "ratio": swing / progress if progress > 0 else None,
            "period": None if period is None else period * float(np.median(np.diff(t))) * cost.spacing,
        }
        tags = ("periodic",) if period is not None else ("noisy",)
        mark = Mark("swing", metric, split, first, int(cost.curve.step[-1]))
        return [Finding(self.id, "warning", metric, split, None, values, tags, (mark,))]
