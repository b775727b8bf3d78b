"""The few things that distinguish a run from its copies and repeats, computed once per run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.comparing.curve_prints import prints_of
from analyzer.comparing.settings import settings_of
from analyzer.model.run import Run


@dataclass(frozen=True)
class RunSummary:
    """The settings of a run, the number of its points, and the prints of its losses and scores."""

    settings: Mapping[str, Any]
    points: int
    prints: str


def summary_of(run: Run) -> RunSummary:
    """Return the summary of a run, which is kept with the run: its points are hashed once."""
    return run.once(
        ("summary",), lambda: RunSummary(settings_of(run.config), run.points, prints_of(run))
    )
