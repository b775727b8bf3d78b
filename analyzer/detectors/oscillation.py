"""Oscillation: a loss whose swings are large compared with what it still gains.

Method
    The last half of the held-out curve (else training) on a log scale. The move is the mean
    absolute change between neighbouring points beyond the steady change, times
    sqrt(n / (n + 100)) for n validation examples: that share of it is movement of the weights,
    the rest is sampling. For a classifier that errs in less than 30 % of its examples, n is scaled
    by the odds of an error, since few errors carry its loss; if n is unknown, 100 are assumed.
    The progress is the change of a straight line over the half.

    Found if the move is above ``min_move`` of the loss and above ``min_ratio`` of the progress,
    up or down. A training curve is averaged in bins first, and its move must be larger, since its
    points differ by their batches. If the point that lies farthest from its neighbours makes
    ``min_spike`` of all movement, the move must be found without it, too: one bad evaluation is no
    swing. A swing is a note (tag small) if
    the move is less than ``min_height`` of the height of the curve, in units of the metric: from
    the first value, but at most ``max_start`` times the median of the first ones, down to the
    lowest. Of an accuracy it is also a note below ``min_points_step``.

    With fewer than ``min_points`` evaluations, but at least ``few``, the held-out curve swings (tag
    few) if it goes up, down and up again by ``few_step`` each time, an initial fall apart, and not
    only in its first half; what the sampling explains is taken off first. Of 461 curves of the
    calibration half, cut to 6 to 11 evaluations, that go up, down and up again so, the loss on
    fresh data does likewise in 92 %.

    The onset is the point after which the steps around a local linear trend have the larger
    variance (one change point, by likelihood), if there is one. Periodic if one frequency passes
    Fisher's test, alternating if the curve turns at more points than noise does.
Known limits
    The detector finds movement of the loss on unseen data. One run cannot show whether the learning
    rate causes it: in half of the runs of the corpus that swing, more than half of the swing
    remains at a tenth of the rate. A training curve is judged only where no held-out curve can be,
    and its swing is a note: single batches differ without any movement of the weights. A swing
    slower than a quarter of the run counts as trend. Periods assume evenly spaced points.
References
    Fisher, R. A. (1929). Tests of significance in harmonic analysis. Proc. R. Soc. A 125(796).
    DOI 10.1098/rspa.1929.0151.
    Bienayme, I.-J. (1874). Sur une question de probabilites. Bull. Soc. Math. France 2.
    Chen, J., Gupta, A. K. (1997). Testing and locating variance changepoints. JASA 92(438).
    DOI 10.1080/01621459.1997.10474026.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.detectors._base import Detector, calibrated, judge_first, threshold
from analyzer.errors import NotApplicable
from analyzer.measures.cost import Cost
from analyzer.measures.data_size import effective_examples
from analyzer.measures.pairs import cost_in
from analyzer.model.diagnosis import Finding, Mark, Onset, Residual, Verdict
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats
from analyzer.stats.binning import bin_curve
from analyzer.stats.changepoint import variance_change
from analyzer.stats.levels import end_level, movement, running_median, swing, tail_of
from analyzer.stats.periodicity import fisher_period, turning_points
from analyzer.stats.smooth import local_linear, real_share
from analyzer.stats.zigzag import RESTLESS, STEP, swings


@dataclass(frozen=True, eq=False)
class OscillationValues(Values):
    """The numbers of a finding."""

    margin: float  # ln(move / least move) or ln(ratio / min_ratio), the smaller one
    move: float  # mean change between neighbouring points, as a share of the loss
    swing: float  # standard deviation around the trend, in units of the cost
    change: float  # of the whole half, as a share of the loss; negative for a fall
    ratio: float | None  # move over progress; None without any progress
    height: float  # move as a share of the height of the curve, in units of the metric
    period: float | None  # in epochs or steps; None if no frequency stands out


@dataclass(frozen=True, eq=False)
class Swing:
    """The move of a curve over its last half and what that half gained.

    ``margin`` is 0 at the thresholds.
    """

    cost: Cost
    t: Floats
    y: Floats
    count: Floats
    half: int
    move: float
    height: float
    progress: float
    margin: float


@dataclass(frozen=True)
class Oscillation(Detector):
    """The move between neighbouring points of the last half, against its progress."""

    verdict: ClassVar[Verdict | None] = Verdict("oscillation", 40)
    explains: ClassVar[frozenset[str]] = frozenset({"plateau", "underfitting"})
    explains_by_tag: ClassVar[Mapping[str, frozenset[str]]] = {
        "few": frozenset({"generalization_gap"})  # the level at the end is luck
    }

    min_points: int = threshold(
        12, "six points in the second half are the fewest that show a swing and a trend", low=8
    )
    few: int = threshold(
        6, "a start and five moves: up, down and up again need three of them", low=5
    )
    few_step: float = threshold(
        STEP, "a loss that rises by a quarter has changed for anybody who looks", low=0.05
    )
    min_ratio: float = threshold(
        1 / 3, "a move of a third of the progress leaves the best epoch to chance", low=0
    )
    min_move: float = threshold(
        0.03, "moves under 3 % of the loss do not cost a checkpoint worth keeping", low=0
    )
    min_train_move: float = threshold(
        0.08,
        "a training curve moves by 5 % in every other run whose loss on fresh data does not",
        low=0,
    )
    min_height: float = threshold(
        0.03, "steps under 3 % of the height of its chart are not seen as a swing", low=0
    )
    min_spike: float = threshold(
        2 / 3, "a point that moves a curve twice as much as all others together", low=0, high=1
    )
    min_points_step: float = threshold(
        0.01,
        "accuracies of one model on 1,000 examples differ by one point through sampling",
        low=0,
        high=1,
    )
    max_start: float = threshold(
        3.0, "a first value above three times the next ones is a bad start, not a fall", low=1
    )
    window: float = threshold(
        0.25,
        "half-width of the trend, as a share of the half; two swings fit in it",
        low=0.1,
        high=1,
    )
    chance: float = threshold(
        0.01, "a period is reported if noise shows one as strong in 1 of 100 runs", low=0, high=1
    )
    excess: float = threshold(2.6, "noise turns that often in 1 of 200 runs", low=0)
    diverged_at: float = threshold(
        3.0, "a loss of three times its start has diverged: it does not swing", low=1
    )
    longest: int = threshold(
        500, "nobody validates 500 times to see single steps; longer curves are averaged", low=100
    )

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the first loss (else score) that has enough points, held-out before training."""
        return judge_first(run, self._judge, held_out_first=True)

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose losses swing by a tenth or more to the end."""
        return synthetic.oscillating(seed).run

    def measure(self, run: Run, metric: str, split: str) -> Swing:
        """Measure the move and the progress of the last half of a curve."""
        examples, _ = effective_examples(run)
        cost = cost_in(run, metric, split, at_least=self.min_points)
        held_out = split != run.trained_on(metric)
        bins = bin_curve(cost.t, cost.y, most=self.longest) if held_out else cost.bins
        half = int(np.searchsorted(bins.t, (bins.t[0] + bins.t[-1]) / 2))
        y = bins.y[half:]
        if len(y) < self.min_points // 2:
            raise NotApplicable(
                "too_few_points",
                metric=metric,
                split=split,
                points=len(bins),
                needed=self.min_points,
            )
        real = float(np.sqrt(real_share(examples)) if held_out else 1.0)
        move = swing(y) * real
        t = bins.t[half:] - bins.t[half:].mean()
        progress = -float(t @ y / (t @ t)) * float(bins.t[-1] - bins.t[half])
        if end_level(y) - float(bins.y[0]) > np.log(self.diverged_at):
            raise NotApplicable("diverged", metric=metric, split=split)
        least = self.min_move if held_out else self.min_train_move
        margin = self._margin(move, progress, least)
        if margin >= 0 and self._is_spike(y):
            calm = self._margin(swing(_without_spike(y)) * real, progress, least)
            margin = min(margin, calm)
        height = self._height(bins.y, half, move) if cost.scale == "log" else move
        return Swing(cost, bins.t, bins.y, bins.count, half, move, height, progress, margin)

    def _margin(self, move: float, progress: float, least: float) -> float:
        """Return ln(move / least) or that of the ratio to the progress, the smaller one."""
        ratio = move / max(abs(progress), 0.1 * move, 1e-12)
        return float(np.log(max(min(move / least, ratio / self.min_ratio), 1e-9)))

    def _is_spike(self, y: Floats) -> bool:
        """Say whether a single point makes most of the movement of a curve."""
        whole, rest = movement(y) * (len(y) - 1), _without_spike(y)
        return whole - movement(rest) * (len(rest) - 1) >= self.min_spike * whole

    def _is_small(self, found: Swing) -> bool:
        """Say whether a swing is too small for its chart, or in points of an accuracy."""
        if found.height < self.min_height:
            return True
        error = float(np.exp(np.median(found.y[found.half :])))
        return found.cost.scale == "error" and found.move * error < self.min_points_step

    def _height(self, y: Floats, half: int, move: float) -> float:
        """Return the move over the last half as a share of the height of the curve, not in logs."""
        value = np.exp(y - y.max())
        start = min(float(value[0]), self.max_start * float(np.median(value[: tail_of(len(y))])))
        return move * float(np.median(value[half:])) / max(start - float(value.min()), 1e-12)

    def around_trend(self, found: Swing) -> Floats:
        """Return what is left of a curve when its trend is taken away, in units of its cost.

        Shape: (bins,).
        """
        t = found.t
        width = max(self.window * (t[-1] - t[found.half]), 2.1 * float(np.diff(t).max()))
        return found.y - local_linear(t, found.y, found.count, width)

    def _few(self, run: Run, metric: str, split: str) -> Finding | None:
        """Return what a few held-out evaluations show; None if they leave it open."""
        curve = run.find_curve(metric, split, at_least=self.few)
        if curve is None or len(curve) >= self.min_points:
            return None
        if split == run.trained_on(metric):
            return None
        cost = cost_in(run, metric, split, at_least=self.few)
        real = float(np.sqrt(real_share(effective_examples(run).examples)))
        t, y, half = cost.bins.t, cost.bins.y, cost.bins.half
        if cost.scale != "log" or swings(y * real, self.few_step) < RESTLESS:
            return None
        has_calmed = not swings(y[half:] * real, self.few_step)
        if has_calmed or end_level(y) - float(y[0]) > np.log(self.diverged_at):
            return None
        move = swing(y) * real
        height = self._height(y, half, move)
        if height < self.min_height:
            return None
        slope, level = np.polyfit(t[half:], y[half:], 1)
        change = float(slope * (t[-1] - t[half]))
        values = OscillationValues(
            margin=float(np.log(move / self.min_move)),
            move=float(np.expm1(move)),
            swing=float(np.std(y[half:] - slope * t[half:] - level)),
            change=float(np.expm1(change)),
            ratio=move / abs(change) if change else None,
            height=height,
            period=None,
        )
        mark = Mark("swing", metric, split, int(cost.curve.step[0]), int(cost.curve.step[-1]))
        return Finding(self.id, "warning", metric, split, None, values, ("few", "noisy"), (mark,))

    def _judge(self, run: Run, metric: str, split: str) -> Iterable[Finding]:
        few = self._few(run, metric, split)
        if few is not None:
            return [few]
        found = self.measure(run, metric, split)
        if found.margin < 0:
            return []
        cost, t, half = found.cost, found.t, found.half
        whole = self.around_trend(found)
        residual = whole[half:]
        spread = float(np.sqrt(np.average(residual**2, weights=found.count[half:])))
        period = fisher_period(residual, chance=self.chance)
        spacing = float(np.median(np.diff(t[half:])))
        values = OscillationValues(
            margin=found.margin,
            move=float(np.expm1(found.move)),
            swing=spread,
            change=float(np.expm1(-found.progress)),
            ratio=found.move / abs(found.progress) if found.progress else None,
            height=found.height,
            period=None if period is None else period * spacing * cost.spacing,
        )
        tags = ["periodic" if period is not None else "noisy"]
        if turning_points(found.y[half:]) > self.excess:
            tags.append("alternating")
        held_out = split != run.trained_on(metric)
        if not held_out:
            tags.insert(0, "training")
        elif self._is_small(found):
            tags.insert(0, "small")
        onset = self._onset(cost, t, whole)
        first = int(cost.curve.step[cost.index_at(float(t[half]))]) if onset is None else onset.step
        mark = Mark("swing", metric, split, first, int(cost.curve.step[-1]))
        measured = held_out and cost.scale == "log"
        confidence = calibrated(self.id, found.margin) if measured else None
        finding = Finding(
            detector=self.id,
            severity="info" if tags[0] in ("small", "training") else "warning",
            metric=metric,
            split=split,
            onset=onset,
            values=values,
            tags=tuple(tags),
            marks=(mark,),
            confidence=confidence,
            residual=Residual(t, whole if cost.scale == "range" else np.expm1(whole)),
        )
        return [finding]

    def _onset(self, cost: Cost, t: Floats, residual: Floats) -> Onset | None:
        """Return where the steps around the trend begin to vary more, or None if they always do.

        It looks at steps, not residuals: near a change the trend itself follows the swing.
        """
        steps = np.diff(residual)
        found = variance_change(steps, chance=self.chance)
        if found is None or np.std(steps[found.at :]) <= np.std(steps[: found.at]):
            return None
        at, low, high = (float(t[place + 1]) for place in (found.at, found.low, found.high))
        return cost.onset(at, low, high)


def _without_spike(y: Floats) -> Floats:
    """Return a curve without the point that lies farthest from the median of its neighbours."""
    return np.delete(y, int(np.argmax(np.abs(y - running_median(y, 3)))))
