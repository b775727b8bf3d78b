"""The sides of a comparison: a run, or the repeats of one configuration, and what each changes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from analyzer.comparing.bests import Bests
from analyzer.comparing.contrast import UNCLEAR, Contrast, Sample, contrast
from analyzer.comparing.copies import once
from analyzer.comparing.repeats import are_by_seed, disagree, repeated, varying
from analyzer.comparing.roles import alike, is_cause, seed_of
from analyzer.measures.level import Level
from analyzer.stats.bootstrap import Difference

BASELINE = "baseline"
Settings = Mapping[str, Any]


class Change(NamedTuple):
    """A setting that differs from the baseline."""

    setting: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Side(Sample):
    """One side of a comparison; ``values`` are the levels of its ``members`` at their best.

    ``members`` are indices of runs; ``by_seed`` says that they differ in the seed alone. ``again``
    are runs of this side with the points of a member, which do not count.
    ``settings`` are the causes that the members share, with a tuple for one in which they differ.
    ``answer``, ``difference`` and ``changed`` are relative to the baseline, and so is ``certain``,
    which says what is certain of two single runs (``far_apart``).
    """

    name: str
    members: tuple[int, ...]
    verdicts: tuple[str, ...]
    settings: Settings
    answer: str = UNCLEAR
    certain: str | None = None
    difference: Difference | None = None
    changed: tuple[Change, ...] = ()
    levels: tuple[Level | None, ...] = field(default=(), kw_only=True)
    by_seed: bool = False
    again: tuple[int, ...] = ()

    @property
    def is_unstable(self) -> bool:
        """Whether the members differ in their seed alone and yet get different verdicts."""
        return self.by_seed and disagree(self.verdicts)

    def contrast_with(self, base: Side) -> Contrast:
        """Return the contrast that the answer of this side rests on."""
        return Contrast(base, self, self.answer, self.difference)


def make_sides(
    names: Sequence[str],
    verdicts: Sequence[str],
    bests: Bests,
    settings: Sequence[Settings],
    group: Sequence[str],
    same: Mapping[int, int],
    apart: Sequence[Hashable] = (),
) -> list[Side]:
    """Return the sides of runs, not judged yet, in the order of their first runs.

    Repeats make one side, or runs that share the settings ``group``; every other run is a side.
    ``same`` are runs with the points of an earlier one (``twins``): a side has such points once.
    Where all runs would make one side, those that differ in ``apart`` (one value per run) do not.
    """
    reached = bests.reached(verdicts)
    vary = varying(settings)
    together = repeated(settings, vary, group)
    if apart and not group and list(map(len, together)) == [len(names)]:
        together = repeated(settings, vary, apart=apart)
    grouped = {index for members in together for index in members}
    alone = [(index,) for index in range(len(names)) if index not in grouped]
    sides = []
    for runs in sorted([*together, *alone]):
        members = once(runs, same)
        own = [settings[index] for index in members]
        sides.append(
            Side(
                name=_name(names[members[0]], own, group),
                members=members,
                values=tuple(bests.values[index] for index in members),
                raw=tuple(bests.raw[index] for index in members),
                levels=tuple(bests.levels[index] for index in members),
                reached=tuple(reached[index] for index in members),
                seeds=tuple(seed_of(run) for run in own),
                verdicts=tuple(verdicts[index] for index in members),
                settings=_shared(own),
                by_seed=are_by_seed(own, group),
                again=tuple(index for index in runs if index not in members),
            )
        )
    return sides


def judge_side(side: Side, base: Side, *, lower_is_better: bool) -> Side:
    """Return a side with its difference from the baseline, the answer, and what was changed."""
    found = contrast(base, side, lower_is_better=lower_is_better)
    return replace(
        side,
        answer=found.answer,
        certain=found.certain,
        difference=found.difference,
        changed=changes(side, base),
    )


def _name(first_run: str, settings: Sequence[Settings], group: Sequence[str]) -> str:
    """Return the name of a side: the settings it was made by, or its first run."""
    if group:
        return ", ".join(f"{key}={settings[0].get(key)}" for key in group)
    if len(settings) > 1:
        return f"{first_run} (+{len(settings) - 1})"
    return first_run


def _shared(settings: Sequence[Settings]) -> dict[str, Any]:
    """Return the causes among the settings of a side, each with a tuple if the members differ."""
    found: dict[str, Any] = {}
    for run in settings:
        for key in run:
            if key in found or not is_cause(key):
                continue
            values = {alike(other.get(key)): other.get(key) for other in settings}
            found[key] = tuple(sorted(values)) if len(values) > 1 else next(iter(values.values()))
    return found


def changes(side: Side, base: Side) -> tuple[Change, ...]:
    """Return the settings that differ from the baseline, none if either side logged no settings."""
    return _differing(side.settings, base.settings)


def changes_between(these: Sequence[Settings], baseline: Sequence[Settings]) -> tuple[Change, ...]:
    """Return the settings in which runs differ from those of a baseline, each side as a whole."""
    return _differing(_shared(these), _shared(baseline))


def _differing(here: Settings, base: Settings) -> tuple[Change, ...]:
    """Return the settings with another value here, none if either side has no settings."""
    if not base or not here:
        return ()
    changes = [Change(key, base.get(key), here.get(key)) for key in dict.fromkeys([*base, *here])]
    return tuple(change for change in changes if alike(change.old) != alike(change.new))
