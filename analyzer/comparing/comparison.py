"""Several runs side by side: which is better, by how much, how sure that is, and what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analyzer.comparing.bests import bests_of
from analyzer.comparing.command import command_line
from analyzer.comparing.comparable import ANY, Kind, Measure, compared_by
from analyzer.comparing.copies import same_runs
from analyzer.comparing.importance import Importance, importances_of_causes
from analyzer.comparing.ranking import MANY, by_rank, judge_against_best
from analyzer.comparing.repeats import Settings, check_keys, varying
from analyzer.comparing.sides import BASELINE, Side, changes, judge_side, make_sides
from analyzer.comparing.spelling import spelling_of
from analyzer.comparing.summary import summary_of
from analyzer.comparing.suspicion import suspicion_of
from analyzer.comparing.sweep import Correlation, correlations
from analyzer.config import Config
from analyzer.engine import diagnose
from analyzer.errors import AnalyzerError
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.issues import LogIssue, Skipped, files_without_run
from analyzer.model.run import Run, RunSet
from analyzer.model.serial import SCHEMA
from analyzer.model.shown import count, html_table, short
from analyzer.registry import nearest_first

if TYPE_CHECKING:
    import pandas as pd

_MOST_NAMES = 8  # of sides in a message
_MEASURE = ("split", "metric")


class Varied(NamedTuple):
    """The settings of each run, and the names of those that vary."""

    runs: Sequence[Settings]
    vary: Sequence[str]


@dataclass(frozen=True, eq=False)
class Comparison:
    """The result of ``compare``.

    ``baseline`` is the index of a side; ``metric`` and ``split`` say whose levels at their best are
    compared. ``copies`` holds (run, earlier run) for each run that was left out because it repeats
    an earlier one point for point, ``same_points`` such pairs of runs whose settings differ, which
    stay. ``unreadable`` are the files beside the runs that could not be opened, ``refused`` the
    issues of damaged logs beside them. ``is_ranked`` says that the sides stand in the order of
    their levels, and that the first, the best, is the baseline. ``run_settings`` are those of each
    run, spelled alike (``spelling``). ``kinds`` tells apart the losses of the runs; levels of
    another one than ``kind`` are not compared (``comparable``). ``instead_of`` is the loss that all
    would have been compared by, and ``replaced`` its kinds, if another metric took its place.
    """

    diagnoses: tuple[Diagnosis, ...]
    metric: str
    split: str
    lower_is_better: bool
    sides: tuple[Side, ...]
    baseline: int
    correlations: tuple[Correlation, ...]
    copies: tuple[tuple[str, str], ...] = ()
    unreadable: tuple[Skipped, ...] = ()
    refused: tuple[LogIssue, ...] = ()
    is_ranked: bool = False
    run_settings: tuple[Settings, ...] = ()
    same_points: tuple[tuple[str, str], ...] = ()
    kinds: tuple[Kind, ...] = ()
    kind: Kind = ANY
    instead_of: Measure | None = None
    replaced: tuple[Kind, ...] = ()

    def __repr__(self) -> str:
        answers = Counter(side.answer.replace("_", " ") for side in self.sides)
        answers_shown = ", ".join(
            f"{number} {answer}" for answer, number in answers.items() if answer != BASELINE
        )
        base = short(self.sides[self.baseline].name)
        runs = count(len(self.diagnoses), "run")
        return f"<Comparison of {runs} by {self._measure}; baseline {base}; {answers_shown}>"

    @property
    def loss(self) -> str | None:
        """The loss that is compared, if the settings of the runs name several."""
        return self.kind.loss

    @property
    def _measure(self) -> str:
        return " ".join(filter(None, (self.split, self.metric)))

    def _repr_html_(self) -> str:
        """Return a table of the sides, for a notebook."""
        rows = []
        for side in self.sides:
            gap = side.difference
            low, high = (None, None) if gap is None else (gap.low, gap.high)
            answer = side.answer.replace("_", " ")
            rows.append((side.name, answer, len(side.members), side.raw_mean, low, high))
        head = ("side", "answer", "runs", f"best {self._measure}", "difference from", "to")
        return html_table(repr(self)[1:-1], head, rows)

    @cached_property
    def settings(self) -> Varied:
        """The settings of each run, and the names of those that vary between the runs."""
        return Varied(self.run_settings, varying(self.run_settings))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Return one row per run: side, answer, verdict, best value, level, settings that vary."""
        import pandas as pd

        settings, vary = self.settings
        rows = []
        for side in self.sides:
            for index, raw, value in zip(side.members, side.raw, side.values, strict=True):
                rows.append(
                    {
                        "run": self.diagnoses[index].run.name,
                        "side": side.name,
                        "answer": side.answer,
                        "verdict": self.diagnoses[index].verdict,
                        "best": np.nan if raw is None else raw,
                        "level": np.nan if value is None else value,
                        **{key: settings[index].get(key) for key in vary},
                    }
                )
        return pd.DataFrame(rows)

    @cached_property
    def importances(self) -> tuple[Importance, ...]:
        """Return how much each setting that varies matters, the largest share first.

        A side counts once, by its mean. There are none up to 30 sides, or without scikit-learn: see
        ``importances``.
        """
        means = [side.mean for side in self.sides]
        settings = [self.run_settings[side.members[0]] for side in self.sides]
        return importances_of_causes(means, settings)

    @cached_property
    def command(self) -> str:
        """Return the settings of the best side as options of a command, "" if none is best."""
        if not self.is_ranked:
            return ""
        return command_line(self.sides[0].settings, self.settings.vary)

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Return the comparison as JSON has it; ``lang`` is the language of reasons."""
        return {
            "schema": SCHEMA,
            "metric": self.metric,
            "split": self.split,
            "loss": self.kind.loss,
            "instead_of": self.instead_of and dict(zip(_MEASURE, self.instead_of, strict=True)),
            "baseline": self.sides[self.baseline].name,
            "ranked": self.is_ranked,
            "command": self.command,
            "sides": [self._side_dict(side) for side in self.sides],
            "correlations": [vars(correlation) for correlation in self.correlations],
            "importances": [vars(importance) for importance in self.importances],
            "copies": [{"run": run, "of": earlier} for run, earlier in self.copies],
            "same_points": [{"run": run, "as": other} for run, other in self.same_points],
            "unreadable": files_without_run(self.unreadable, self.refused, lang),
        }

    def _suspicion(self, index: int) -> str | None:
        suspicion = suspicion_of(self.diagnoses[index])
        return None if suspicion is None else suspicion.key

    def _side_dict(self, side: Side) -> dict[str, Any]:
        members = zip(side.members, side.verdicts, side.raw, side.levels, strict=True)
        return {
            "name": side.name,
            "answer": side.answer,
            "certain": side.certain,
            "runs": [
                {
                    "run": self.diagnoses[index].run.name,
                    "loss": self.kinds[index].loss,
                    "verdict": verdict,
                    "suspicion": self._suspicion(index),
                    "best": raw,
                    "level": level and level._asdict(),
                }
                for index, verdict, raw, level in members
            ],
            "verdicts": dict(Counter(side.verdicts).most_common()),
            "unstable_over_seeds": side.is_unstable,
            "best_mean": side.raw_mean,
            "mean": side.mean,
            "deviation": side.deviation,
            "difference": side.difference and vars(side.difference),
            "changed": [
                {"setting": change.setting, "baseline": change.old, "here": change.new}
                for change in side.changed
            ],
        }


def compare(
    runs: Sequence[Run],
    baseline: str | Run | None = None,
    *,
    group: str | Sequence[str] = (),
    apart: Sequence[str] = (),
    config: Config | None = None,
) -> Comparison:
    """Compare runs by the level, at its best, of the metric that most of them are judged by.

    The level is free of the luck of a single lowest point (``stats.lowest``).

    Runs that differ in their seed only are repeats and make one side; with ``group``, runs that
    share these settings make a side instead. If all are repeats, those that differ in ``apart`` (a
    text for each run, such as its path) are not: what was changed may be in no setting.
    ``baseline`` is a run, or the name of a run or a side; by default the first. A side is better or
    worse if the 95 % interval of the difference of the means excludes 0; otherwise, or if no side
    has repeats, it is "no_clear_difference". Sides with the same seeds are compared by pairs. A
    side without the metric is "not_compared". So is one whose loss is of another kind than that of
    the baseline, or of most runs without one, unless all runs logged another metric, which then
    takes the place of the loss (``comparable``).

    Runs with the same points count once (``copies``).

    Above eight sides and without ``baseline``, the sides are ranked, the best first, and compared
    with the best (``ranking.judge_against_best``).

    Raises AnalyzerError if fewer than two runs are given, a baseline or setting is unknown, or no
    run has a metric that can be compared.
    """
    copied, earlier, same = same_runs([summary_of(run) for run in runs])
    kept = [index for index in range(len(runs)) if index not in earlier]
    if len(kept) < 2:
        raise AnalyzerError("compare: specify at least two runs")
    logged = [summary_of(runs[index]).settings for index in kept]
    spelling = spelling_of(logged)
    settings = spelling.all_of(logged)
    keys = [spelling.name(key) for key in ((group,) if isinstance(group, str) else group)]
    check_keys(settings, keys)
    diagnoses = tuple(diagnose(runs[index], config) for index in kept)
    compared = compared_by(diagnoses, settings)
    split, metric = compared.measure
    bests = bests_of(diagnoses, metric, split)
    make = partial(
        make_sides,
        names=[diagnosis.run.name for diagnosis in diagnoses],
        verdicts=[diagnosis.verdict for diagnosis in diagnoses],
        settings=settings,
        group=keys,
        same={kept.index(later): kept.index(first) for later, first in same.items()},
        apart=[apart[index] for index in kept] if apart else (),
    )
    sides = make(bests=bests)
    named = _index_of(baseline, runs)
    place = None if named is None else kept.index(earlier.get(named, named))
    base = None if baseline is None else sides[_baseline(sides, place, baseline)]
    kind = _kind(compared.kinds, base)
    bests = bests.without([at for at, other in enumerate(compared.kinds) if other != kind])
    sides = make(bests=bests)
    is_ranked = baseline is None and len(sides) > MANY
    if is_ranked:
        sides = by_rank(sides, lower_is_better=bests.lower_is_better)
    at = 0 if is_ranked else _baseline(sides, place, baseline)
    if is_ranked:
        ranked = judge_against_best(sides, lower_is_better=bests.lower_is_better)
        judged = [replace(side, changed=changes(side, ranked[0])) for side in ranked]
    else:
        lower = bests.lower_is_better
        judged = [judge_side(side, sides[at], lower_is_better=lower) for side in sides]
        judged[at] = replace(sides[at], answer=BASELINE)
    return Comparison(
        diagnoses=diagnoses,
        metric=metric,
        split=split,
        lower_is_better=bests.lower_is_better,
        sides=tuple(judged),
        baseline=at,
        correlations=correlations(
            _once(bests.values, kept, same), settings, lower_is_better=bests.lower_is_better
        ),
        copies=_names(runs, copied),
        same_points=_names(runs, {at: first for at, first in same.items() if at not in copied}),
        unreadable=runs.unreadable if isinstance(runs, RunSet) else (),
        refused=runs.issues if isinstance(runs, RunSet) else (),
        is_ranked=is_ranked,
        run_settings=tuple(settings),
        kinds=compared.kinds,
        kind=kind,
        instead_of=compared.instead_of,
        replaced=compared.replaced,
    )


def _kind(kinds: Sequence[Kind], base: Side | None) -> Kind:
    """Return the kind that is compared: that of the baseline, else the one that most runs have."""
    if base is not None:
        return kinds[base.members[0]]
    return Counter(kinds).most_common(1)[0][0]


def _names(runs: Sequence[Run], pairs: Mapping[int, int]) -> tuple[tuple[str, str], ...]:
    return tuple((runs[later].name, runs[first].name) for later, first in pairs.items())


def _once(
    values: Sequence[float | None], kept: Sequence[int], same: Mapping[int, int]
) -> list[float | None]:
    """Return the values of runs, None for one with the points of an earlier run."""
    return [None if index in same else value for index, value in zip(kept, values, strict=True)]


def _index_of(baseline: str | Run | None, runs: Sequence[Run]) -> int | None:
    """Return the index of a run that is given itself or by its name, None if it is not a run."""
    for index, run in enumerate(runs):
        if run is baseline or (isinstance(baseline, str) and run.name == baseline):
            return index
    return None


def _baseline(sides: Sequence[Side], place: int | None, asked: str | Run | None) -> int:
    """Return the index of the baseline among the sides; ``place`` is the run that was asked for."""
    for index, side in enumerate(sides):
        if place in (*side.members, *side.again) or side.name == asked:
            return index
    if asked is None:
        return next((index for index, side in enumerate(sides) if side.known), 0)
    name = asked.name if isinstance(asked, Run) else asked
    names = nearest_first(name, (side.name for side in sides))
    known = ", ".join(names[:_MOST_NAMES])
    raise AnalyzerError(f'compare: no run "{name}" for the baseline; there are: {known}')
