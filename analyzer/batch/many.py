"""What the index of more than 5,000 runs says: a summary, since a table of all would never open.

Runs are ranked by the metric that most of them are judged by. Everything here is bounded, whatever
the number of runs, but the pages of the groups, of which each has a part of the runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from statistics import fmean, median
from typing import Any, NamedTuple, TypeVar

from analyzer.batch.forest_process import weights_apart
from analyzer.batch.index import Index, build_index, setting_shown, short
from analyzer.batch.judged_alike import ranked_alike
from analyzer.batch.record import Record
from analyzer.batch.result import Batch, Options
from analyzer.comparing.copies import same_points_in
from analyzer.comparing.importance import Importance, importances_of_causes
from analyzer.comparing.repeats import varying
from analyzer.comparing.roles import alike, is_seed
from analyzer.metrics import kind
from analyzer.text import Words

ENDS = 200  # runs at either end of the ranking that are shown
_SAMPLE = 1000  # settings whose importance is measured (decision 0032 has the cost)
_MOST_GROUPS = 500  # with a page each; of more kinds of groups the runs are cut by their paths
ON_PAGE = 1000  # runs of a page; a larger group has several
_SETTINGS = 8  # columns of settings

Kind = TypeVar("Kind")


class Part(NamedTuple):
    """Runs with a page of their own: what they share, and their places."""

    name: str
    places: Sequence[int]


@dataclass(frozen=True)
class Many:
    """What is shown of a large batch.

    ``index`` has its records, which are short, and no rows. ``measure`` is the split and the metric
    by which most runs are judged, ``ranked`` the places of those on its usual scale from the best
    to the worst, without copies, and ``vary`` the settings that differ. ``groups`` counts the
    different settings of the runs, and ``sampled`` those whose importance was measured. ``same``
    are the runs with the points of an earlier one (``same_points_in``).
    """

    index: Index
    vary: tuple[str, ...]
    measure: tuple[str, str] | None
    ranked: tuple[int, ...]
    parts: tuple[Part, ...]
    importances: tuple[Importance, ...]
    groups: int
    sampled: int
    same: Mapping[int, int]

    @property
    def records(self) -> Sequence[Record]:
        """All runs."""
        return self.index.batch.records

    @cached_property
    def rank(self) -> Mapping[int, int]:
        """The rank of each run that has one, by its place; 0 is the best."""
        return {place: at for at, place in enumerate(self.ranked)}

    @property
    def by_weight(self) -> tuple[str, ...]:
        """The settings that vary: those that matter most first, seeds last."""
        first = [found.setting for found in self.importances]
        return tuple(dict.fromkeys([*first, *sorted(self.vary, key=is_seed)]))

    @property
    def columns(self) -> tuple[str, ...]:
        """The settings that have a column."""
        return self.by_weight[:_SETTINGS]


def build_many(batch: Batch, options: Options, *, missing: int) -> Many:
    """Return what the pages of a large batch show. Raises ConfigError for an unknown language.

    The forest that says which settings matter waits until no run is ``missing``.
    """
    empty = build_index(replace(batch, records=()), options, missing=missing)
    settings = [record.summary.settings for record in batch.records]
    vary = tuple(varying(settings))
    ranked = _ranked(batch.records)
    values = _by_settings(batch.records, ranked, [key for key in vary if not is_seed(key)])
    sample = [] if missing else _chosen(values, _SAMPLE)
    levels, firsts = [value for value, _ in sample], [first for _, first in sample]
    found = importances_of_causes(levels, firsts, weights_apart)
    return Many(
        index=replace(empty, batch=batch),
        vary=vary,
        measure=_measure_of(batch.records[ranked[0]]) if ranked else None,
        ranked=ranked,
        parts=_parts(batch.records, options.group, empty.text),
        importances=found,
        groups=len(values),
        sampled=len(sample),
        same=same_points_in([record.summary for record in batch.records]),
    )


def middle(many: Many, places: Sequence[int]) -> float | None:
    """Return the median level of those of some runs that are ranked."""
    levels = [many.records[place].result for place in places if place in many.rank]
    known = [level for level in levels if level is not None]
    return median(known) if known else None


def _measure_of(record: Record) -> tuple[str, str] | None:
    return None if record.best is None else (record.best.split, record.best.metric)


def _ranked(records: Sequence[Record]) -> tuple[int, ...]:
    """Return the places of the runs that are judged alike, the best first; of equals the first."""
    levels: dict[int, float] = {}
    for place in ranked_alike(records):
        best, level = records[place].best, records[place].result
        if best is not None and level is not None:
            levels[place] = -level if kind(best.metric) == "score" else level
    return tuple(sorted(levels, key=lambda place: (levels[place], place)))


def _by_settings(
    records: Sequence[Record], ranked: Sequence[int], keys: Sequence[str]
) -> dict[tuple[str, ...], tuple[float, Mapping[str, Any]]]:
    """Return the mean level and the settings of each group of runs that differ in none of them."""
    levels: dict[tuple[str, ...], list[float]] = {}
    shared: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for place in sorted(ranked):
        settings = records[place].summary.settings
        group = tuple(alike(settings.get(key)) for key in keys)
        levels.setdefault(group, []).append(records[place].result or 0.0)
        shared.setdefault(group, settings)
    return {group: (fmean(values), shared[group]) for group, values in levels.items()}


def _chosen(groups: Mapping[tuple[str, ...], Kind], most: int) -> list[Kind]:
    """Return at most so many of the groups, chosen by a hash of their settings.

    Every n-th one of a grid would never show a setting whose values return after n groups.
    """
    if len(groups) <= most:
        return list(groups.values())
    return [groups[group] for group in sorted(groups, key=_digest)[:most]]


def _digest(group: tuple[str, ...]) -> bytes:
    return hashlib.sha256("\0".join(group).encode("utf-8", "replace")).digest()


def _parts(records: Sequence[Record], by: Sequence[str], text: Words) -> tuple[Part, ...]:
    """Return the runs by the settings that were asked for, else by their top folder.

    Of too many such groups, or of one alone, the runs are cut in the order of their paths.
    """
    groups: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        groups.setdefault(_name(record, by, text), []).append(place)
    if not 1 < len(groups) <= _MOST_GROUPS:
        whole = range(len(records))
        cuts = [whole[at : at + ON_PAGE] for at in range(0, len(whole), ON_PAGE)]
        return tuple(Part(_from_to(records, cut), cut) for cut in cuts)
    return tuple(Part(name, places) for name, places in sorted(groups.items()))


def _name(record: Record, by: Sequence[str], text: Words) -> str:
    if not by:
        return short(PurePosixPath(record.source).parts[0]) if record.source else ""
    settings = record.summary.settings
    return ", ".join(f"{short(key)} = {setting_shown(settings.get(key), text)}" for key in by)


def _from_to(records: Sequence[Record], places: Sequence[int]) -> str:
    first, last = records[places[0]].run, records[places[-1]].run
    return f"{short(first)} … {short(last)}"
