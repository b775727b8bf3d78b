"""The largest training loss of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.facts._base import Fact
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run


class LargestLoss(Fact):
    """The largest training loss."""

    def compute(self, run: Run, best: Best | None) -> Mapping[str, Any] | None:
        return {"value": run.curve("loss", "train").value.max()}
