"""Exploding loss: a loss that ran away from where it had been, and did not come back.

Method
    The training curve (held-out if there is no other) on a log scale, against its own start. The
    start is the first value; a first value that is lower than the next ones by no more than their
    noise, or that a later value comes near to, was luck, and the median of the first 5 % of the
    points takes its place. Levels are medians of 5 % of the points, at least three, so that neither
    one lucky batch nor one spike decides. It has exploded if its highest level is at least
    ``min_factor`` times the start and the level at the end is above the start, or if the level at
    the end is at least ``min_end`` times the start, unless the log begins in the middle of the
    training, where the first value may be any batch's. If both curves were logged, both must end
    above their start, so that a validation loss that grows through over-confidence, or an annealed
    term in the training loss, is not called an explosion. If a loss has only parts and no total,
    all parts must explode. The onset is the first value that stays above ``min_back`` times the
    lowest level before, or above the limit if that comes earlier.

    A loss that learnt and blew up again may end near its start or below it. It has lost what it
    learnt (tag lost) if in every curve the level at the end is ``min_back`` times the lowest level,
    by ``luck`` deviations of the noise, gives back ``min_lost`` of the fall on the log scale, and
    the last tenth of the points is nearer to the end than to the lowest level. The middle half of
    the rise takes at most ``abrupt`` of the run, and the loss does not fall again after it
    (Kendall's tau above -``falls``), as in the stages of a curriculum. It is critical if
    both curves end within ``near_start`` of their start or above it. A held-out loss alone may also
    rise by overfitting, and is not judged so. A run that is back there at
    ln K (within ``near_guess``) guesses, which is no learning.

    A loss that takes values below zero has no factor. It runs away if it ends below zero,
    ``min_factor`` times as far from zero as it began, and falls in the second half of the run at
    ``straight`` times the pace of the first or faster: a loss with a floor slows down.
Known limits
    If the first value was logged after the explosion, the loss seems only to recover. A loss
    that ends below ``min_end`` times its start and below ``min_back`` times its lowest level is not
    found here. A curriculum whose stages become harder more than once looks like a run that lost
    what it learnt.
References
    Pascanu, R., Mikolov, T., Bengio, Y. (2013). On the difficulty of training recurrent neural
    networks. ICML 28(3). arXiv:1211.5063.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.detectors._base import Detector, lost_onset, onset_between, threshold
from analyzer.errors import NotApplicable
from analyzer.measures.guessing import nearest_classes
from analyzer.measures.late_start import begins_late
from analyzer.model.diagnosis import Finding, Mark, Onset, Verdict
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats
from analyzer.stats.flat import levels_along
from analyzer.stats.levels import end_level, noise_of, tail_of
from analyzer.stats.rank import kendall

_SAMPLE = 1_000  # points that show whether a loss of many points may have risen at all
_TINY = np.finfo(float).tiny


@dataclass(frozen=True, eq=False)
class ExplodingLossValues(Values):
    """The numbers of a finding; all but the ratios are values of the loss."""

    start: float  # first value, or the level of the first points if the first one was luck
    peak: float  # value farthest from where it should be: the largest, below zero the lowest
    end_level: float  # median of the last 5 % of the run
    factor: float  # peak / start
    lowest: float | None = None  # lowest level, of a loss that is never below zero
    times: float | None = None  # end_level / lowest


@dataclass(frozen=True)
class ExplodingLoss(Detector):
    """A loss that left its start for good, upwards or far below zero."""

    verdict: ClassVar[Verdict | None] = Verdict("diverged", 50)
    explains: ClassVar[frozenset[str]] = frozenset(
        {
            "overfitting",
            "underfitting",
            "plateau",
            "oscillation",
            "generalization_gap",
            "no_learning",
        }
    )

    min_points: int = threshold(4, "a start, a jump and two values to show that it lasts", low=3)
    min_factor: float = threshold(
        10.0, "ten times the untrained loss: no stable run gets there", low=2
    )
    min_end: float = threshold(
        1.3, "of 2,871 runs none that learnt ended with both losses so far above their start", low=1
    )
    sure_end: float = threshold(
        2.0, "a single curve at twice its start: no schedule and no extra term explains that", low=1
    )
    straight: float = threshold(
        0.9, "a straight fall has no floor; noise makes a tenth of difference between halves", low=0
    )
    luck: float = threshold(
        4.0, "noise does not carry a single value farther than four deviations", low=1
    )
    min_back: float = threshold(
        2.0,
        "twice its lowest level: a term that is annealed in or a cycle of the rate adds less",
        low=1,
    )
    min_lost: float = threshold(
        0.5, "a loss near 0 may double without losing half of what was learnt", low=0, high=1
    )
    abrupt: float = threshold(
        0.1, "a slow rise over more of the run is a term of the loss or a harder task", low=0
    )
    falls: float = threshold(
        0.5, "three of four pairs of points agree: what falls again is learning", low=0, high=1
    )
    near_start: float = threshold(
        0.1, "a first epoch or a smaller last layer makes a tenth of difference", low=0
    )
    near_guess: float = threshold(
        0.03, "a loss that comes to rest this near to ln K guesses: it did not run away", low=0
    )
    like: float = threshold(
        2.0, "a later value within two deviations: the first was low as others are", low=0
    )

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the losses, training before held-out; of a loss in parts, all must explode."""
        metrics = run.metrics_of("loss")
        if not metrics:
            raise NotApplicable("no_loss")
        reasons: list[NotApplicable] = []
        judged: list[Finding | None] = []
        for metric in metrics:
            try:
                judged.append(self._judge(run, metric))
            except NotApplicable as reason:
                reasons.append(reason)
        if not judged:
            raise reasons[0]
        exploded = [finding for finding in judged if finding is not None]
        return exploded[:1] if len(exploded) == len(judged) else []

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose losses explode within its first half and only creep down later."""
        return synthetic.exploding(seed).run

    def _judge(self, run: Run, metric: str) -> Finding | None:
        curves = self._curves(run, metric)
        if any(curve.value.min() < 0 for curve in curves):
            return self._judge_below_zero(curves)
        logs = [_log(curve.value) for curve in curves]
        starts = [self._start(y) for y in logs]
        if any(end_level(y) <= start for y, start in zip(logs, starts, strict=True)):
            return self._judge_lost(run, curves, logs)
        start, y = starts[0], logs[0]
        peak, end = float(levels_along(y).max()), end_level(y)
        if peak - start >= np.log(self.min_factor):
            limit = start + np.log(self.min_factor)
        elif end - start >= np.log(self.min_end) and not begins_late(curves[0]):
            limit = start + np.log(self.min_end)
        else:
            return self._judge_lost(run, curves, logs)
        low = int(np.flatnonzero(y <= start)[-1]) if (y <= start).any() else 0
        above = y[low:] >= limit
        if not above.any():
            return None
        lowest = float(levels_along(y).min())
        values = ExplodingLossValues(
            start=float(np.exp(start)),
            peak=float(curves[0].value.max()),
            end_level=float(np.exp(end)),
            factor=float(curves[0].value.max() / np.exp(start)),
            lowest=float(np.exp(lowest)),
            times=float(np.exp(end - lowest)),
        )
        at, low = self._left(y, low + int(np.argmax(above)), low)
        onset = onset_between(curves[0], at, low)
        sure = len(curves) > 1 or max(peak, end) - start >= np.log(self.sure_end)
        severity = "critical" if sure else "warning"
        return self._finding(curves[0], onset, values, severity=severity, tags=("above_start",))

    def _left(self, y: Floats, at: int, low: int) -> tuple[int, int]:
        """Return where a loss left its lowest level for good, and the last point before that.

        ``at`` is where it passed the limit and ``low`` the last point at or below its start: a loss
        that learnt first, and then grows from point to point, had left its level long before.
        """
        if not at:
            return at, low
        lowest = float(levels_along(y)[:at].min())
        chance = self.luck * noise_of(y[:at])
        calm = np.flatnonzero(y[:at] <= lowest + chance)
        near = np.flatnonzero(y[:at] <= lowest + max(chance, float(np.log(self.min_back))))
        if not len(calm):
            return at, low
        return int(near[-1]) + 1, min(low, int(calm[-1]))

    def _judge_lost(self, run: Run, curves: list[Curve], logs: list[Floats]) -> Finding | None:
        """Find a loss that learnt and lost most of it again, in every curve."""
        is_trained = any(curve.split == run.trained_on(curve.metric) for curve in curves)
        if not is_trained or not all(self._is_lost(y) for y in logs):
            return None
        curve, y = curves[0], logs[0]
        levels, end = levels_along(y), end_level(y)
        below = int(np.flatnonzero(levels < (levels.min() + end) / 2)[-1])
        if not self._runs_away(y, levels, below):
            return None
        at_start = all(end_level(y) >= y[0] - self.near_start for y in logs)
        if at_start and nearest_classes(run, float(np.exp(end)), near=self.near_guess):
            return None
        values = ExplodingLossValues(
            start=float(curve.value[0]),
            peak=float(curve.value[below:].max()),
            end_level=float(np.exp(end)),
            factor=float(curve.value[below:].max() / curve.value[0]),
            lowest=float(np.exp(levels.min())),
            times=float(np.exp(end - levels.min())),
        )
        severity = "critical" if at_start and len(curves) > 1 else "warning"
        onset = lost_onset(curve, y)
        return self._finding(curve, onset, values, severity=severity, tags=("lost",))

    def _runs_away(self, y: Floats, levels: Floats, below: int) -> bool:
        """Say whether a loss rose at once and stayed, rather than by design or for a new task."""
        lowest, end = float(levels.min()), end_level(y)
        low, high = (lowest + share * (end - lowest) for share in (0.25, 0.75))
        before = int(np.flatnonzero(levels[: below + 1] <= low)[-1])
        after = np.flatnonzero(levels[below:] >= high)
        if not len(after) or below + int(after[0]) - before > max(3, self.abrupt * len(y)):
            return False
        rest = y[below + int(after[0]) :]
        rest = rest[:: 1 + len(rest) // _SAMPLE]
        return kendall(rest) > -self.falls

    def _is_lost(self, y: Floats) -> bool:
        """Say whether a loss, on a log scale, gave back most of its fall for good."""
        end = end_level(y)
        sample = y[:: 1 + len(y) // _SAMPLE]
        if end - float(levels_along(sample).min()) < np.log(self.min_back) / 2:
            return False
        lowest = float(levels_along(y).min())
        rise = end - lowest
        if rise < max(np.log(self.min_back), self.luck * noise_of(y)):
            return False
        last = y[-max(tail_of(len(y)), len(y) // 10) :]
        gave_back = rise >= self.min_lost * (float(y[0]) - lowest)
        return gave_back and bool(last.min() >= (lowest + end) / 2)

    def _judge_below_zero(self, curves: list[Curve]) -> Finding | None:
        """Find a loss that falls below zero without slowing down. Raises NotApplicable."""
        for curve in curves:
            value = curve.value
            begin = float(np.median(np.abs(value[: tail_of(len(value))])))
            half = len(value) // 2
            end = end_level(value)
            rest = max(len(value) - half - (tail_of(len(value)) + 1) / 2, 0.5)  # to its middle
            pace, later = float(value[0] - value[half]) / half, float(value[half] - end) / rest
            far = end < -self.min_factor * max(begin, abs(float(value[0])))
            if not far or later < max(self.straight * pace, _TINY):
                raise NotApplicable("not_positive", metric=curve.metric, split=curve.split)
        curve = curves[0]
        start, end = float(curve.value[0]), end_level(curve.value)
        limit = -self.min_factor * abs(start)
        at = int(np.argmax(curve.value <= limit))
        before = curve.value[: at + 1] >= -abs(start)
        low = int(np.flatnonzero(before)[-1]) if before.any() else 0
        lowest = float(curve.value.min())
        values = ExplodingLossValues(start, lowest, end, abs(lowest / start) if start else np.inf)
        return self._finding(curve, onset_between(curve, at, low), values, tags=("below_zero",))

    def _finding(
        self,
        curve: Curve,
        onset: Onset,
        values: ExplodingLossValues,
        *,
        severity: str = "critical",
        tags: tuple[str, ...] = (),
    ) -> Finding:
        mark = Mark("exploded", curve.metric, curve.split, onset.step, int(curve.step[-1]))
        return Finding(
            detector=self.id,
            severity=severity,
            metric=curve.metric,
            split=curve.split,
            onset=onset,
            values=values,
            tags=tags,
            marks=(mark,),
        )

    def _start(self, y: Floats) -> float:
        """Return the log of the start: the first value unless it was low by luck."""
        tail, noise = tail_of(len(y)), noise_of(y)
        head = float(np.median(y[:tail]))
        is_luck = 0 < head - y[0] <= self.luck * noise
        comes_again = bool((y[tail:] <= y[0] + self.like * noise).any())
        return head if is_luck or (head > y[0] and comes_again) else float(y[0])

    def _curves(self, run: Run, metric: str) -> list[Curve]:
        """Return the training and the held-out curve, as far as logged. Raises NotApplicable."""
        curves: list[Curve] = []
        reasons: list[NotApplicable] = []
        for split in dict.fromkeys((run.trained_on(metric), run.held_out(metric))):
            try:
                curves.append(run.curve(metric, split, at_least=self.min_points).finite())
            except NotApplicable as reason:
                reasons.append(reason)
        if not curves:
            raise reasons[0]
        return curves


def _log(value: Floats) -> Floats:
    """Return the logarithm of a loss; a 0 counts as half the smallest positive value."""
    positive = value[value > 0]
    least = float(positive.min()) / 2 if len(positive) else 1.0
    y: Floats = np.log(np.maximum(value, least))
    return y
