"""How many examples the validation set has, read from the grain of its accuracies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.facts._base import Fact
from analyzer.measures.data_size import validation_examples
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run


class ValidationSet(Fact):
    """The smallest number of examples of which every validation accuracy is a whole share."""

    def compute(self, run: Run, best: Best | None) -> Mapping[str, Any] | None:  # noqa: ARG002 - the same call for all
        """Return examples, or None where no accuracy has a grain."""
        examples = validation_examples(run)
        return None if examples is None else {"examples": examples}
