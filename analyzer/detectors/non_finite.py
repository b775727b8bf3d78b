"""Non-finite values: a loss that is NaN or infinite.

Method
    Every logged value of every loss is checked; nothing is estimated. The onset is the first
    value that is NaN or infinite; its interval reaches back to the last finite value before it.
    A loss that is finite for more than ``recovered_share`` of what follows has recovered and is
    reported as info, unless it ends in a longer gap than any it recovered from: a skipped step of
    mixed precision, or an evaluation that failed occasionally. A metric beside a finite loss of its
    split that has no finite value at all was never computed, and is passed over. Of several curves
    of a loss in one split, another than the judged one counts if it ends behind it.

    A training loss that is exactly 0 from some point to the end, and nowhere before, was NaN and
    logged as 0 (tag as_zero) if the gradient norm is NaN or infinite at each of these points and
    was finite before: Hugging Face's Trainer does so.
Known limits
    A tracker that leaves such values out instead of writing them hides the event: the gap is not
    seen.
References
    IEEE 754-2019, clause 6: operations with infinity, operations with NaNs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import metrics, synthetic
from analyzer.detectors._base import Detector, onset_between, threshold
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Finding, Mark, Verdict
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.values import Values
from analyzer.stats.arrays import Bools


@dataclass(frozen=True, eq=False)
class NonFiniteValues(Values):
    """The numbers of a finding."""

    count: int  # points that are NaN or infinite
    points: int  # points logged
    first: float  # the first value that is not finite
    last_finite: float | None  # the value before it; None if the curve begins with it


@dataclass(frozen=True)
class NonFinite(Detector):
    """The first NaN or infinity of a loss."""

    verdict: ClassVar[Verdict | None] = Verdict("diverged", 50)
    judges_rewards: ClassVar[bool] = True
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

    recovered_share: float = threshold(
        0.5, "a loss that is finite for most of what follows has come back", low=0, high=1
    )

    zeros: int = threshold(
        3, "one or two losses of 0 may be a small number that was rounded", low=2
    )

    def detect(self, run: Run) -> Iterable[Finding]:
        """Check the losses of every split (else the scores); the earliest event is the finding."""
        keys = _curves_of(run, "loss") or _curves_of(run, "score")
        if not keys:
            raise NotApplicable("no_loss")
        found = []
        broken = {
            (series.metric, series.split)
            for series in run.series
            if not np.isfinite(series.value).all()
        }
        for metric, split in keys:
            if (metric, split) in broken and not _is_never_computed(run, metric, split):
                curve = run.curve(metric, split, at_least=0)
                finding = self._judge(curve) or self._judge_behind(run, curve)
                if finding is not None:
                    found.append(finding)
        found += self._logged_as_zero(run)
        return sorted(found, key=_worst_and_earliest)[:1]

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose loss turns NaN and stays NaN."""
        return synthetic.non_finite(seed).run

    def _judge(self, curve: Curve) -> Finding | None:
        bad = ~np.isfinite(curve.value)
        if not bad.any():
            return None
        first = int(np.argmax(bad))
        before = max(first - 1, 0)
        recovered = float((~bad[first:]).mean()) > self.recovered_share and _comes_back(bad)
        onset = onset_between(curve, first, before)
        tags = []
        if recovered:
            tags.append("recovered")
        if first == 0:
            tags.append("from_start")
        return Finding(
            detector=self.id,
            severity="info" if recovered else "critical",
            metric=curve.metric,
            split=curve.split,
            onset=onset,
            values=NonFiniteValues(
                count=int(bad.sum()),
                points=len(curve),
                first=float(curve.value[first]),
                last_finite=float(curve.value[before]) if first else None,
            ),
            tags=tuple(tags),
            marks=(Mark("non_finite", curve.metric, curve.split, onset.step, int(curve.step[-1])),),
        )

    def _judge_behind(self, run: Run, curve: Curve) -> Finding | None:
        """Judge a curve of the same metric that ends behind it: "Loss is nan, stopping"."""
        for series in run.series:
            if (series.metric, series.split) != (curve.metric, curve.split) or not len(series):
                continue
            other = run.curve_of(series)
            is_last = len(other) > 0 and (not len(curve) or other.step[-1] >= curve.step[-1])
            if is_last and not np.isfinite(other.value[-1]):
                return self._judge(other)
        return None

    def _logged_as_zero(self, run: Run) -> list[Finding]:
        """Find a training loss that is exactly 0 since the gradient norm is not finite."""
        loss = run.find_curve("loss", run.trained_on("loss"))
        if loss is None:
            return []
        zero = loss.value == 0
        first = len(zero) - _run_at_end(zero)
        if first == 0 or len(zero) - first < self.zeros or zero[:first].any():
            return []
        since = int(loss.step[first])
        for split in run.splits("grad_norm"):
            norm = run.curve("grad_norm", split, at_least=0)
            bad = ~np.isfinite(norm.value)
            behind = norm.step >= since
            if behind.any() and bad[behind].all() and not bad[~behind].all():
                return [self._as_zero(loss, first, norm)]
        return []

    def _as_zero(self, loss: Curve, first: int, norm: Curve) -> Finding:
        onset = onset_between(loss, first, first - 1)
        return Finding(
            detector=self.id,
            severity="critical",
            metric=loss.metric,
            split=loss.split,
            onset=onset,
            values=NonFiniteValues(
                count=len(loss) - first,
                points=len(loss),
                first=float(norm.value[norm.step >= loss.step[first]][0]),
                last_finite=float(loss.value[first - 1]),
            ),
            tags=("as_zero",),
            marks=(Mark("non_finite", loss.metric, loss.split, onset.step, int(loss.step[-1])),),
        )


def _run_at_end(holds: Bools) -> int:
    """Return how many of the last values hold without a break."""
    return len(holds) if holds.all() else int(np.argmin(holds[::-1]))


def _is_never_computed(run: Run, metric: str, split: str) -> bool:
    """Say whether a rate or a part has no finite value though the loss of its split always has.

    ESPnet prints an error rate as NaN if the recipe does not compute it. A part of the loss that is
    NaN makes the loss NaN, too.
    """
    if metric == "loss" or np.isfinite(run.curve(metric, split, at_least=0).value).any():
        return False
    losses = [series for series in run.series if (series.metric, series.split) == ("loss", split)]
    return any(len(series) and np.isfinite(series.value).all() for series in losses)


def _comes_back(bad: Bools) -> bool:
    """Say whether a curve is finite at its end, or its last gap no longer than one it closed."""
    if not bad[-1]:
        return True
    edges = np.flatnonzero(np.diff(bad, prepend=False, append=False))
    lengths = edges[1::2] - edges[::2]
    return len(lengths) > 1 and bool(lengths[-1] <= lengths[:-1].max())


def _worst_and_earliest(finding: Finding) -> tuple[bool, int, str, str]:
    step = finding.onset.step if finding.onset else 0
    return finding.severity != "critical", step, finding.split, finding.metric


def _curves_of(run: Run, kind: str) -> list[tuple[str, str]]:
    """Return the (metric, split) of every curve of a kind, in the order of the log."""
    keys = [(series.metric, series.split) for series in run.series]
    return [key for key in dict.fromkeys(keys) if metrics.kind(key[0]) == kind]
