"""Repeats of one setting.

Runs that differ in their seed alone, and the settings that vary between runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev
from typing import Any

from analyzer import registry
from analyzer.comparing.copies import copies
from analyzer.comparing.settings import Record, alike, is_label, is_seed

_NAMING = (
    10  # runs: a text that differs in every one of more is a name, in fewer it may be an optimizer
)
_FEWEST = 8  # repeats below which nobody can say which of them is the stranger
# Robust deviations: of 8 normal values one lies so far out in 1 of 100 groups, of 20 in 1 of 1,700.
_STRANGE = 8.0
_DEVIATION = 1.4826  # of a normal distribution, in units of its median absolute deviation
_LEAST = 0.01  # of the median: repeats that agree better than this have no stranger


def check_keys(settings: Sequence[Mapping[str, Any]], by: Sequence[str]) -> None:
    """Raise ConfigError where runs shall be put together by a setting that none of them has."""
    known = {key for setting in settings for key in setting}
    for key in by:
        registry.check_name("setting to group by", key, known)


@dataclass(frozen=True)
class Repeats:
    """Runs that differ in their seed alone, or share the values that were asked for.

    Best values, mean, deviation.
    """

    settings: Mapping[str, Any]
    members: tuple[int, ...]
    split: str
    metric: str
    mean: float | None
    deviation: float | None
    strangers: tuple[int, ...]


def varying(records: Sequence[Record]) -> list[str]:
    """Return the settings that differ between runs, those with the fewest values first.

    A text that differs in every run names the run and is no setting.
    """
    keys = list(dict.fromkeys(key for record in records for key in record["config"]))
    found = []
    for key in keys:
        values = [record["config"].get(key) for record in records]
        kinds = {alike(value) for value in values}
        names = len(kinds) == len(records) > _NAMING and any(
            isinstance(value, str) for value in values
        )
        if len(kinds) > 1 and not names and not is_label(key):
            found.append((len(kinds), key))
    return [key for _, key in sorted(found)]


def repeats(
    records: Sequence[Record], vary: Sequence[str], by: Sequence[str] = ()
) -> list[Repeats]:
    """Return the groups of two runs and more, in the order of their first runs.

    Without ``by`` a group differs in nothing but its seed, and its seeds differ; with it a group
    shares those settings. A run that holds the points of an earlier one is no repeat of it.
    """
    if by and not any(key in record["config"] for record in records for key in by):
        return []
    keys = list(by) or [key for key in vary if not is_seed(key)]
    seeds = [key for key in vary if is_seed(key)]
    groups: dict[str, list[int]] = {}
    repeated = copies(records)
    for index, record in enumerate(records):
        config = record["config"]
        if index in repeated or (not by and not any(key in config for key in seeds)):
            continue
        groups.setdefault(
            json.dumps([_metric(record), [alike(config.get(key)) for key in keys]]), []
        ).append(index)
    found = []
    for members in groups.values():
        drawn = {
            json.dumps([alike(records[index]["config"].get(key)) for key in seeds])
            for index in members
        }
        if len(members) < 2 or (not by and len(drawn) < 2):
            continue
        found.append(_repeats(records, members, keys))
    return found


def _repeats(records: Sequence[Record], members: Sequence[int], keys: Sequence[str]) -> Repeats:
    known = [
        (index, best["value"])
        for index in members
        if (best := records[index]["best"]) and best["value"] is not None
    ]
    values = [value for _, value in known]
    middle = median(values) if values else 0.0
    spread = _DEVIATION * median(abs(value - middle) for value in values) if values else 0.0
    strangers = [
        index
        for index, value in known
        if len(values) >= _FEWEST
        and abs(value - middle) > max(_STRANGE * spread, _LEAST * abs(middle))
    ]
    first = records[members[0]]["config"]
    return Repeats(
        {key: first.get(key) for key in keys},
        tuple(members),
        *_metric(records[members[0]]),
        fmean(values) if values else None,
        stdev(values) if len(values) > 1 else None,
        tuple(strangers),
    )


def _metric(record: Record) -> tuple[str, str]:
    """Return the split and the metric that a run is judged by, nothing where there is none."""
    best = record["best"]
    return (best["split"], best["metric"]) if best else ("", "")
