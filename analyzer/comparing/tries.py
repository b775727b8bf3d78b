"""Runs as tries, one after the other: what each changed, and what came of it.

A try is held against the nearest configuration among the tries before it: the one from which it
differs in the fewest settings, of equals one with the same seed, else the latest.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analyzer.comparing.contrast import NOT_COMPARED, Contrast, Sample, contrast
from analyzer.comparing.copies import copies
from analyzer.comparing.repeats import varying
from analyzer.comparing.roles import alike, is_cause, seed_of
from analyzer.comparing.sides import Change, Settings
from analyzer.comparing.summary import RunSummary
from analyzer.metrics import kind
from analyzer.model.settings import meaning_of

FIRST, NO_SETTINGS, COPY, REPEAT, SAME, CHANGED, ONE_SIDED = (
    *("first", "no_settings", "copy", "repeat", "same", "changed", "one_sided"),
)
_WINDOW = 1000  # tries before one that are looked at: all of them would take minutes for 10,000


class Measure(NamedTuple):
    """By what a try is judged; levels are compared if all four are equal.

    ``loss`` is the loss that its settings name, None if all runs have one (``losses``).
    """

    split: str
    metric: str
    scale: str | None = None
    loss: str | None = None


class Outcome(NamedTuple):
    """What a try is judged by and the level at its best; None if it has neither."""

    measure: Measure | None
    level: float | None


@dataclass(frozen=True)
class Try:
    """What a try changed against the try ``before`` it (its index), and the contrast of both.

    ``contrast`` compares all tries with the configuration of this one with all that have the
    configuration of the other, whatever their order; it is None if nothing was changed.
    ``one_sided`` are settings that only one of the two logged: what the other used is unknown, so
    they are no changes.
    """

    kind: str
    before: int | None = None
    changes: tuple[Change, ...] = ()
    contrast: Contrast | None = None
    one_sided: tuple[str, ...] = ()


def tries(summaries: Sequence[RunSummary], outcomes: Sequence[Outcome]) -> list[Try]:
    """Return what each run is as a try; the runs are in the order of time."""
    settings = [summary.settings for summary in summaries]
    keys = [key for key in varying(settings) if is_cause(key)]
    codes = _codes(settings, keys)
    seeds = _seeds([seed_of(run) for run in settings])
    earlier = copies(summaries)
    known = np.array([any(map(is_cause, run)) for run in settings], dtype=np.bool_)
    known[list(earlier)] = False
    samples = _Samples(settings, outcomes, codes, earlier)
    found = []
    for at in range(len(settings)):
        if at in earlier:
            found.append(Try(COPY, earlier[at]))
        elif not known[at]:
            found.append(Try(NO_SETTINGS))
        else:
            before = _nearest(at, codes, known, seeds)
            found.append(_try(at, before, settings, keys, samples))
    return found


def _try(
    at: int,
    before: int | None,
    settings: Sequence[Settings],
    keys: Sequence[str],
    samples: _Samples,
) -> Try:
    if before is None:
        return Try(FIRST)
    changes = changes_between(settings[before], settings[at], keys)
    alone = one_sided(settings[before], settings[at], keys)
    if changes:
        return Try(CHANGED, before, changes, samples.contrast(before, at), alone)
    if alone:
        return Try(ONE_SIDED, before, one_sided=alone)
    seeds = seed_of(settings[before]), seed_of(settings[at])
    return Try(REPEAT if None not in seeds and seeds[0] != seeds[1] else SAME, before)


def changes_between(old: Settings, new: Settings, keys: Sequence[str]) -> tuple[Change, ...]:
    """Return the settings of both that differ; one logged under several names counts once."""
    changes: dict[Hashable, Change] = {}
    for key in sorted(keys):
        if key not in old or key not in new:
            continue
        change = Change(key, old[key], new[key])
        if alike(change.old) != alike(change.new):
            same = (meaning_of(key), alike(change.old), alike(change.new))
            changes.setdefault(same, change)
    return tuple(changes.values())


def one_sided(old: Settings, new: Settings, keys: Sequence[str]) -> tuple[str, ...]:
    """Return the settings that only one of two runs logged."""
    return tuple(sorted(key for key in keys if (key in old) != (key in new)))


def _codes(settings: Sequence[Settings], keys: Sequence[str]) -> NDArray[np.int32]:
    """Return a number for each value of some settings, of shape (runs, settings)."""
    codes = np.zeros((len(settings), len(keys)), dtype=np.int32)
    for column, key in enumerate(keys):
        numbers: dict[str, int] = {}
        for row, run in enumerate(settings):
            codes[row, column] = numbers.setdefault(alike(run.get(key)), len(numbers))
    return codes


def _seeds(seeds: Sequence[str | None]) -> NDArray[np.int32]:
    """Return a number for each seed, of shape (runs,)."""
    numbers: dict[str | None, int] = {}
    return np.array([numbers.setdefault(seed, len(numbers)) for seed in seeds], dtype=np.int32)


def _nearest(
    at: int, codes: NDArray[np.int32], known: NDArray[np.bool_], seeds: NDArray[np.int32]
) -> int | None:
    """Return the run before one that differs in the fewest causes.

    Of equals it is one with the same seed, else the latest.
    """
    start = max(0, at - _WINDOW)
    if not known[start:at].any():
        return None
    other_seed = seeds[start:at] != seeds[at]
    differ = 2 * np.count_nonzero(codes[start:at] != codes[at], axis=1) + other_seed
    differ[~known[start:at]] = 2 * codes.shape[1] + 2
    return at - 1 - int(np.argmin(differ[::-1]))


class _Samples:
    """The levels of all runs of each configuration, by the measure of the run that asks."""

    def __init__(
        self,
        settings: Sequence[Settings],
        outcomes: Sequence[Outcome],
        codes: NDArray[np.int32],
        earlier: Mapping[int, int],
    ) -> None:
        self.settings, self.outcomes = settings, outcomes
        self.configurations = [row.tobytes() for row in codes]
        self.members: dict[bytes, list[int]] = {}
        for at, configuration in enumerate(self.configurations):
            if at not in earlier:
                self.members.setdefault(configuration, []).append(at)
        self.made: dict[Hashable, Contrast] = {}
        self.samples: dict[Hashable, Sample] = {}

    def contrast(self, before: int, at: int) -> Contrast:
        """Return the contrast of two configurations, made once for all their repeats."""
        measure = self.outcomes[at].measure
        if measure is None:
            nothing = Sample((), ())
            return Contrast(nothing, nothing, NOT_COMPARED, None)
        old, new = self.configurations[before], self.configurations[at]
        if (old, new, measure) not in self.made:
            self.made[old, new, measure] = contrast(
                self.sample(old, measure),
                self.sample(new, measure),
                lower_is_better=kind(measure.metric) != "score",
            )
        return self.made[old, new, measure]

    def sample(self, configuration: bytes, measure: Measure) -> Sample:
        """Return the levels of the runs of a configuration, None for another measure.

        It is made once: there may be thousands of repeats.
        """
        if (configuration, measure) in self.samples:
            return self.samples[configuration, measure]
        values, seeds = [], []
        for at in self.members[configuration]:
            outcome = self.outcomes[at]
            values.append(outcome.level if outcome.measure == measure else None)
            seeds.append(seed_of(self.settings[at]))
        sample = self.samples[configuration, measure] = Sample(tuple(values), tuple(seeds))
        return sample
