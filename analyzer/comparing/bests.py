"""The levels of several runs: by which metric they are compared, and all on one scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from analyzer.comparing.far_apart import Reached
from analyzer.errors import AnalyzerError
from analyzer.measures.level import Level, best_level
from analyzer.measures.reach import Reach, reach_of
from analyzer.measures.scale import highest_share, on_one_scale
from analyzer.model.diagnosis import Diagnosis

_HINT = "'analyzer inspect' shows how names were read"


@dataclass(frozen=True)
class Bests:
    """The level and the best value of each run, by which it is compared and what it logged.

    Both are None if a run did not log the metric or its scale is unknown. ``reaches`` are the ends
    of a loss, and ``full`` is the highest value of an accuracy on the scale of the levels.
    """

    levels: tuple[Level | None, ...]
    raw: tuple[float | None, ...]
    lower_is_better: bool
    reaches: tuple[Reach | None, ...] = ()
    full: float | None = None

    def reached(self, verdicts: Sequence[str]) -> tuple[Reached, ...]:
        """Return what each run reached, given the verdicts on the runs."""
        reaches = self.reaches or (None,) * len(self.levels)
        return tuple(
            Reached(level, verdict, self.full, reach)
            for level, verdict, reach in zip(self.levels, verdicts, reaches, strict=True)
        )

    @property
    def values(self) -> tuple[float | None, ...]:
        """The values of the levels."""
        return tuple(None if level is None else level.value for level in self.levels)

    def without(self, left_out: Collection[int]) -> Bests:
        """Return the bests without the levels of some runs, which cannot be compared."""
        levels = [None if at in left_out else level for at, level in enumerate(self.levels)]
        return replace(self, levels=tuple(levels))


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
    """Return the levels on one scale. Raises AnalyzerError if no run has the metric."""
    logged = [diagnosis.run for diagnosis in diagnoses]
    runs = on_one_scale(logged, metric)
    curves = [None if run is None else run.find_curve(metric, split) for run in runs]
    known = next((curve for curve in curves if curve is not None), None)
    if known is None:
        raise AnalyzerError(f"compare: no run has {split}/{metric}; {_HINT}")
    levels: list[Level | None] = []
    raw: list[float | None] = []
    for run, curve in zip(runs, curves, strict=True):
        if run is None or curve is None:
            levels.append(None)
            raw.append(None)
        else:
            levels.append(best_level(run, metric, split))
            raw.append(float(curve.value[curve.best()]))
    return Bests(
        tuple(levels),
        tuple(raw),
        known.lower_is_better,
        reaches=tuple(reach_of(run, metric) for run in logged),
        full=highest_share(logged, metric),
    )
