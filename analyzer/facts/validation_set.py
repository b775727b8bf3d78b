"""The size of the validation set, and what it makes of the best accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer.facts._base import Fact
from analyzer.measures.cost import PERCENT_FROM
from analyzer.measures.data_size import validation_examples
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.shares import wilson

_FROZEN = 8  # evaluations at one value: fewer may be chance with a small set
_FEW = 300  # examples: with fewer, an accuracy of 0.8 has an interval of more than ten points


@dataclass(frozen=True, eq=False)
class ValidationSetValues(Values):
    """The size of the validation set, and the best accuracy on it with its 95 % interval."""

    tags: tuple[str, ...]
    examples: int | None
    best_accuracy: float | None  # a share, 0 to 1
    low: float | None  # Wilson, E. B. (1927), JASA 22(158)
    high: float | None
    frozen: float | None  # the value of an accuracy that never changes


class ValidationSet(Fact):
    """The smallest number of examples that turns every validation accuracy into a whole count."""

    place: ClassVar[int | None] = 50

    def compute(self, run: Run, best: Best | None) -> ValidationSetValues | None:  # noqa: ARG002 - part of the interface
        """Return the size, or None if nothing in the log shows it or anything else of the set."""
        examples = validation_examples(run)
        share, frozen = _accuracy(run)
        if examples is None and frozen is None:
            return None
        low = high = None
        tags = []
        if examples is not None:
            tags.append("size")
            if share is not None:
                low, high = wilson(share, examples)
                tags.append("interval")
            if examples < _FEW:
                tags.append("small")
        if frozen is not None:
            tags.append("frozen")
        return ValidationSetValues(tuple(tags), examples, share, low, high, frozen)


def _accuracy(run: Run) -> tuple[float | None, float | None]:
    """Return the best held-out accuracy as a share, and its only value if it never changes."""
    curve = run.find_curve("accuracy", run.held_out("accuracy"))
    if curve is None:
        return None, None
    value = curve.finite().value
    if value.min() < 0 or value.max() > 100:
        return None, None
    share = value / (100 if value.max() > PERCENT_FROM else 1)
    is_frozen = len(share) >= _FROZEN and np.ptp(share) == 0 and 0 < share[0] < 1
    return float(share.max()), float(share[0]) if is_frozen else None
