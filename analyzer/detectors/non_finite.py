"""Non-finite values: a loss that is NaN or infinite.

Method
    Every logged value of every loss is looked at; nothing is estimated. The onset is the first value that is NaN or
    infinite, its interval reaches back to the last finite value before it. A loss that comes back and stays finite for
    more than half of what follows (a skipped step of mixed precision) is noted as info.
Known limits
    A tracker that leaves such values out instead of writing them hides the event: the gap is not seen.
References
    IEEE 754-2019, clause 6: operations with infinity, operations with NaNs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import metrics, synthetic
from analyzer.detectors._base import Detector, threshold
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Finding, Mark, Onset
from analyzer.model.run import Curve, Run


@dataclass(frozen=True)
class NonFinite(Detector):
    """The first NaN or infinity of a loss."""

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

    def detect(self, run: Run) -> Iterable[Finding]:
        """Look at the losses of every split; the earliest event is the finding."""
        keys = list(
            dict.fromkeys(
                (one.metric, one.split) for one in run.series if metrics.kind(one.metric) == "loss"
            )
        )
        if not keys:
            keys = [
                (one.metric, one.split) for one in run.series if metrics.kind(one.metric) == "score"
            ]
        if not keys:
            raise NotApplicable("no_loss")
        found = [
            self._judge(run.curve(metric, split, at_least=0))
            for metric, split in keys
            if _has_points(run, metric, split)
        ]
        events = [one for one in found if one is not None]
        return sorted(
            events,
            key=lambda one: (
                one.severity != "critical",
                one.onset.step if one.onset else 0,
                one.split,
                one.metric,
            ),
        )[:1]

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose loss turns NaN and stays so."""
        return synthetic.non_finite(seed).run

    def _judge(self, curve: Curve) -> Finding | None:
        bad = ~np.isfinite(curve.value)
        if not bad.any():
            return None
        first = int(np.argmax(bad))
        before = max(first - 1, 0)
        finite_after = float((~bad[first:]).mean())
        recovered = not bad[-1] and finite_after > self.recovered_share
        known = curve.has_epochs
        onset = Onset(
            int(curve.step[first]),
            float(curve.epoch[first]) if known else None,
            int(curve.step[before]),
            int(curve.step[first]),
            float(curve.epoch[before]) if known else None,
            float(curve.epoch[first]) if known else None,
        )
        values = {
            "count": int(bad.sum()),
            "points": len(curve),
            "first": float(curve.value[first]),
            "last_finite": float(curve.value[before]) if first else None,
        }
        tags = [
            name for name, holds in (("recovered", recovered), ("from_start", first == 0)) if holds
        ]
        mark = Mark("non_finite", curve.metric, curve.split, onset.step, int(curve.step[-1]))
        severity = "info" if recovered else "critical"
        return Finding(
            self.id, severity, curve.metric, curve.split, onset, values, tuple(tags), (mark,)
        )


def _has_points(run: Run, metric: str, split: str) -> bool:
    return any(
        len(one) and not one.superseded.all()
        for one in run.series
        if (one.metric, one.split) == (metric, split)
    )
