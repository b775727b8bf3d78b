"""The size of the validation set: as configured, or read from the grain of its accuracies."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.facts._base import Fact
from analyzer.measures.data_size import validation_examples
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.values import Values


@dataclass(frozen=True, eq=False)
class ValidationSetValues(Values):
    """The size of the validation set."""

    examples: int


class ValidationSet(Fact):
    """The smallest number of examples that turns every validation accuracy into a whole count."""

    def compute(self, run: Run, best: Best | None) -> ValidationSetValues | None:  # noqa: ARG002 - part of the interface
        """Return the size, or None if nothing in the log shows it."""
        examples = validation_examples(run)
        return None if examples is None else ValidationSetValues(examples)
