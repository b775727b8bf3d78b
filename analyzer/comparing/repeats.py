"""Repeats of one configuration: runs that differ in their seed only."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev
from typing import Any

from analyzer import registry
from analyzer.comparing.copies import copies, once, twins
from analyzer.comparing.roles import alike, causes_of, is_label, is_seed, seed_of
from analyzer.comparing.settings import settings_of
from analyzer.comparing.spelling import unified
from analyzer.comparing.summary import RunSummary
from analyzer.measures.level import Level
from analyzer.model.diagnosis import INCONCLUSIVE, Best

Settings = Mapping[str, Any]

_NAMING = 10  # runs: of more, a text that differs in each is a name; of fewer, maybe an optimizer
_FEWEST = 8  # repeats: with fewer, it is unclear which of them is the outlier
# In robust deviations: one of 8 normal values lies so far out in 1 of 100 groups, one of 20 in 1 of
# 1,700.
_STRANGE = 8.0
_DEVIATION = 1.4826  # of a normal distribution, in units of its median absolute deviation
_LEAST = 0.01  # of the median: repeats that agree better than this have no outlier


@dataclass(frozen=True)
class Repeats:
    """A group of repeats: the settings they share, and mean and deviation of their levels.

    ``raw_mean`` is the mean of their best values as they were logged.
    """

    settings: Settings
    members: tuple[int, ...]
    split: str
    metric: str
    mean: float | None
    deviation: float | None
    raw_mean: float | None
    strangers: tuple[int, ...]
    by_seed: bool  # whether the members differ in nothing but the seed


def check_keys(settings: Sequence[Settings], by: Sequence[str]) -> None:
    """Raise ConfigError if runs are to be grouped by a setting that none of them has."""
    known = set().union(*settings)
    for key in by:
        registry.check_name("setting to group by", key, known)


def differ_in_seed_alone(configs: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether runs with these configurations are repeats: equal causes, different seeds."""
    settings = unified([settings_of(config) for config in configs])
    seeds = {seed_of(run) for run in settings}
    if None in seeds or len(seeds) < len(configs):
        return False
    return len({causes_of(run) for run in settings}) == 1


def disagree(verdicts: Iterable[str]) -> bool:
    """Say whether runs got different verdicts; an inconclusive one contradicts no other."""
    return len(set(verdicts) - {INCONCLUSIVE}) > 1


def are_by_seed(settings: Sequence[Settings], by: Sequence[str]) -> bool:
    """Say whether the runs of a group differ in nothing but the seed.

    Those of a group that ``repeated`` made without ``by`` do. With it, all causes must be equal.
    """
    if len(settings) < 2 or not by:
        return len(settings) > 1
    seeds = {seed_of(run) for run in settings}
    return len(seeds - {None}) > 1 and len({causes_of(run) for run in settings}) == 1


def varying(settings: Sequence[Settings]) -> list[str]:
    """Return the settings that differ between runs, those with the fewest values first.

    Labels are left out, and so is a text that differs in each of many runs: it names the run.
    """
    found = []
    for key in set().union(*settings):
        if is_label(key):
            continue
        values = [run.get(key) for run in settings]
        kinds = len({alike(value) for value in values})
        is_text = any(isinstance(value, str) for value in values)
        is_name = is_text and kinds == len(settings) > _NAMING
        if kinds > 1 and not is_name:
            found.append((kinds, key))
    return [key for _, key in sorted(found)]


def repeated(
    settings: Sequence[Settings],
    vary: Sequence[str],
    by: Sequence[str] = (),
    *,
    without: Collection[int] = (),
    apart: Sequence[Hashable] | None = None,
) -> list[tuple[int, ...]]:
    """Return the indices of the runs of each group of two or more, in the order of the first runs.

    ``vary`` are the settings that differ at all. Without ``by``, the runs of a group differ in
    nothing but the seed, and their seeds do differ; with it, they share those settings. Runs
    ``without`` stay out, and runs that differ in ``apart`` (one value per run) are never together.
    """
    if by and not any(key in run for run in settings for key in by):
        return []
    seeds = [key for key in vary if is_seed(key)]
    keys = list(by) or [key for key in vary if not is_seed(key)]
    groups: dict[Hashable, list[int]] = {}
    for index, run in enumerate(settings):
        if index in without or not (by or any(key in run for key in seeds)):
            continue
        kind = apart[index] if apart is not None else None
        groups.setdefault((kind, *(alike(run.get(key)) for key in keys)), []).append(index)
    found = []
    for members in groups.values():
        drawn = {tuple(alike(settings[index].get(key)) for key in seeds) for index in members}
        if len(members) > 1 and (by or len(drawn) > 1):
            found.append(tuple(members))
    return found


def repeats(
    summaries: Sequence[RunSummary],
    bests: Sequence[Best | None],
    levels: Sequence[Level | None],
    vary: Sequence[str],
    by: Sequence[str] = (),
) -> list[Repeats]:
    """Return the groups that ``repeated`` finds, by the metric that their runs are judged by.

    A copy of an earlier run is not a repeat of it, and runs of a group with the same points count
    once.
    """
    same = twins(summaries)
    groups = repeated(
        [summary.settings for summary in summaries],
        vary,
        by,
        without=copies(summaries),
        apart=[_judged_by(best) for best in bests],
    )
    keys = list(by) or [key for key in vary if not is_seed(key)]
    found = []
    for group in groups:
        members = once(group, same)
        if len(members) < 2:
            continue
        first = summaries[members[0]].settings
        split, metric = _judged_by(bests[members[0]])
        raw = {index: best.value for index in members if (best := bests[index]) is not None}
        by_seed = are_by_seed([summaries[index].settings for index in members], by)
        values = {index: level.value for index in members if (level := levels[index]) is not None}
        found.append(
            Repeats(
                settings={key: first.get(key) for key in keys},
                members=members,
                split=split,
                metric=metric,
                mean=fmean(values.values()) if values else None,
                deviation=stdev(values.values()) if len(values) > 1 else None,
                raw_mean=fmean(raw.values()) if raw else None,
                strangers=_strangers(values) if by_seed else (),
                by_seed=by_seed,
            )
        )
    return found


def _strangers(values: Mapping[int, float]) -> tuple[int, ...]:
    """Return the indices of the values far from all others, none of fewer than 8 values."""
    if len(values) < _FEWEST:
        return ()
    middle = median(values.values())
    spread = _DEVIATION * median(abs(value - middle) for value in values.values())
    most = max(_STRANGE * spread, _LEAST * abs(middle))
    return tuple(index for index, value in values.items() if abs(value - middle) > most)


def _judged_by(best: Best | None) -> tuple[str, str]:
    """Return the split and the metric of a best value, two empty texts if there is none."""
    return (best.split, best.metric) if best is not None else ("", "")
