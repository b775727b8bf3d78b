"""Plateau: a loss that has stopped changing although the run went on.

Method
    The curve (held-out, else training) on a log scale, as running medians of 5 % of its points
    (at least three). The band is the highest minus the lowest of them over the last ``min_share``
    of the run. The gain is the fall from the start to the lowest. The start is the first held-out
    value or, if that is higher, the first training value (the first held-out value comes after an
    epoch of learning), higher by at most ``max_head_start``.

    Found if the band is below ``max_band`` of the gain and training keeps ``min_kept`` of its
    own gain. The plateau begins where the curve enters that band for good. The interval runs from
    the entry into a band ``interval_ratio`` times as wide to the entry into a band
    ``interval_ratio`` times as narrow.

    A run that has converged ends flat too, and nothing is wrong with it but the compute: that is a
    note (tag converged). It is a warning if the run is stuck: training falls by ``stuck_fall`` over
    the plateau (tag train_still_falls), or the learning rate is logged and still at half of its
    highest (tag rate_high), and the confidence is ``sure``. A held-out curve may jitter too much
    for the band, or its first value may lie so far above the rest that no band means anything; it
    is still stuck if the median of its second half is no lower than the best level of its first
    half while training falls by ``stuck_fall`` and by more than the curve jitters (tag stalled; it
    begins where the curve is first as low as in all of its second half, and no further above its
    lowest level than a level may be off); a band that is flat by its gain then needs no ``sure``,
    since a high first value makes any gain large. A note on a plateau of ``most_of_run`` or more
    has a tag of that name: no report advises to keep such a run as it is.
Known limits
    A slow staircase (a step decay about to fire) looks like a plateau until the next step. A run
    that has converged to the best it can reach is flat too, and so is the end of every schedule
    that lets the rate fall to zero; the checklist therefore suggests stopping earlier before it
    suggests another rate. The interval reflects the definition, not noise; it contains the true
    start of 97 % of the plateaus found on the calibration half.
References
    Prechelt, L. (1998). Early stopping - but when? LNCS 1524 (progress of training over a strip
    of epochs). DOI 10.1007/3-540-49430-8_3.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.detectors._base import Detector, calibrated, judge_first, threshold
from analyzer.errors import NotApplicable
from analyzer.measures.cost import Cost
from analyzer.measures.pairs import cost_in, cost_pair
from analyzer.measures.rate import rate_left
from analyzer.measures.stalled import FALL, first_as_good, has_stalled
from analyzer.model.diagnosis import Finding, Mark, Verdict
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats
from analyzer.stats.binning import Binned
from analyzer.stats.flat import entries, last_band
from analyzer.stats.levels import end_level, end_reach, level_at
from analyzer.stats.rank import kendall


@dataclass(frozen=True, eq=False)
class PlateauValues(Values):
    """The numbers of a finding."""

    margin: float  # ln(max_band / band)
    share: float  # of the run, from the start of the plateau to the end
    change: float  # fall of the cost since the plateau began, as a share of the whole gain
    band: float  # of the last ``min_share`` of the run, as a share of the whole gain
    level: float  # median on the plateau, in the unit of the metric
    steps: int  # from the start of the plateau to the end


@dataclass(frozen=True, eq=False)
class Flat:
    """The band of the end of a run against its gain.

    ``margin`` is 0 if the band is just narrow enough.
    """

    cost: Cost
    bins: Binned
    y: Floats
    band: float
    gain: float
    kept: float
    margin: float


@dataclass(frozen=True)
class Plateau(Detector):
    """A last third that brought almost nothing."""

    verdict: ClassVar[Verdict | None] = Verdict("plateau", 30)
    judges_rewards: ClassVar[bool] = True

    min_points: int = threshold(10, "a third of the run must hold more than three points", low=6)
    min_share: float = threshold(
        1 / 3,
        "a shorter flat end is ordinary convergence; a third is compute worth saving",
        low=0.05,
        high=0.9,
    )
    max_band: float = threshold(
        0.02, "2 % of the gain over a third of the run is not worth the compute", low=0
    )
    min_kept: float = threshold(
        0.5,
        "a flat end after training has lost half of its gain is another problem",
        low=0,
        high=1,
    )
    min_gain: float = threshold(
        0.1, "a run that gained less than 10 % has no progress that could have ended", low=0
    )
    min_trend: float = threshold(
        0.3, "a noisy reward has risen if 65 % of the pairs of its points say so", low=0, high=1
    )
    max_head_start: float = threshold(
        0.3, "the first epoch brings 26 % or less in most runs; more is a bad start", low=0
    )
    sure: float = threshold(
        0.667,
        "a flat end costs compute, not the result: it must be more likely than two in three",
        low=0,
        high=1,
    )
    train_falls: float = threshold(
        0.08, "training that falls by 8 % over the plateau has not stopped", low=0
    )
    stuck_fall: float = threshold(
        FALL, "training that falls by a fifth meanwhile learns what does not carry over", low=0
    )
    high_rate: float = threshold(
        0.5, "a rate that was never halved leaves the usual remedy untried", low=0, high=1
    )
    most_of_run: float = threshold(
        0.5,
        "a flat stretch longer than all the learning before it: the run stopped learning early",
        low=0.05,
        high=1,
    )
    interval_ratio: float = threshold(
        4.0,
        "the true start is between a band four times as wide and as narrow in 97 % of cases",
        low=1,
    )

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the first loss (else accuracy) with enough points, held-out before training."""
        return judge_first(run, self._judge, held_out_first=True)

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run that falls to a floor in its first third and stays there."""
        return synthetic.plateau(seed).run

    def flat(self, run: Run, metric: str, split: str) -> Flat:
        """Measure the band of the end of the run and the gain of the whole."""
        cost = cost_in(run, metric, split, at_least=self.min_points)
        bins = cost.bins
        y = bins.levels
        band = last_band(bins.t, bins.y, last=self.min_share)
        gain = self._start(run, metric, split, cost) - float(y.min())
        has_progress = gain >= self.min_gain
        if metric in run.rewards:  # its noise may span its whole range
            has_progress = -kendall(bins.y) >= self.min_trend
        if not has_progress:
            raise NotApplicable("no_progress", least=self.min_gain)
        return Flat(
            cost=cost,
            bins=bins,
            y=y,
            band=band,
            gain=gain,
            kept=self._kept(run, metric, cost),
            margin=float(np.log(self.max_band * gain / max(band, 1e-12))),
        )

    def _judge(self, run: Run, metric: str, split: str) -> Iterable[Finding]:
        found = self.flat(run, metric, split)
        is_flat = found.margin >= 0 and found.kept >= self.min_kept
        stuck = split != run.trained_on(metric) and has_stalled(
            run, metric, fall=self.stuck_fall, at_least=self.min_points
        )
        stalled = stuck and not is_flat
        if not is_flat and not stalled:
            return []
        cost, t, y = found.cost, found.bins.t, found.y
        if stalled:
            at, low, high = first_as_good(y, found.bins.half, end_reach(found.bins.y))
        else:
            widths = np.array([1.0, self.interval_ratio, 1 / self.interval_ratio])
            at, low, high = entries(y, self.max_band * found.gain * widths)
        onset = cost.onset(float(t[at]), float(t[low]), float(t[high]))
        share = float((t[-1] - t[at]) / (t[-1] - t[0]))
        measured = split != run.trained_on(metric) and cost.scale == "log" and not stalled
        confidence = calibrated(self.id, found.margin)
        tags = (
            ("stalled", "train_still_falls")
            if stalled
            else self._tags(run, metric, split, float(t[at]))
        )
        sure = stuck or confidence >= self.sure
        is_reward = metric in run.rewards  # a flat one may be the best there is
        is_note = not sure or "converged" in tags or is_reward
        if is_note and share >= self.most_of_run:
            tags = ("most_of_run", *tags)
        finding = Finding(
            detector=self.id,
            severity="info" if is_note else "warning",
            metric=metric,
            split=split,
            onset=onset,
            values=PlateauValues(
                margin=found.margin,
                share=share,
                change=float(y[at] - y[-1]) / found.gain,
                band=found.band / found.gain,
                level=cost.level(float(np.median(found.bins.y[at:]))),
                steps=int(cost.curve.step[-1]) - onset.step,
            ),
            tags=tags,
            marks=(Mark("span", metric, split, onset.step, int(cost.curve.step[-1])),),
            confidence=confidence if measured else None,
        )
        return [finding]

    def _kept(self, run: Run, metric: str, cost: Cost) -> float:
        """Return which share of its gain the training curve (else this one) keeps to the end."""
        with suppress(NotApplicable):
            cost = cost_in(run, metric, run.trained_on(metric), at_least=self.min_points)
        start = float(cost.bins.y[0])
        gain = start - float(cost.bins.levels.min())
        return (start - end_level(cost.bins.y)) / gain if gain > 0 else 1.0

    def _start(self, run: Run, metric: str, split: str, cost: Cost) -> float:
        """Return the cost from which the gain counts: the first value, or a higher one of training.

        The latter is higher by at most ``max_head_start``.
        """
        first = float(cost.y[0])
        if split == run.trained_on(metric) or cost.scale == "range":
            return first
        try:
            _, train = cost_pair(run, metric, at_least=1)
        except NotApplicable:
            return first
        if train.scale != cost.scale:
            return first
        return max(first, min(float(train.y[0]), first + self.max_head_start))

    def _tags(self, run: Run, metric: str, split: str, t: float) -> tuple[str, ...]:
        """Return what tells a run that is stuck from one that has converged, from time t on."""
        fall = self._train_fall(run, metric, split, t)
        left = rate_left(run)
        high = left is not None and left >= self.high_rate
        tags = ["train_still_falls"] if fall > self.train_falls else []
        if high:
            tags.append("rate_high")
        if fall < self.stuck_fall and not high:
            tags.append("converged")
        return tuple(tags)

    def _train_fall(self, run: Run, metric: str, split: str, t: float) -> float:
        """Return the fall of the training cost from a time on, 0 if it is judged or missing."""
        if split == run.trained_on(metric):
            return 0.0
        try:
            val, train = cost_pair(run, metric, at_least=self.min_points)
        except NotApplicable:
            return 0.0
        bins = train.bins
        begins = train.t[
            np.searchsorted(train.x, val.x[val.index_at(t)]).clip(max=len(train.t) - 1)
        ]
        at = int(np.searchsorted(bins.t, begins).clip(max=len(bins) - 1))
        return level_at(bins.y, at) - end_level(bins.y)
