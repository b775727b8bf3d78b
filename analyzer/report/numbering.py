"""Where the epochs that a report names begin; one sentence at its top says it for all of them."""

from __future__ import annotations

import numpy as np

from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.text import Words, is_counted


def numbering(diagnosis: Diagnosis, text: Words) -> str:
    """Return a sentence on the first epoch, "" if the run names none or they begin at 1.

    The same number means another checkpoint if a reader counts from 1. Fractions of an epoch say
    how much was done, so they cannot be misread.
    """
    if diagnosis.best is None and not diagnosis.findings:
        return ""  # no place is named
    run = diagnosis.run
    first = _first_epoch(run)
    if first is None:
        return text.ui("counted_steps") if is_counted(run) else ""
    if first != 0 or not are_whole(run):
        return ""
    return text.ui("counted_epochs" if is_counted(run) else "logged_epochs")


def are_whole(run: Run) -> bool:
    """Say whether no series of a run has a fraction of an epoch."""
    return all(
        np.all(np.mod(series.epoch[np.isfinite(series.epoch)], 1) == 0) for series in run.series
    )


def _first_epoch(run: Run) -> float | None:
    """Return the lowest epoch of the curves that can have them as their axis, None without one."""
    lowest = []
    for series in run.series:
        epochs = series.epoch[np.isfinite(series.epoch)]
        if len(epochs) and len(epochs) == len(series):
            lowest.append(float(epochs.min()))
    return min(lowest, default=None)
