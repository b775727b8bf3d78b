"""Several runs side by side.

Who is better, by how much, how sure that is, and what else differs between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.comparing import copies, repeats
from analyzer.comparing.settings import alike, is_label, is_seed, seed_of, settings_of
from analyzer.comparing.sweep import Correlation, correlations
from analyzer.config import Config
from analyzer.engine import diagnose
from analyzer.errors import AnalyzerError
from analyzer.measures.scale import on_one_scale
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.model.serial import SCHEMA
from analyzer.stats.bootstrap import Difference, mean_difference, paired_difference

if TYPE_CHECKING:
    import pandas as pd

BETTER, WORSE, UNCLEAR, BASELINE = "better", "worse", "no_clear_difference", "baseline"
NOT_COMPARED = (
    "not_compared"  # the metric was not logged on both sides, or not to a scale that can be told
)


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a run, or repeats of it with other seeds.

    ``values`` are the best values of its members, None where the metric was not logged, and
    ``seeds`` what drew them; ``changed`` holds (setting, value of the baseline, value here).
    """

    name: str
    members: tuple[int, ...]
    values: tuple[float | None, ...]
    seeds: tuple[str | None, ...]
    verdicts: tuple[str, ...]
    settings: Mapping[str, Any]
    answer: str
    difference: Difference | None = None
    changed: tuple[tuple[str, Any, Any], ...] = ()

    @property
    def known(self) -> list[float]:
        """The best values that there are."""
        return [value for value in self.values if value is not None]

    @property
    def mean(self) -> float | None:
        """The mean of the best values."""
        return float(np.mean(self.known)) if self.known else None

    @property
    def deviation(self) -> float | None:
        """Their standard deviation, None for a single one."""
        with np.errstate(over="ignore"):
            return float(np.std(self.known, ddof=1)) if len(self.known) > 1 else None


@dataclass(frozen=True, eq=False)
class Comparison:
    """What ``compare`` found.

    ``baseline`` is the index of a side; ``metric`` and ``split`` are what best means.

    ``copies`` holds (run, earlier run) of those that were left out because they repeat an earlier
    one point for point.
    """

    diagnoses: tuple[Diagnosis, ...]
    metric: str
    split: str
    lower_is_better: bool
    sides: tuple[Side, ...]
    baseline: int
    correlations: tuple[Correlation, ...]
    copies: tuple[tuple[str, str], ...] = ()

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Return one row a run: side, verdict, best value, and every setting that varies."""
        import pandas as pd

        vary = repeats.varying(
            [{"config": settings_of(diagnosis.run.config)} for diagnosis in self.diagnoses]
        )
        rows = []
        for side in self.sides:
            for index, value in zip(side.members, side.values, strict=True):
                diagnosis = self.diagnoses[index]
                settings = settings_of(diagnosis.run.config)
                rows.append(
                    {
                        "run": diagnosis.run.name,
                        "side": side.name,
                        "answer": side.answer,
                        "verdict": diagnosis.verdict,
                        "best": np.nan if value is None else value,
                        **{key: settings.get(key) for key in vary},
                    }
                )
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON has it."""
        return {
            "schema": SCHEMA,
            "metric": self.metric,
            "split": self.split,
            "baseline": self.sides[self.baseline].name,
            "sides": [self._side_dict(side) for side in self.sides],
            "correlations": [vars(correlation) for correlation in self.correlations],
            "copies": [{"run": run, "of": of} for run, of in self.copies],
        }

    def _side_dict(self, side: Side) -> dict[str, Any]:
        difference = side.difference
        return {
            "name": side.name,
            "answer": side.answer,
            "runs": [
                {"run": self.diagnoses[index].run.name, "verdict": verdict, "best": value}
                for index, verdict, value in zip(
                    side.members, side.verdicts, side.values, strict=True
                )
            ],
            "mean": side.mean,
            "deviation": side.deviation,
            "difference": None if difference is None else vars(difference),
            "changed": [
                {"setting": key, "baseline": old, "here": new} for key, old, new in side.changed
            ],
        }


def compare(
    runs: Sequence[Run],
    baseline: str | Run | None = None,
    *,
    group: str | Sequence[str] = (),
    config: Config | None = None,
) -> Comparison:
    """Compare runs by the best value of the metric that most of them are judged by.

    Runs that differ in their seed alone are repeats and make one side; ``group`` names settings
    that make a side instead. ``baseline`` is a run, or the name of a run or a side; by default the
    first. A side is better or worse where the 95 % interval of the difference of the means leaves
    out 0, and "no_clear_difference" otherwise: also where nothing tells how much a repeat would
    differ, since each side is a single run. Sides that were drawn by the same seeds are held
    against each other by pairs. A side without the metric is "not_compared". Raises AnalyzerError
    where fewer than two runs are given, an unknown baseline or setting is named, or no metric is
    shared.
    """
    kept, first = _without_copies(runs)
    if len(kept) < 2:
        raise AnalyzerError("compare: give two runs or more")
    group = (group,) if isinstance(group, str) else group
    diagnoses = tuple(diagnose(runs[index], config) for index in kept)
    split, metric = judged_by(diagnoses)
    values, lower = _bests(diagnoses, metric, split)
    settings = [settings_of(diagnosis.run.config) for diagnosis in diagnoses]
    repeats.check_keys(settings, group)
    sides = [
        _side(members, diagnoses, values, settings, group)
        for members in _members(values, settings, group)
    ]
    named = _index_of(baseline, runs)
    place = kept.index(first.get(named, named)) if named is not None else None
    at = _baseline(sides, place, baseline)
    judged = tuple(
        _judged(side, sides[at], lower) if index != at else side for index, side in enumerate(sides)
    )
    copied = tuple((runs[index].name, runs[earlier].name) for index, earlier in first.items())
    return Comparison(
        diagnoses, metric, split, lower, judged, at, correlations(values, settings), copied
    )


def _without_copies(runs: Sequence[Run]) -> tuple[list[int], dict[int, int]]:
    """Return the indices of the runs that are no copy of an earlier one, and {copy: that one}.

    Where nothing but copies of one run is given, all are kept.
    """
    found = _copies(runs)
    if len(runs) - len(found) < 2:
        return list(range(len(runs))), {}
    return [index for index in range(len(runs)) if index not in found], found


def _copies(runs: Sequence[Run]) -> dict[int, int]:
    return copies.copies(
        [
            {
                "config": settings_of(run.config),
                "curves": copies.digest_of(run),
                "points": run.points,
            }
            for run in runs
        ]
    )


def _index_of(baseline: str | Run | None, runs: Sequence[Run]) -> int | None:
    """Return the index of a run that is given itself or by its name, None where it is none."""
    if isinstance(baseline, Run):
        return next((index for index, run in enumerate(runs) if run is baseline), None)
    return next((index for index, run in enumerate(runs) if run.name == baseline), None)


def against(
    these: Sequence[Diagnosis],
    baseline: Sequence[Diagnosis],
    measure: tuple[str, str] | None = None,
) -> tuple[Side, Side]:
    """Hold runs against others and return (baseline, these).

    Either is one side whatever its settings.

    ``measure`` is the (split, metric) whose best value is compared, by default that by which most
    of them are judged. Raises AnalyzerError where no run has it.
    """
    these, baseline = distinct(these), distinct(baseline)
    diagnoses = [*baseline, *these]
    split, metric = measure or judged_by(diagnoses)
    values, lower = _bests(diagnoses, metric, split)
    settings = [settings_of(diagnosis.run.config) for diagnosis in diagnoses]
    first = len(baseline)
    members = (tuple(range(first)), tuple(range(first, len(diagnoses))))
    base, side = (_side(member, diagnoses, values, settings, ()) for member in members)
    return replace(base, answer=BASELINE), _judged(side, base, lower)


def distinct(diagnoses: Sequence[Diagnosis]) -> list[Diagnosis]:
    """Return diagnoses without those of runs that repeat an earlier one point for point."""
    earlier = _copies([diagnosis.run for diagnosis in diagnoses])
    return [diagnosis for index, diagnosis in enumerate(diagnoses) if index not in earlier]


def judged_by(diagnoses: Sequence[Diagnosis]) -> tuple[str, str]:
    """Return (split, metric) of the best value of most runs, the first of equals."""
    count = Counter(
        (diagnosis.best.split, diagnosis.best.metric)
        for diagnosis in diagnoses
        if diagnosis.best is not None
    )
    if not count:
        raise AnalyzerError(
            "compare: no run has a loss or a score; 'analyzer inspect' shows how names were read"
        )
    return count.most_common(1)[0][0]


def _bests(
    diagnoses: Sequence[Diagnosis], metric: str, split: str
) -> tuple[list[float | None], bool]:
    """Return the best value of each run on one scale, and whether lower is better.

    A run without the metric has None.
    """
    runs = on_one_scale([diagnosis.run for diagnosis in diagnoses], metric)
    curves = [None if run is None else run.find_curve(metric, split) for run in runs]
    known = next((curve for curve in curves if curve is not None), None)
    if known is None:
        raise AnalyzerError(
            f"compare: no run has {split}/{metric}; 'analyzer inspect' shows how names were read"
        )
    values = [None if curve is None else float(curve.value[curve.best()]) for curve in curves]
    return values, known.lower_is_better


def _members(
    values: Sequence[float | None], settings: Sequence[Mapping[str, Any]], group: Sequence[str]
) -> list[tuple[int, ...]]:
    """Return the runs of each side: repeats together, every other run on its own.

    Sides are in the order of their first runs.
    """
    bests = [{"split": "", "metric": "", "value": value} for value in values]
    records = [
        {"config": setting, "best": best, "curves": "", "points": 0}
        for setting, best in zip(settings, bests, strict=True)
    ]  # copies are gone already
    together = [
        repeat.members for repeat in repeats.repeats(records, repeats.varying(records), group)
    ]
    taken = {index for members in together for index in members}
    return sorted([*together, *((index,) for index in range(len(values)) if index not in taken)])


def _side(
    members: tuple[int, ...],
    diagnoses: Sequence[Diagnosis],
    values: Sequence[float | None],
    settings: Sequence[Mapping[str, Any]],
    group: Sequence[str],
) -> Side:
    """Return a side that is not judged yet.

    Its name is the settings it was grouped by, or that of its first run.
    """
    first, name = settings[members[0]], diagnoses[members[0]].run.name
    if group:
        name = ", ".join(f"{key}={first.get(key)}" for key in group)
    elif len(members) > 1:
        name = f"{name} (+{len(members) - 1})"
    same = _settings([settings[at] for at in members])
    verdicts = tuple(diagnoses[index].verdict for index in members)
    seeds = tuple(seed_of(settings[index]) for index in members)
    return Side(
        name, members, tuple(values[index] for index in members), seeds, verdicts, same, UNCLEAR
    )


def _settings(settings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the settings of a side, without seeds and labels.

    Where its members differ, a tuple of what they have.
    """
    keys = dict.fromkeys(
        key for setting in settings for key in setting if not is_seed(key) and not is_label(key)
    )
    found: dict[str, Any] = {}
    for key in keys:
        values = {alike(setting.get(key)): setting.get(key) for setting in settings}
        found[key] = next(iter(values.values())) if len(values) == 1 else tuple(sorted(values))
    return found


def _baseline(sides: list[Side], place: int | None, asked: str | Run | None) -> int:
    """Return the index of the side that is the baseline, and mark it.

    ``place`` is the run that was asked for.
    """
    at = next(
        (index for index, side in enumerate(sides) if place in side.members or side.name == asked),
        None,
    )
    if at is None:
        if asked is not None:
            name = asked.name if isinstance(asked, Run) else asked
            known = ", ".join(side.name for side in sides[:8])
            raise AnalyzerError(f'compare: no run "{name}" for the baseline; there are: {known}')
        at = 0
    sides[at] = replace(sides[at], answer=BASELINE)
    return at


def _judged(side: Side, base: Side, lower: bool) -> Side:
    """Return a side with its difference from the baseline, the answer, and what was changed."""
    keys = dict.fromkeys(
        [*base.settings, *side.settings] if base.settings and side.settings else []
    )
    changed = tuple(
        (key, base.settings.get(key), side.settings.get(key))
        for key in keys
        if alike(base.settings.get(key)) != alike(side.settings.get(key))
    )
    if not side.known or not base.known:
        return replace(side, answer=NOT_COMPARED, changed=changed)
    found = _difference(side, base)
    answer = UNCLEAR
    if found.low is not None and found.high is not None and not found.low <= 0 <= found.high:
        answer = BETTER if (found.high < 0) == lower else WORSE
    return replace(side, difference=found, answer=answer, changed=changed)


def _difference(side: Side, base: Side) -> Difference:
    """Return by how much a side differs.

    By pairs where both sides have one run for each of the same seeds.
    """
    drawn, others = (
        dict(zip(compared_side.seeds, compared_side.values, strict=True))
        for compared_side in (base, side)
    )
    pairs = [(drawn[seed], others[seed]) for seed in drawn if seed is not None and seed in others]
    known = [(first, second) for first, second in pairs if first is not None and second is not None]
    if len(known) == len(base.members) == len(side.members) > 1:
        found = paired_difference(*np.array(known).T)
        if found.low is not None:
            return found
    return mean_difference(np.array(base.known), np.array(side.known))
