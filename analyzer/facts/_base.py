"""The base of all facts: something worth knowing about a run that never decides a verdict."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.values import Values


class Fact(ABC):
    """One fact; the file name is its key in ``Diagnosis.facts``.

    A fact with a ``place`` has words in ``report_templates/text`` and stands in every report, in
    the order of the places; docs/add-a-fact.md says how. One without appears in the JSON only.
    """

    place: ClassVar[int | None] = None

    @abstractmethod
    def compute(self, run: Run, best: Best | None) -> Values | None:
        """Return the numbers of the fact, or None if the run does not show it."""
