"""Too short: steps aside on every run, for a reason of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analyzer import synthetic
from analyzer.detectors._base import Detector
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Finding
from analyzer.model.run import Run


@dataclass(frozen=True)
class TooShort(Detector):
    """Asks for more points than any run has."""

    def detect(self, run: Run) -> Iterable[Finding]:
        raise NotApplicable("spike_too_short", points=run.points)

    @classmethod
    def example(cls, seed: int) -> Run:
        return synthetic.healthy(seed).run
