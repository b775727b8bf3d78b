"""Formats that differ from others only in names: the rows of ``profiles.toml``.

A profile says what the names of one writer mean where the names alone do not.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.meta import PassedOver
from analyzer.parsers._column import Column
from analyzer.parsers._series import Points
from analyzer.parsers._settings import text
from analyzer.stats.arrays import Bools

_TABLE = Path(__file__).with_name("profiles.toml")
STEP = "total_timesteps"  # the step that the lengths of episodes add up to
_MOST_NAMES = 10_000  # of a log; one with more was not written by any of these


@dataclass(frozen=True)
class Meaning:
    """What the names that match a pattern mean; see ``profiles.toml``."""

    name: re.Pattern[str]
    split: str = ""
    metric: str = ""
    outside: str = ""
    only: str = ""


@dataclass(frozen=True)
class Profile:
    """How the logs of one writer are recognised and read; see ``profiles.toml``."""

    title: str = ""
    has: tuple[re.Pattern[str], ...] = ()
    lacks: tuple[re.Pattern[str], ...] = ()
    names: tuple[Meaning, ...] = ()
    skip: tuple[tuple[re.Pattern[str], str], ...] = ()
    split: str = ""
    step: str = ""
    mean: str = ""
    validation: str = ""
    follows: bool = False
    note: str = ""
    partial: re.Pattern[str] | None = None
    config: str = ""
    begins: re.Pattern[str] | None = None
    sums_to_step: str = ""

    def fits(self, names: Collection[str], head: str = "") -> bool:
        """Say whether a log with these names, in a file that begins so, is by this writer."""
        if self.begins is not None and not self.begins.match(head):
            return False
        return all(_some(pattern, names) for pattern in self.has) and not any(
            _some(pattern, names) for pattern in self.lacks
        )

    def reason_to_skip(self, name: str) -> str:
        """Return why a name is not a metric, "" if it may be one."""
        for pattern, reason in self.skip:
            if pattern.fullmatch(name):
                return reason
        return ""


NO_PROFILE = Profile()


class Parted(NamedTuple):
    """The columns that may be metrics or axes, and those that a profile skips."""

    columns: list[Column]
    skipped: list[PassedOver]


def profile_of(names: Collection[str], head: str = "") -> Profile:
    """Return the profile whose writer logs these names, ``NO_PROFILE`` if none does.

    ``head`` is how the file begins.
    """
    if len(names) > _MOST_NAMES:
        return NO_PROFILE
    profiles = _profiles().values()
    return next((profile for profile in profiles if profile.fits(names, head)), NO_PROFILE)


def profile_named(name: str) -> Profile:
    """Return the profile in a row of the table."""
    return _profiles()[name]


def parted(columns: Sequence[Column], profile: Profile) -> Parted:
    """Part the columns of a log from those that a profile skips."""
    found = Parted([], [])
    for column in columns:
        reason = profile.reason_to_skip(column.name)
        if reason:
            values = {"count": column.numbers}
            found.skipped.append(PassedOver(text(column.name), reason, values))
        else:
            found.columns.append(column)
        if profile.sums_to_step and column.name == profile.sums_to_step:
            value = np.cumsum(np.where(column.present, column.value, 0.0))
            found.columns.append(Column(STEP, value, np.ones(len(value), dtype=bool)))
    return found


def read_as(points: Sequence[Points], profile: Profile) -> list[Points]:
    """Return points with the readings that a profile gives to their names."""
    if profile is NO_PROFILE:
        return list(points)
    tags = {tagged.tag for tagged in points}
    found = []
    for tagged in points:
        if tagged.reading is None:
            tagged = replace(tagged, reading=_reading(tagged, profile, tags))
        if profile.partial is not None and profile.partial.fullmatch(tagged.tag):
            tagged = replace(tagged, not_evaluated=_is_partial(tagged))
        found.append(tagged)
    return found


def _is_partial(tagged: Points) -> Bools | None:
    """Say which values stand at step 0 before others, None if none does."""
    partial = (tagged.step == 0) & (tagged.step.max(initial=0) > 0)
    if tagged.not_evaluated is not None:
        partial |= tagged.not_evaluated
    return partial if partial.any() else None


def _reading(tagged: Points, profile: Profile, tags: Collection[str]) -> metrics.Reading | None:
    """Return what a profile says of a name; None if only the name itself says something."""
    for meaning in profile.names:
        match = meaning.name.fullmatch(tagged.tag)
        if match:
            return _meant(tagged, meaning, match, tags)
    own = metrics.read(tagged.tag)
    if tagged.split or own.split or not profile.split or metrics.kind(own.metric) is None:
        return None
    return replace(own, split=profile.split)


def _meant(
    tagged: Points, meaning: Meaning, match: re.Match[str], tags: Collection[str]
) -> metrics.Reading:
    metric = match.expand(meaning.metric) if meaning.metric else tagged.tag
    if meaning.only and sum(bool(meaning.name.fullmatch(tag)) for tag in tags) == 1:
        metric = meaning.only
    finite = tagged.value[np.isfinite(tagged.value)]
    is_share = ((finite >= 0) & (finite <= 1)).all()
    if meaning.outside and not is_share:
        metric = meaning.outside
    own = metrics.read(metric)
    if own.split:  # the set has a name of its own, such as "sts-dev"
        own = metrics.Reading("", metric)
    return replace(own, split=meaning.split or tagged.split)


def _some(pattern: re.Pattern[str], names: Collection[str]) -> bool:
    return any(pattern.fullmatch(name) for name in names)


@cache
def _profiles() -> dict[str, Profile]:
    """Return the profiles by name, in the order of the table."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return {name: _profile(row) for name, row in table.items()}


def _profile(row: Mapping[str, Any]) -> Profile:
    fields = dict(row)
    for key in ("has", "lacks"):
        fields[key] = tuple(map(re.compile, fields.get(key, ())))
    for key in ("begins", "partial"):
        if key in fields:
            fields[key] = re.compile(fields[key])
    fields["skip"] = tuple(
        (re.compile(name), reason) for name, reason in fields.get("skip", {}).items()
    )
    fields["names"] = tuple(
        Meaning(**{**meaning, "name": re.compile(meaning["name"])})
        for meaning in fields.get("names", ())
    )
    return Profile(**fields)
