"""Generalization gap: a large share of what training learnt does not carry over to unseen data.

Method
    Levels are medians of the last 5 %. The gap is held-out minus training loss (training minus
    held-out for a score). What was learnt is the fall of the training curve from the mean of the
    two first values to its end. The share is gap over learnt: at 0 everything carries over, at 1
    nothing does. Its 95 % interval includes the error of the validation set, which is skewed
    because a set rarely holds the few heavy losses, and the error of a logged training loss,
    which is a mean over an epoch in which the weights moved. If the held-out curve swings from
    point to point, its level at the end is partly luck, and the lower end of the interval is that
    level minus Student's quantile of its standard errors (1.96 of many points) if that is lower.

    Found if the share is at least ``min_share`` and the interval excludes ``min_low``: a warning
    if the held-out curve has stopped, else a note, since further training still pays. The curve has
    stopped if the band of its last third, as in plateau, is below ``max_band`` of its gain, if its
    second half closed less than ``min_closed`` of the gap, or if the median of its second half is
    no lower than the best level of its first half while training fell by ``min_train_fall`` on a
    log scale. The gap widens if Kendall's tau of the gap over the last half is above ``widening``.

    A gap of an accuracy below ``min_points_gap`` is a note (tag minor); so is one of which
    ``min_old`` was there at the first evaluation, if training fell by less than ``min_progress`` of
    the start.

    A held-out loss that never got below ln K, with an accuracy that did not rise and is at most
    1.5 / K at the end, has learnt nothing (tag at_guessing). Its share decides alone, and warns:
    where all examples cost about the same, the error of a set is smaller than the interval says.
Known limits
    Both curves must measure the same thing: with dropout or a penalty in the training loss the
    true gap is larger than the logged one, and the upper end of the interval allows for that. A
    log that begins late, or from trained weights, makes what was learnt look small and the share
    large. If no accuracy shows the size of the validation set, 100 examples are assumed; for a
    large set the interval is then wider than necessary.
References
    Hardt, M., Recht, B., Singer, Y. (2016). Train faster, generalize better. ICML.
    arXiv:1509.01240.
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33(3).
    DOI 10.1093/biomet/33.3.239.
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
    inference. JASA 22(158).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.detectors._base import Detector, calibrated, judge_every, threshold
from analyzer.errors import NotApplicable
from analyzer.measures.guessing import never_below_guessing
from analyzer.measures.pairs import EndGap, end_gap
from analyzer.model.diagnosis import Finding, Verdict
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.flat import is_no_better, last_band
from analyzer.stats.levels import end_level, end_reach, level_at
from analyzer.stats.rank import kendall

_PAST_BEST = 0.9  # of the run: a later best level is no reason to have stopped it earlier


@dataclass(frozen=True, eq=False)
class GeneralizationGapValues(Values):
    """The numbers of a finding. Levels are medians of the last 5 %, in the unit of the metric."""

    margin: float  # ln(share / min_share)
    gap: float  # held-out minus training level (reversed for a score)
    share: float  # gap as a share of what training learnt
    low: float  # 95 % interval of the share
    high: float
    tau: float  # Kendall's tau of the gap over the second half
    train_level: float
    val_level: float
    classes: int | None  # K, if the held-out loss never got below ln K
    guess: float | None  # ln K


@dataclass(frozen=True)
class GeneralizationGap(Detector):
    """The gap at the end as a share of what was learnt, with its interval and its trend."""

    verdict: ClassVar[Verdict | None] = Verdict("overfitting", 10)
    explains: ClassVar[frozenset[str]] = frozenset({"plateau"})

    min_points: int = threshold(
        8, "fewer points give neither a level at the end nor a trend of the gap", low=4
    )
    min_share: float = threshold(
        1 / 3, "a third of what training learnt is lost on unseen data", low=0, high=1
    )
    min_low: float = threshold(
        1 / 6, "the interval rules out half of that: the gap is not a matter of luck", low=0
    )
    min_learnt: float = threshold(
        0.05, "a fall below 5 % of the start is too small to take a share of", low=0
    )
    max_band: float = threshold(
        0.02, "a held-out loss that moved by 2 % of its gain over a third has stopped", low=0
    )
    min_closed: float = threshold(
        0.1, "at a tenth of the gap in half of a run, it takes ten such halves to close", low=0
    )
    min_train_fall: float = threshold(
        0.3, "training that falls by a quarter meanwhile learns nothing useful", low=0
    )
    min_points_gap: float = threshold(
        0.05,
        "a gap of less than five points of accuracy is what most good models show",
        low=0,
        high=1,
    )
    min_old: float = threshold(
        0.5, "half of the gap was there at the first evaluation: this run did not open it", low=0
    )
    min_progress: float = threshold(
        0.1, "training from trained weights that fell by less than a tenth is no scale", low=0
    )
    near_guess: float = threshold(
        0.03, "a held-out loss within 3 % of ln K or above has not left guessing", low=0, high=1
    )
    max_excess: float = threshold(
        0.5, "unequal classes are guessed up to half more often than one in K", low=0
    )
    widening: float = threshold(
        0.5, "three of four pairs of points agree that the gap grows", low=0, high=1
    )

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the losses; the scores only if no loss could be judged."""
        return judge_every(run, self._judge)

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose validation loss goes flat early while training falls far below it."""
        return synthetic.gap(seed).run

    def _judge(self, run: Run, metric: str) -> Iterable[Finding]:
        gap = end_gap(run, metric, at_least=self.min_points)
        learnt = self._learnt(run, metric, gap)
        low = min(gap.low, gap.gap - end_reach(gap.held_out))
        share, low, high = gap.gap / learnt, low / learnt, gap.high / learnt
        classes = self._guesses(run, metric, gap)
        if share < self.min_share or (low < self.min_low and classes is None):
            return []
        bins = gap.val.bins
        tau = kendall(bins.mean(gap.sign * (gap.held_out - gap.trained))[bins.half :])
        margin = float(np.log(share / self.min_share))
        stopped = self._stopped(gap)
        tags = ["stopped" if stopped else "still_improves"]
        if tau > self.widening:
            tags.insert(0, "widening")
        if classes is not None:
            tags.insert(0, "at_guessing")
        is_minor = self._is_minor(gap, learnt)
        if stopped and self._is_past_best(gap):
            tags.append("past_best")
        if is_minor:
            tags.append("minor")
        warns = classes is not None or (stopped and not is_minor)
        finding = Finding(
            detector=self.id,
            severity="warning" if warns else "info",
            metric=metric,
            split=gap.val.curve.split,
            onset=None,
            values=GeneralizationGapValues(
                margin=margin,
                gap=gap.gap,
                share=share,
                low=low,
                high=high,
                tau=tau,
                train_level=gap.trained_level,
                val_level=gap.held_out_level,
                classes=classes,
                guess=None if classes is None else float(np.log(classes)),
            ),
            tags=tuple(tags),
            confidence=calibrated(self.id, margin) if gap.val.scale == "log" else None,
        )
        return [finding]

    def _guesses(self, run: Run, metric: str, gap: EndGap) -> int | None:
        """Return K if the held-out loss never got below ln K while training did."""
        if metric != "loss":
            return None
        classes = never_below_guessing(
            run, at_least=self.min_points, near=self.near_guess, excess=self.max_excess
        )
        if classes is None or gap.trained_level > (1 - self.min_learnt) * np.log(classes):
            return None
        return classes

    def _learnt(self, run: Run, metric: str, gap: EndGap) -> float:
        """Return the fall of training from the common start. Raises NotApplicable if too small."""
        start = gap.held_out[0] / 2 + gap.trained[0] / 2  # halved first: no overflow
        fall = gap.sign * (start - gap.trained_level)
        size = max(abs(start), abs(gap.held_out_level), abs(gap.trained_level))
        if fall <= self.min_learnt * size:
            key = "nothing_learnt" if fall > 0 else "nothing_kept"
            split, end = run.trained_on(metric), float(gap.trained_level)
            if not np.isfinite([start, end]).all():
                raise NotApplicable("beyond_floats")
            raise NotApplicable(key, metric=metric, split=split, start=float(start), end=end)
        return float(fall)

    def _is_minor(self, gap: EndGap, learnt: float) -> bool:
        """Say whether a gap is of few points of accuracy, or no work of this run."""
        if gap.val.scale == "error" and gap.gap < self.min_points_gap * gap.val.width:
            return True
        first = gap.sign * float(gap.held_out[0] - gap.trained[0])
        start = abs(float(gap.held_out[0] + gap.trained[0])) / 2
        return first >= self.min_old * gap.gap and learnt < self.min_progress * start

    def _is_past_best(self, gap: EndGap) -> bool:
        """Say whether the best level of the held-out curve lies before its last tenth."""
        t, y = gap.val.bins.t, gap.val.bins.y
        return bool(t[int(np.argmin(y))] < t[0] + _PAST_BEST * (t[-1] - t[0]))

    def _stopped(self, gap: EndGap) -> bool:
        """Say whether more training would leave the gap open.

        The held-out curve is flat, or no better while training fell, or closed next to nothing of
        the gap over its second half.
        """
        y, half = gap.val.bins.y, gap.val.bins.half
        if last_band(gap.val.bins.t, y) <= self.max_band * float(y[0] - y.min()):
            return True
        closed = gap.sign * (level_at(gap.val.bins.mean(gap.held_out), half) - gap.held_out_level)
        if closed < self.min_closed * gap.gap:
            return True
        trained = gap.val.bins.mean(gap.trained_cost)
        fall = level_at(trained, half) - end_level(trained)
        return is_no_better(y, half) and fall >= self.min_train_fall
