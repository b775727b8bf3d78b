"""The few things that distinguish a run from its copies and repeats, computed once per run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.comparing.settings import settings_of
from analyzer.model.run import Run
from analyzer.model.series import Series


@dataclass(frozen=True)
class RunSummary:
    """The settings of a run, the number of its points, and a digest of these points."""

    settings: Mapping[str, Any]
    points: int
    digest: str


def summary_of(run: Run) -> RunSummary:
    """Return the summary of a run, which is kept with the run: its points are hashed once."""
    return run.once(
        ("summary",), lambda: RunSummary(settings_of(run.config), run.points, _digest(run))
    )


def _digest(run: Run) -> str:
    """Return a hash of metrics, splits, steps and values: equal for two formats of one log."""
    made = hashlib.sha256()
    for series in sorted(run.series, key=lambda series: (series.metric, series.split, series.tag)):
        made.update(f"{series.metric}\0{series.split}\0".encode("utf-8", "replace"))
        made.update(series.step.astype("<i8").tobytes())
        made.update(_rounded(series))
    return made.hexdigest()[:16]


def _rounded(series: Series) -> bytes:
    """Return the values in single precision, or in double if all would become infinite."""
    with np.errstate(over="ignore"):
        value = series.value.astype("<f4")
    value[np.isnan(value)] = np.nan  # there are many NaN, and each writer has its own
    if np.isfinite(value).any():
        return value.tobytes()
    return series.value.astype("<f8").tobytes()
