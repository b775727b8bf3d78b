"""How often a remedy helped, and what was wrong, in runs with known truth: the nouns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Effect:
    """What a remedy did to the measured runs that had a finding, in a context.

    Losses are those on fresh data at the checkpoint that the run's own validation set selects.

    Parameters
    ----------
    context
        A tag of the finding or a property of the runs; "" for all runs with the finding.
    runs, families
        How many runs were repeated with the remedy, and of how many families of tasks.
    gain
        Mean over families of the mean fall of the log loss; ranks the remedies.
    share, low, high
        Share of the runs whose loss fell by more than 1 %, with its 90 % interval over families.
    median
        Median relative change of the loss: -0.12 is 12 % lower.
    worse
        Share of the runs whose loss rose by more than 1 %.
    """

    finding: str
    context: str
    remedy: str
    runs: int
    families: int
    gain: float
    share: float
    low: float
    high: float
    median: float
    worse: float

    def to_dict(self) -> dict[str, Any]:
        """Return what diagnosis.json has of it."""
        keys = ("context", "runs", "families", "share", "low", "high", "median", "worse", "gain")
        return {key: getattr(self, key) for key in keys}


@dataclass(frozen=True)
class Cause:
    """In what share of the measured runs with a finding something was wrong.

    A remedy against it lowered their lowest loss by 5 % or more. ``low`` and ``high`` bound the
    90 % interval over families; ``chance`` is an upper bound of the share in which as many tries of
    other initial weights alone did as much. Several causes may hold in one run.
    """

    finding: str
    cause: str
    runs: int
    families: int
    share: float
    low: float
    high: float
    chance: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return what diagnosis.json has of it."""
        keys = ("cause", "runs", "families", "share", "low", "high", "chance")
        return {key: getattr(self, key) for key in keys}


@dataclass(frozen=True)
class Step:
    """An item of the checklist of a finding's detector, by its place there.

    ``remedy`` is the measured change that it stands for, "" if it has none; of several, the one
    that gained most. ``effect`` is None without enough measurements. ``chance`` is what training
    again from other initial weights did in such runs, None where that is no comparison. ``is_on``
    marks a remedy that the run has already, with the value ``setting``: the item raises it.
    """

    item: int
    remedy: str = ""
    effect: Effect | None = None
    rarely_helped: bool = False
    chance: Effect | None = None
    is_on: bool = False
    setting: float | None = None

    @property
    def no_better_than_chance(self) -> bool:
        """Say whether the remedy helped no more often than training again without it."""
        if self.effect is None or self.chance is None:
            return False
        return self.effect.share <= self.chance.share

    def to_dict(self) -> dict[str, Any]:
        """Return what diagnosis.json has of it."""
        return {
            "remedy": self.remedy,
            "helped": None if self.effect is None else self.effect.to_dict(),
            "again": None if self.chance is None else self.chance.to_dict(),
            "rarely_helped": self.rarely_helped,
            "no_better_than_chance": self.rarely_helped or self.no_better_than_chance,
        }


@dataclass(frozen=True)
class Advice:
    """What to do about a finding, in order, and what was wrong in runs like it."""

    steps: tuple[Step, ...] = ()
    causes: tuple[Cause, ...] = ()
