"""Read curves that are called by their split alone: "Loss, Val, Test" are three losses.

A split alone may be the loss or a score, as in the examples of PyTorch Geometric, where ``Val``
beside ``Loss`` is an AUC. The numbers decide: it is the one named metric if it begins by going the
way of that metric. A training value beside a training loss is a score if it goes the other way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.safe.names import printable
from analyzer.stats.arrays import Floats, Ints

_FEWEST = 5  # points of both curves
_FEWEST_LEARNT = 3  # points until the best value; noise makes a turn after one or two
_LEAST = 0.5  # correlation; of losses of one model it is above 0.8 until they part
_MOST_SHARE = 4.0  # held-out data gain less than the training, but a quantity has one scale

Readings = Mapping[tuple[str, str], metrics.Reading]


class Logged(Protocol):
    """The points under one tag."""

    @property
    def tag(self) -> str: ...
    @property
    def split(self) -> str: ...
    @property
    def step(self) -> Ints: ...
    @property
    def value(self) -> Floats: ...


def with_bare_splits(points: Sequence[Logged], readings: Readings) -> Readings:
    """Return readings in which a split alone has the metric that the log names, if it goes its way.

    Nothing is read if the log names several losses and scores, or one with a split of its own.
    """
    bare = [tagged for tagged in points if _is_bare(tagged, readings)]
    if not bare:
        return readings
    named = [tagged for tagged in points if _is_judged(readings[tagged.split, tagged.tag])]
    if len(named) != 1 or named[0].split or metrics.read(named[0].tag).split:
        return readings
    (only,) = named
    metric = readings["", only.tag].metric
    is_loss = metrics.kind(metric) == "loss"
    read = dict(readings)
    for tagged in bare:
        split = metrics.cell_split(tagged.tag)
        agreement = _agreement(only, tagged, rises=not is_loss)
        if split != "train" and agreement >= _LEAST:
            read["", tagged.tag] = metrics.Reading(split, metric, assumed=metrics.BARE_SPLIT)
            read["", only.tag] = replace(readings["", only.tag], split="train")
    if not is_loss:
        return read
    trained = [tagged for tagged in bare if metrics.cell_split(tagged.tag) == "train"]
    if trained and _agreement(only, trained[0], rises=True, against=True) >= _LEAST:
        read.update(_scores(bare, read))
    return read


def unread_splits(points: Sequence[Logged], readings: Readings, source: str) -> list[LogIssue]:
    """Return an issue for splits alone that may be the loss or a score: the user can say which."""
    bare = [tagged.tag for tagged in points if _is_bare(tagged, readings)]
    if not bare:
        return []
    values = {"name": printable(bare[0]), "count": len(bare)}
    return [LogIssue("info", source, "bare_split_unread", values=values)]


def _scores(bare: Sequence[Logged], read: Readings) -> dict[tuple[str, str], metrics.Reading]:
    """Return the readings of splits beside a training loss that are scores, as that of training."""
    return {
        ("", tagged.tag): metrics.Reading(
            metrics.cell_split(tagged.tag), "score", assumed=metrics.BARE_SPLIT
        )
        for tagged in bare
        if not read["", tagged.tag].split
    }


def _is_bare(tagged: Logged, readings: Readings) -> bool:
    is_open = not tagged.split and metrics.is_ambiguous(tagged.tag)
    return is_open and not readings["", tagged.tag].split


def _is_judged(reading: metrics.Reading) -> bool:
    return metrics.kind(reading.metric) is not None


def _agreement(only: Logged, tagged: Logged, *, rises: bool, against: bool = False) -> float:
    """Return the correlation of two curves until the best value of the second, 0 if unknown.

    Behind it the second may turn (overfitting). ``rises`` says that its best value is the highest,
    ``against`` that the first goes the other way.
    """
    _, here, there = np.intersect1d(only.step, tagged.step, return_indices=True)
    first, second = only.value[here], tagged.value[there]
    known = np.isfinite(first) & np.isfinite(second)
    first, second = first[known], second[known]
    if len(first) < _FEWEST:
        return 0.0
    best = int(np.argmax(second) if rises else np.argmin(second)) + 1
    if best < _FEWEST_LEARNT or not first[:best].std() or not second[:best].std():
        return 0.0
    share = np.ptp(second[:best]) / np.ptp(first[:best])
    if not against and not 1 / _MOST_SHARE <= share <= _MOST_SHARE:
        return 0.0
    found = float(np.corrcoef(first[:best], second[:best])[0, 1])
    return -found if against else found
