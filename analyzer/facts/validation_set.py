"""The size of the validation set, and what it makes of the best accuracy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer.facts._base import Fact
from analyzer.measures.cost import PERCENT_FROM
from analyzer.measures.data_size import validation_examples
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.shares import wilson

_FROZEN = 8  # evaluations at one value: fewer may be chance with a small set
_MOST = 8  # classes that are named
_FEW = 300  # examples: with fewer, an accuracy of 0.8 has an interval of more than ten points
_CLASSES = 3  # scores of a family: with fewer they need not be classes
_MISSED = 0.05  # a class whose score never passes this is never learnt
_LEARNT = 0.3  # by half of the classes: else the network learns none
# Parts of names that are not classes: means, sizes of objects, ranks and thresholds.
_NO_CLASS = {"macro", "micro", "weighted", "mean", "avg", "average", "overall", "all", "best"}
_NO_CLASS |= {"max", "min", "small", "medium", "large", "at", "top", "k", "score", "50", "75"}
_SCORE = re.compile(
    r"(?P<score>f1|f1_?score|precision|recall|acc|accuracy|iou|ap|auc)[/_.\- ]+(?P<name>.+)", re.I
)


@dataclass(frozen=True, eq=False)
class ValidationSetValues(Values):
    """The size of the validation set, and the best accuracy on it with its 95 % interval."""

    tags: tuple[str, ...]
    examples: int | None
    best_accuracy: float | None  # a share, 0 to 1
    low: float | None  # Wilson, E. B. (1927), JASA 22(158)
    high: float | None
    frozen: float | None  # the value of an accuracy that never changes
    classes: int  # with a score of their own
    missed: tuple[str, ...]  # those that are never learnt


class ValidationSet(Fact):
    """The smallest number of examples that turns every validation accuracy into a whole count."""

    place: ClassVar[int | None] = 50

    def compute(self, run: Run, best: Best | None) -> ValidationSetValues | None:  # noqa: ARG002 - part of the interface
        """Return the size, or None if nothing in the log shows it or anything else of the set."""
        examples = validation_examples(run)
        share, frozen = _accuracy(run)
        scores = _class_scores(run)
        missed = _missed(scores)
        if examples is None and frozen is None and not missed:
            return None
        low = high = None
        tags = []
        if examples is not None:
            tags.append("size")
            if share is not None:
                low, high = wilson(share, examples)
                tags.append("interval")
            if examples < _FEW:
                tags.append("small")
        if frozen is not None:
            tags.append("frozen")
        if missed:
            tags.append("missed")
        return ValidationSetValues(
            tags=tuple(tags),
            examples=examples,
            best_accuracy=share,
            low=low,
            high=high,
            frozen=frozen,
            classes=len(scores),
            missed=missed,
        )


def _class_scores(run: Run) -> dict[str, float]:
    """Return the best held-out score of each class, of the family of scores with most classes."""
    families: dict[str, dict[str, float]] = {}
    for series in run.series:
        found = _SCORE.fullmatch(series.metric)
        value = series.value[np.isfinite(series.value)]
        if found is None or series.split == "train" or not len(value):
            continue
        if _NO_CLASS.isdisjoint(re.split(r"[\W_]+", found["name"].lower())):
            names = families.setdefault(found["score"].lower(), {})
            names[found["name"]] = float(value.max())
    scores = max(families.values(), key=len, default={})
    return scores if len(scores) >= _CLASSES else {}


def _missed(scores: dict[str, float]) -> tuple[str, ...]:
    """Return the classes that are never learnt while at least half of them are."""
    if not scores:
        return ()
    scale = 100 if max(scores.values()) > PERCENT_FROM else 1
    if float(np.median(list(scores.values()))) < _LEARNT * scale:
        return ()
    return tuple(name for name, best in scores.items() if best <= _MISSED * scale)[:_MOST]


def _accuracy(run: Run) -> tuple[float | None, float | None]:
    """Return the best held-out accuracy as a share, and its only value if it never changes."""
    curve = run.find_curve("accuracy", run.held_out("accuracy"))
    if curve is None:
        return None, None
    value = curve.finite().value
    if value.min() < 0 or value.max() > 100:
        return None, None
    share = value / (100 if value.max() > PERCENT_FROM else 1)
    is_frozen = len(share) >= _FROZEN and np.ptp(share) == 0 and 0 < share[0] < 1
    return float(share.max()), float(share[0]) if is_frozen else None
