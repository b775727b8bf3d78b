"""Overfitting: the held-out loss turns up and stays up while the training loss keeps falling.

Method
    The held-out curve is taken on a log scale (an accuracy as the log of its error); a long curve
    is binned. It is half smoothed in log time: w raw + (1 - w) local linear, with
    w = n / (n + 100) for n validation examples. The divergence point k is the minimum of that
    curve; a minimum that comes later by the whole run must be lower by ``late`` / sqrt(n), because
    luck makes late minima.

    Three conditions must hold together, each with a probability. The rise (median of the last 5 %
    over the lowest running median; below 60 points, where three of them lag behind a slope, the
    local linear curve from its lowest to its end if that is more and Kendall's tau shows a trend)
    is more than ``min_rise``, in units of its own error, which grows with the path that the curve
    takes after k. The training curve falls from k to the end, in units of its noise. The rise lasts
    (Kendall's tau after k, or the largest later fall against the rise). If fewer than ``few_after``
    points follow, the curve has not turned if it gave back ``most_back`` of the rise among them, or
    if it jumps so much that the level at its end may be off by the rise; if more follow, the rise
    is ``beyond`` times as much or Kendall's tau shows a trend at 5 %. The product of the
    probabilities is the confidence, calibrated on the corpus separately for validation sets of
    known and unknown size. Overfitting is found from ``min_confidence`` on; below ``sure`` it is a
    note, unless the second half of the curve brought nothing while training fell by a fifth (8 of
    11 such runs of the calibration half had turned). A smaller rise is a note, from
    ``shallow_rise`` on, if it is steady (tau of ``steady`` over ``few_after`` points or more; over
    fewer a tau that luck gives as seldom) and doubles the gap to training (tag shallow): of 11 such
    runs of the calibration half, all rose on fresh data, 8 by 2 % or more; of 35 in runs cut to 12
    to 30 evaluations, 34 rose, 30 by 2 % or more (on the test half 134 and 107 of 145;
    ``tests/benchmarks/few.py``).

    The 95 % interval of k comes from kriging: curves are drawn from the posterior of a model whose
    noise wanders as the weights move, as the error of one fixed validation set does. If training
    was logged more often than validation, the lowest point may also lie between two evaluations or
    before the first.

    A score, or a loss of another name, of held-out data alone stands beside the training loss. With
    no training curve, a held-out curve that does not turn up is still judged; if it does,
    nothing tells memorising from an unstable run, and the check stays open.

    With fewer than ``min_points`` evaluations, but at least three, their values alone decide:
    found if the last one is ``few_rise`` above the lowest (``few_rise_once`` if it is the only one
    after it), nothing after the lowest gave back a third of that, and training fell meanwhile; a
    curve that went up, down and up again by a quarter each time only swings. On
    runs of the corpus cut to three to seven evaluations, 97 % of these findings are true on the
    calibration half and 95 % on the test half. The interval then reaches to the neighbouring
    evaluations.
Known limits
    With up to 50 validation examples, one run in eight is judged wrongly; above 300, one in fifty.
    If the answer is open, the report says that the set is too small. A validation loss that rises
    for a reason other than memorising (an annealed term, a shift of the data) is called
    overfitting if the training loss falls. If the log does not show the number of validation
    examples, 100 are assumed (2,000 for the point: taking a large set for small moves it by many
    epochs, the reverse by few). The confidence is calibrated for losses; an accuracy has none.
References
    Prechelt, L. (1998). Early stopping - but when? LNCS 1524. DOI 10.1007/3-540-49430-8_3.
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33(3). DOI
    10.1093/biomet/33.3.239.
    Rasmussen, C. E., Williams, C. K. I. (2006). Gaussian Processes for Machine Learning. MIT Press.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.detectors._base import Detector, calibrated, judge_every, threshold
from analyzer.errors import NotApplicable
from analyzer.measures.data_size import ValidationSize, assumed_examples
from analyzer.measures.few_evaluations import FEWEST, FewTurn, few_turn
from analyzer.measures.lowest_interval import lowest_interval
from analyzer.measures.pairs import cost_pair_or_alone, train_cost_at_val
from analyzer.measures.stalled import has_stalled
from analyzer.measures.turn import Turn, end_and_rise, has_turned
from analyzer.model.diagnosis import Finding, Mark, Onset, Verdict
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.binning import Binned
from analyzer.stats.kriging import clock, slow_unit
from analyzer.stats.levels import end_level, end_reach, largest_fall, level_at, noise_of
from analyzer.stats.rank import has_trend, kendall
from analyzer.stats.smooth import real_share, smooth
from analyzer.stats.zigzag import only_swings


@dataclass(frozen=True, eq=False)
class OverfittingValues(Values):
    """The numbers of a finding."""

    best_level: float  # level of the held-out curve at the divergence point, in its unit
    end_level: float  # smoothed level at its end, in its unit
    rise: float  # from one to the other, as a share of the first (of the range for some scores)
    train_fall: float  # of the training curve from there to the end, likewise
    tau: float  # Kendall's tau of the held-out curve after the divergence point, -1 to 1
    examples: float  # size of the validation set, in examples
    examples_known: bool  # False if that size is assumed


@dataclass(frozen=True)
class Overfitting(Detector):
    """The smoothed divergence point, its 95 % interval, and what follows it."""

    verdict: ClassVar[Verdict | None] = Verdict("overfitting", 10)
    judges_health: ClassVar[bool] = True
    explains: ClassVar[frozenset[str]] = frozenset({"generalization_gap", "plateau"})

    min_points: int = threshold(
        8, "five points to know the level before the turn and three after it", low=5
    )
    min_after: int = threshold(
        3, "fewer points after the minimum cannot tell a turn from a bad epoch", low=1
    )
    few_after: int = threshold(
        20, "below this, a few swings make a trend: Kendall's tau alone proves nothing", low=1
    )
    most_back: float = threshold(
        2 / 3,
        "of runs with few points after the minimum that gave back so much, most had not turned",
        low=0,
    )
    beyond: float = threshold(
        1.5, "of many levels the lowest was picked: luck moves it more than the last one", low=1
    )
    min_rise: float = threshold(
        0.05, "5 % above the lowest loss is worth an earlier checkpoint", low=0
    )
    min_confidence: float = threshold(0.5, "found if it is more likely than not", low=0.05, high=1)
    sure: float = threshold(
        0.6,
        "below three in five it is a note: a coin toss does not deserve a warning",
        low=0,
        high=1,
    )
    shallow_rise: float = threshold(0.02, "medians of a few epochs are good to 2 %", low=0)
    steady: float = threshold(
        0.7, "17 of 20 pairs of points after the lowest one agree that the curve rises", low=0
    )
    rise_unit: float = threshold(
        0.02, "medians of a few epochs are good to 2 % however large the set is", low=0.001
    )
    slow_share: float = threshold(
        0.4,
        "by likelihood on the calibration half: the end and the lowest point share most drift",
        low=0,
    )
    fall_unit: float = threshold(
        0.05,
        "the fall of a training loss is good to 5 %: its last epochs decide the rest",
        low=0.001,
    )
    fall_noise: float = threshold(
        0.2, "a median of some 20 noisy epochs is off by a fifth of their noise", low=0
    )
    late: float = threshold(
        1.0,
        "about one standard deviation of the drift over a whole run: luck makes late minima",
        low=0,
    )
    unknown_examples: int = threshold(
        2000,
        "logs without an accuracy are mostly of large sets; taking one for small moves the point",
        low=1,
    )
    early: float = threshold(
        0.1, "a best point this early means that most of the compute was wasted", low=0, high=1
    )
    few_examples: int = threshold(
        50, "up to this size one run in eight is judged wrongly, above 300 one in fifty", low=0
    )
    few_back: float = threshold(
        1 / 3, "a curve that takes back a third of its rise swings; it has not turned", low=0
    )
    too_few_from: float = threshold(
        0.2, "below this the answer is no for a set of any size", low=0, high=1
    )
    few_rise: float = threshold(
        0.15,
        "of the runs of the corpus with few evaluations that end this high, 95 % had turned",
        low=0,
    )
    few_rise_once: float = threshold(
        0.2, "a single evaluation after the best must show more: nothing else supports it", low=0
    )

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the losses, or the accuracies if no loss can be judged.

        A finding of a loss gets a tag if the accuracy does not fall.
        """
        return judge_every(
            run, self._judge, answers=("too_few_examples", "few_at_best", "few_evaluations")
        )

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose population loss has its minimum before three quarters of the run."""
        return synthetic.overfitting(seed).run

    def turn(self, run: Run, metric: str) -> Turn:
        """Measure the lowest point of the held-out curve and what follows it."""
        val, train = cost_pair_or_alone(run, metric, at_least=self.min_points)
        examples, known = assumed_examples(run)
        bins = val.bins
        trained = np.zeros(len(bins)) if train is None else bins.mean(train_cost_at_val(val, train))
        fit = smooth(bins.t, bins.y, bins.count)
        judged = examples if known else max(examples, self.unknown_examples)
        share = real_share(judged)
        shared = share * bins.y + (1 - share) * fit
        lowest = int(np.argmin(shared + self.late / np.sqrt(judged) * bins.t / bins.t[-1]))
        medians = bins.levels
        end, rise = end_and_rise(bins, fit, lowest)
        falls = [
            level_at(trained, at) - end_level(trained) for at in (lowest, int(np.argmin(medians)))
        ]
        tau = kendall(bins.y[lowest:])
        gave_back = largest_fall(shared[lowest:])
        drawback = gave_back / (max(end - float(shared[lowest]), 0.0) + self.rise_unit)
        passed = clock(bins.t, fit)
        slow = np.sqrt(slow_unit(examples) * (passed[-1] - passed[lowest])) * val.noise_ratio(end)
        rise_error = float(np.hypot(self.rise_unit, self.slow_share * slow))
        margins = {
            "rise": (rise - self.min_rise) / rise_error,
            "stay": max(2 * tau, 1 - drawback),
        }
        if train is not None:
            fall_error = float(np.hypot(self.fall_unit, self.fall_noise * noise_of(trained)))
            margins["fall"] = min(falls) / fall_error
        return Turn(
            val,
            train,
            bins,
            examples,
            known,
            lowest,
            float(shared[lowest]),
            end,
            rise,
            min(falls),
            tau,
            margins,
            self._probability(margins, known=known) if self._turned(bins, lowest, rise) else 0.0,
        )

    def _probability(self, margins: Mapping[str, float], *, known: bool) -> float:
        """Return the product of the calibrated conditions of a validation set of known size."""
        size = "known" if known else "unknown"  # what a rise is worth depends on it
        sure = [calibrated(f"{self.id}.{name}.{size}", value) for name, value in margins.items()]
        return float(np.prod(sure))

    def _turned(self, bins: Binned, lowest: int, rise: float) -> bool:
        """Say whether what follows the lowest point is a turn and no jump."""
        after = int(bins.count[lowest:].sum()) - 1
        if after < self.min_after:
            return False
        if after >= self.few_after:
            return rise > self.beyond * end_reach(bins.y) or has_trend(bins.y[lowest:])
        return has_turned(bins.y, lowest, rise, unit=self.rise_unit, most_back=self.most_back)

    def _judge(self, run: Run, metric: str) -> Iterable[Finding]:
        evaluations = run.curve(metric, run.held_out(metric), at_least=1).finite_points
        if FEWEST <= evaluations < self.min_points:
            return self._judge_few(run, metric)
        turn = self.turn(run, metric)
        if "fall" not in turn.margins and turn.probability >= self.too_few_from:
            split, change = turn.val.curve.split, turn.val.relative(turn.rise)
            raise NotApplicable("rises_alone", metric=metric, split=split, change=change)
        if turn.probability < self.min_confidence:
            if (
                turn.probability >= self.too_few_from
                and turn.examples_known
                and turn.examples <= self.few_examples
            ):
                raise NotApplicable("too_few_examples", examples=int(turn.examples))
            least = {"rise": self.shallow_rise, "fall": self.fall_unit, "agree": self.steady}
            if not turn.is_shallow(**least, after=self.few_after):
                return []
        val, split = turn.val, turn.val.curve.split
        onset = self._onset(turn)
        size = ValidationSize(turn.examples, turn.examples_known)
        values = _values(turn, turn.level, turn.end, turn.tau, size)
        mark = Mark("onset", metric, split, onset.low, onset.high)
        confidence = turn.probability if val.scale == "log" else None
        tags = tuple(self._tags(run, metric, turn))
        if turn.probability < self.min_confidence:
            tags, confidence = ("shallow",), None
        stalled = has_stalled(run, metric, at_least=self.min_points)
        is_sure = turn.probability >= (self.min_confidence if stalled else self.sure)
        severity = "warning" if is_sure else "info"
        return [Finding(self.id, severity, metric, split, onset, values, tags, (mark,), confidence)]

    def few_margin(self, turn: FewTurn) -> float:
        """Return by how much the rise of a few evaluations exceeds what is needed; 0: just so."""
        return turn.rise / (self.few_rise_once if turn.once else self.few_rise) - 1

    def _judge_few(self, run: Run, metric: str) -> Iterable[Finding]:
        """Judge fewer than ``min_points`` evaluations. Raises NotApplicable if it stays open."""
        turn = few_turn(run, metric)
        val, lowest, split = turn.val, turn.lowest, turn.val.curve.split
        margin = self.few_margin(turn)
        came_back = turn.gave_back > self.few_back * turn.rise or only_swings(val.y, lowest)
        if val.scale == "range" or margin < 0 or came_back or turn.fall < self.fall_unit:
            key = "few_at_best" if turn.rise < self.rise_unit else "few_evaluations"
            change = val.relative(turn.rise)
            raise NotApplicable(key, metric=metric, split=split, points=len(val.y), change=change)
        after = min(lowest + 1, len(val.y) - 1)
        at, high = float(val.t[lowest]), float(val.t[after])
        onset = val.onset(at, turn.before, high, turn.train)
        tau, size = kendall(val.y[lowest:]), assumed_examples(run)
        values = _values(turn, float(val.y[lowest]), float(val.y[-1]), tau, size)
        mark = Mark("onset", metric, split, onset.low, onset.high)
        confidence = calibrated(f"{self.id}.few", margin) if val.scale == "log" else None
        return [
            Finding(self.id, "warning", metric, split, onset, values, ("few",), (mark,), confidence)
        ]

    def _onset(self, turn: Turn) -> Onset:
        """Return the divergence point with the 95 % interval of the true curve's lowest point."""
        low, high = lowest_interval(turn.val, turn.train, turn.examples)
        return turn.val.onset(float(turn.bins.t[turn.lowest]), low, high, turn.train)

    def _tags(self, run: Run, metric: str, turn: Turn) -> Iterable[str]:
        """Yield what the checklist depends on: a very early best point, an accuracy that holds."""
        t = turn.bins.t
        if t[turn.lowest] - t[0] < self.early * (t[-1] - t[0]):
            yield "best_early"
        if turn.examples_known and turn.examples <= self.few_examples:
            yield "few_examples"
        if metric == "loss" and "accuracy" in run.metrics_of("score"):
            try:
                if self.turn(run, "accuracy").probability < self.min_confidence:
                    yield "accuracy_holds"
            except NotApplicable:
                return


def _values(
    turn: Turn | FewTurn, lowest: float, end: float, tau: float, size: ValidationSize
) -> OverfittingValues:
    """Return the numbers of a finding; ``lowest`` and ``end`` are costs."""
    val, train = turn.val, turn.train or turn.val
    return OverfittingValues(
        best_level=val.level(lowest),
        end_level=val.level(end),
        rise=val.relative(end - lowest),
        train_fall=-train.relative(-turn.fall),
        tau=tau,
        examples=size.examples,
        examples_known=size.known,
    )
