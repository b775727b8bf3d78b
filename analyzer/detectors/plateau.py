"""Plateau: a loss that has stopped changing although the run went on.

Method
    The curve (validation, else training) is taken on a log scale and in bins. For each possible start, the change from
    there to the end is the least-squares slope times the stretch, with a standard error that counts the correlation of
    the residuals. The plateau is the longest stretch, at least ``min_share`` of the run, whose change is at most
    ``max_change`` of everything the run gained and whose 95 % bound is at most ``max_bound`` of it: a stretch that is
    merely too noisy to judge is not called flat. The interval of its start comes from resampling the residuals in
    blocks and searching again.
Known limits
    A slow staircase (a step decay about to fire) looks like a plateau until the next step. A run that has converged to
    the best it can reach is flat too: the checklist therefore asks to stop earlier before it asks for another rate.
    Where the noise is larger than ``max_bound`` of the gain nothing can be said, and nothing is.
References
    Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure. J. Pharmacokinet. Biopharm. 15(6).
    DOI 10.1007/BF01068419.
    Kunsch, H. R. (1989). The jackknife and the bootstrap for general stationary observations. Ann. Statist. 17(3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analyzer import synthetic
from analyzer.curves import UNKNOWN_EXAMPLES, cost_of, validation_examples
from analyzer.detectors._base import Detector, judge_first, threshold
from analyzer.errors import NotApplicable
from analyzer.model import Finding, Floats, Mark, Run
from analyzer.stats.binning import Binned, bin_curve
from analyzer.stats.bootstrap import block_resample
from analyzer.stats.smooth import smooth
from analyzer.stats.trend import change, stretch_weights


@dataclass(frozen=True)
class Plateau(Detector):
    """The longest final stretch that provably bought next to nothing."""

    min_points: int = threshold(10, "a third of the run must hold more than three points", low=6)
    min_share: float = threshold(1 / 3, "a shorter flat end is ordinary convergence; a third is compute worth saving",
                                 low=0.05, high=0.9)  # fmt: skip
    max_change: float = threshold(0.02, "2 % of the gain over a third of the run is not worth the compute", low=0)
    max_bound: float = threshold(0.05, "a stretch is flat only where 5 % of the gain is ruled out at 95 %", low=0)
    min_gain: float = threshold(6.0, "a gain below six standard deviations of the noise is no progress to end", low=0)
    starts: int = threshold(40, "possible starts; one in forty of the run is finer than the interval ever is", low=5)
    draws: int = threshold(200, "resamples for the interval of the start; its ends move by under 2 % beyond", low=50)

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the first loss (else accuracy) that has enough points, held-out before training."""
        return judge_first(run, self._judge, held_out_first=True)

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run that falls to a floor in its first third and stays there."""
        return synthetic.plateau(seed).run

    def _judge(self, run: Run, metric: str, split: str) -> Iterable[Finding]:
        curve = run.curve(metric, split, at_least=self.min_points)
        cost = cost_of(curve, validation_examples(run) or UNKNOWN_EXAMPLES)
        bins = bin_curve(cost.t, cost.y)
        fit = smooth(bins.t, bins.y, bins.count)
        residual = bins.y - fit
        gain = float(fit[: max(1, len(bins) // 20)].mean() - fit.min())
        if len(bins) < self.min_points or gain <= self.min_gain * float(np.std(residual)) or gain <= 0:
            raise NotApplicable("no_progress")
        starts = self._starts(bins)
        weights = stretch_weights(bins.t, starts, bins.count)
        first = self._first_flat(bins, weights, starts, bins.y, gain)
        if first is None:
            return []
        start = starts[first]
        total, error = change(bins.t[start:], bins.y[start:], bins.count[start:])
        onset = cost.onset(float(bins.t[start]), *self._interval(bins, weights, starts, fit, residual, gain, first))
        end = int(cost.curve.step[-1])
        values = {
            "share": float((bins.t[-1] - bins.t[start]) / (bins.t[-1] - bins.t[0])),
            "change": -total / gain,
            "bound": (abs(total) + 1.96 * error) / gain,
            "level": cost.level(float(np.median(bins.y[start:]))),
        }
        tags = self._tags(run, metric, split)
        marks = (Mark("span", metric, split, onset.step, end),)
        return [Finding(self.id, "warning", metric, split, onset, values, tags, marks)]

    def _starts(self, bins: Binned) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return the bins at which a stretch may start, from a tenth of the run to the last that is long enough."""
        length = bins.t[-1] - bins.t[0]
        places = np.linspace(bins.t[0] + 0.02 * length, bins.t[-1] - self.min_share * length, self.starts)
        starts = np.unique(np.searchsorted(bins.t, places))
        return starts[starts <= len(bins) - 4]

    def _first_flat(
        self, bins: Binned, weights: Floats, starts: np.ndarray[tuple[int], np.dtype[np.int64]], y: Floats, gain: float
    ) -> int | None:
        """Return the index of the earliest start after which the curve is flat, to its end and beyond doubt."""
        flat = np.abs(weights @ y) <= self.max_change * gain
        for index in np.flatnonzero(flat):
            start = starts[index]
            total, error = change(bins.t[start:], y[start:], bins.count[start:])
            if abs(total) + 1.96 * error <= self.max_bound * gain:
                return int(index)
        return None

    def _interval(
        self, bins: Binned, weights: Floats, starts: np.ndarray[tuple[int], np.dtype[np.int64]], fit: Floats,
        residual: Floats, gain: float, first: int,
    ) -> tuple[float, float]:  # fmt: skip
        """Return the 95 % interval of the start, from curves with resampled residuals."""
        resampled = fit + block_resample(residual, draws=self.draws)
        flat = np.abs(resampled @ weights.T) <= self.max_change * gain
        found = np.where(flat.any(1), flat.argmax(1), first)
        low, high = np.quantile(bins.t[starts[found]], [0.025, 0.975])
        return float(low), float(high)

    def _tags(self, run: Run, metric: str, split: str) -> tuple[str, ...]:
        """Say whether the training curve goes on falling where the held-out one is flat."""
        if split == run.trained_on(metric):
            return ()
        try:
            train = cost_of(run.curve(metric, run.trained_on(metric), at_least=self.min_points), UNKNOWN_EXAMPLES)
        except NotApplicable:
            return ()
        half = len(train.y) // 2
        falls = np.median(train.y[half : half + 3]) - np.median(train.y[-3:]) > 0.08
        return ("train_still_falls",) if falls else ()
