"""Loss spike: one point far above its neighbours.

Method
    The largest step up from one point to the next, as a share of the level before it.
Known limits
    A loss near zero has large shares.
References
    Nobody (2026). Spikes. Journal of Examples 1(1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analyzer.detectors._base import Detector, threshold
from analyzer.model.diagnosis import Finding, Onset
from analyzer.model.run import Run


@dataclass(frozen=True)
class LossSpike(Detector):
    """The largest step up of the training loss."""

    least: float = threshold(0.001, "a smaller step up is noise in any log", low=0.0)
    label: str = "any"  # neither a number nor a reason: explain must cope

    def detect(self, run: Run) -> Iterable[Finding]:
        curve = run.curve("loss", "train")
        rises = np.diff(curve.value) / curve.value[:-1]
        at = int(rises.argmax())
        rise = float(rises[at])
        if rise > self.least:
            step = int(curve.step[at + 1])
            onset = Onset(step, None, step, step)
            yield Finding(self.id, "warning", "loss", "train", onset, {"rise": rise}, ("steep",))

    @classmethod
    def example(cls, seed: int) -> Run:
        raise NotImplementedError(f"no example for {seed}")
