"""The best values of several runs: by which metric they are compared, and all on one scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.errors import AnalyzerError
from analyzer.measures.scale import on_one_scale
from analyzer.model.diagnosis import Diagnosis

_HINT = "'analyzer inspect' shows how names were read"


@dataclass(frozen=True)
class Bests:
    """The best value of each run, None if it did not log the metric or its scale is unknown."""

    values: tuple[float | None, ...]
    lower_is_better: bool


def judged_by(diagnoses: Sequence[Diagnosis]) -> tuple[str, str]:
    """Return the (split, metric) by which most runs are judged, the first of equals.

    Raises AnalyzerError if no run has a best value.
    """
    count: Counter[tuple[str, str]] = Counter()
    for diagnosis in diagnoses:
        if diagnosis.best is not None:
            count[diagnosis.best.split, diagnosis.best.metric] += 1
    if not count:
        raise AnalyzerError(f"compare: no run has a loss or a score; {_HINT}")
    return count.most_common(1)[0][0]


def bests_of(diagnoses: Sequence[Diagnosis], metric: str, split: str) -> Bests:
    """Return the best values on one scale. Raises AnalyzerError if no run has the metric."""
    runs = on_one_scale([diagnosis.run for diagnosis in diagnoses], metric)
    curves = [None if run is None else run.find_curve(metric, split) for run in runs]
    known = next((curve for curve in curves if curve is not None), None)
    if known is None:
        raise AnalyzerError(f"compare: no run has {split}/{metric}; {_HINT}")
    values = [None if curve is None else float(curve.value[curve.best()]) for curve in curves]
    return Bests(tuple(values), known.lower_is_better)
