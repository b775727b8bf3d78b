"""What a fact is: something worth knowing about a run that is no condition and never decides a verdict."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from analyzer.model.diagnosis import Best
from analyzer.model.run import Run


class Fact(ABC):
    """One fact; the file name is its key in ``Diagnosis.facts``."""

    @abstractmethod
    def compute(self, run: Run, best: Best | None) -> Mapping[str, Any] | None:
        """Return the numbers of the fact, or None where the run does not tell."""
