"""Gradients whose norm grows while the training loss is learnt and lost again.

A gradient that is never reset sums up all batches so far, so its norm grows with the steps; the
steps grow with it until they throw away what was learnt.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from analyzer.facts._base import Fact
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats
from analyzer.stats.levels import running_median

_FEWEST = 12  # points of either curve
_PARTS = 4  # of the run, of which each must have a higher norm than the one before
_TIMES = 4.0  # growth of the norm: a network that learns, or only oscillates, doubles it at most
_LEARNT = 0.8  # of the first level: a fall of a fifth is learning
_LOST = 1.5  # times the lowest level


@dataclass(frozen=True, eq=False)
class GrowingNormsValues(Values):
    """How far the norm grew, and what the training loss lost meanwhile."""

    tags: tuple[str, ...]
    first_norm: float  # medians of the first and the last quarter
    last_norm: float
    times: float
    metric: str
    split: str
    lowest: float
    end: float
    best_step: int
    best_epoch: float | None


class GrowingNorms(Fact):
    """Whether growing gradients point to a forgotten ``zero_grad``."""

    place: ClassVar[int | None] = 47

    def compute(self, run: Run, best: Best | None) -> GrowingNormsValues | None:
        """Return the numbers, or None unless the norm grew and the loss was learnt and lost."""
        if best is None or run.rewards:
            return None
        losses = run.metrics_of("loss")
        norms = _norms(run)
        if not losses or norms is None:
            return None
        loss = run.find_curve(losses[0], run.trained_on(losses[0]), at_least=_FEWEST)
        if loss is None:
            return None
        finite = loss.finite()
        level = running_median(finite.value, max(3, len(finite) // 20))
        at = int(np.argmin(level))
        if not 0 < level[at] <= _LEARNT * level[0] or level[-1] < _LOST * level[at]:
            return None
        return GrowingNormsValues(
            tags=("zero_grad",),
            first_norm=norms[0],
            last_norm=norms[-1],
            times=norms[-1] / norms[0],
            metric=loss.metric,
            split=loss.split,
            lowest=float(level[at]),
            end=float(level[-1]),
            best_step=int(finite.step[at]),
            best_epoch=float(finite.epoch[at]) if finite.has_epochs else None,
        )


def _norms(run: Run) -> list[float] | None:
    """Return the median norm of each quarter if it grows from one to the next, and far enough."""
    curves = [run.find_curve("grad_norm", split) for split in run.splits("grad_norm")]
    for curve in curves:
        if curve is None or curve.finite_points < _FEWEST:
            continue
        parts: list[Floats] = np.array_split(curve.finite().value, _PARTS)
        norms = [float(np.median(part)) for part in parts]
        grows = all(later > earlier for earlier, later in pairwise(norms))
        if norms[0] > 0 and grows and norms[-1] >= _TIMES * norms[0]:
            return norms
    return None
