"""By what else a run can be ranked, where the losses of a site are of different kinds."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from analyzer import metrics
from analyzer.comparing.comparable import others_logged
from analyzer.measures.level import Level, best_level
from analyzer.measures.reach import Reach, reach_of
from analyzer.measures.scale import scale_of
from analyzer.model.diagnosis import Best, Diagnosis

_MOST = 3  # of a run: scores come first, and a site keeps them of all its runs


class Other(NamedTuple):
    """What a run reached by another metric: as a record has it of the one it is judged by."""

    best: Best
    level: Level
    after_best: float
    scale: str | None
    reach: Reach | None


def others_of(diagnosis: Diagnosis) -> tuple[Other, ...]:
    """Return what a run that is judged by a loss reached by other metrics, scores first."""
    best, run = diagnosis.best, diagnosis.run
    if best is None or metrics.kind(best.metric) != "loss":
        return ()
    found = []
    for split, metric in islice(others_logged(run, (best.split, best.metric)), _MOST):
        curve = run.find_curve(metric, split)
        if curve is None:
            continue
        at = curve.best()
        length = float(curve.x[-1] - curve.x[0])
        epoch = float(curve.epoch[at]) if curve.has_epochs else None
        found.append(
            Other(
                Best(split, metric, int(curve.step[at]), epoch, float(curve.value[at])),
                best_level(run, metric, split),
                float(curve.x[-1] - curve.x[at]) / length if length > 0 else 0.0,
                scale_of(run, metric),
                reach_of(run, metric),
            )
        )
    return tuple(found)
