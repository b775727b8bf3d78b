"""Measure the lowest of a few evaluations of a held-out curve, and what follows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.measures.cost import Cost
from analyzer.measures.pairs import cost_pair_or_alone, train_cost_at_val
from analyzer.model.run import Run
from analyzer.stats.levels import largest_fall

FEWEST = 3  # evaluations of which anything can be said


@dataclass(frozen=True, eq=False)
class FewTurn:
    """The lowest of a few evaluations, and what follows it, in units of the cost.

    ``rise`` is that of the last value above the lowest, ``fall`` that of training meanwhile, and
    ``gave_back`` the largest fall of the held-out curve after its lowest.
    """

    val: Cost
    train: Cost
    lowest: int
    rise: float
    fall: float
    gave_back: float

    @property
    def before(self) -> float:
        """The evaluation before the lowest, or the start of the training curve."""
        start = min(float(self.val.t_of(self.train)[0]), float(self.val.t[0]))
        return float(self.val.t[self.lowest - 1]) if self.lowest else start

    @property
    def once(self) -> bool:
        """Whether a single evaluation follows the lowest."""
        return self.lowest == len(self.val.y) - 2


def few_turn(run: Run, metric: str) -> FewTurn:
    """Measure what few evaluations show; raises NotApplicable below ``FEWEST``."""
    val, train = cost_pair_or_alone(run, metric, at_least=FEWEST)
    if train is None:
        raise NotApplicable("no_curve", metric=metric, split=run.trained_on(metric))
    trained = train_cost_at_val(val, train)
    lowest = int(np.argmin(val.y))
    return FewTurn(
        val=val,
        train=train,
        lowest=lowest,
        rise=float(val.y[-1] - val.y[lowest]),
        fall=float(trained[lowest] - trained[-1]),
        gave_back=largest_fall(val.y[lowest:]),
    )
