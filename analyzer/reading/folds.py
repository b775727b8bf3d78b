"""Make a run of each fold of a cross-validation that was logged as names beside each other.

``fold1_train_loss``, ``fold_1/val_loss`` and ``val_loss_fold1`` name their fold. ``val_loss_0`` to
``val_loss_4``, or ``val_loss_f1``, do if nothing else is logged; an issue says so. The losses of a
model's heads stay metrics: they differ in size, or they jump together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.parsers._fold_names import Place, fold_of_label, fold_of_name
from analyzer.parsers._series import Points, assemble
from analyzer.safe.names import printable
from analyzer.stats.shared_noise import shared_noise

_NUMBERED = (
    re.compile(r"(?P<rest>.*[A-Za-z)])[-_/. ]?\[?(?P<number>\d{1,2})\]?"),
    re.compile(r"(?P<number>\d{1,2})[-_/. ](?P<rest>[A-Za-z].*)"),
    re.compile(r"(?P<rest>.*[A-Za-z)])[-_/. ]\[?[fk](?P<number>\d{1,2})\]?", re.I),
    re.compile(r"[fk](?P<number>\d{1,2})[-_/. ](?P<rest>[A-Za-z].*)", re.I),
)
_MEANS = re.compile(
    r"(?:^|[\W_])(?:mean|avg|average|std|stdev|min|max|media|promedio|moyenne)(?:$|[\W_])", re.I
)
_FEWEST_NUMBERS = 3  # numbers alone: two may be the two heads of a model
_MOST_APART = 3.0  # times the middle loss; the losses of heads differ more than those of folds
_FEW_NUMBERS = 4  # more are folds: few models have five heads, and few people fewer folds
_TOGETHER = 0.6  # correlation of the jumps of heads; among 100 sets of folds, none has it by chance


class _Found(NamedTuple):
    """The fold of each tag, and whether nothing but a number says it.

    ``are_heads`` says that such losses jump together and stay metrics of one run.
    """

    places: Mapping[str, Place]
    is_guess: bool = False
    are_heads: bool = False


def in_folds(run: Run, names: Mapping[str, metrics.Reading]) -> list[Run]:
    """Return a run for each fold in the names of its series; else the run alone.

    ``names`` are those that the user gave a meaning: a run that has one stays as it is. A run
    that is named for its fold has it among its settings.
    """
    tags = [series.tag for series in run.series]
    found = _Found({}) if any(tag in names for tag in tags) else _found(run.series)
    if found.is_guess:
        run = _told(run, found)
    if found.places and not found.are_heads:
        return list(_runs(run, found.places))
    fold = fold_of_label(run.name)
    if fold is None or "fold" in run.config:
        return [run]
    return [replace(run, config={**run.config, "fold": fold})]


def _found(series: Sequence[Series]) -> _Found:
    """Return the fold of each tag that names one, none if the tags are not those of folds."""
    tags = [logged.tag for logged in series]
    places = {tag: place for tag in tags if (place := fold_of_name(tag)) is not None}
    if _are_folds(places.values()):
        return _Found(places)
    numbered = _numbered(series)
    are_heads = bool(numbered) and _jump_together(numbered, series)
    return _Found(numbered, is_guess=bool(numbered), are_heads=are_heads)


def _told(run: Run, found: _Found) -> Run:
    """Return a run with the issue that says what its numbered losses are taken for."""
    folds = sorted({place.fold for place in found.places.values()})
    first = next(iter(found.places))
    values = {"count": len(folds), "name": printable(first)}
    key = "numbers_are_heads" if found.are_heads else "numbers_are_folds"
    source = run.meta.files[0] if run.meta.files else run.name
    return replace(run, issues=(*run.issues, LogIssue("info", source, key, values=values)))


def _jump_together(places: Mapping[str, Place], series: Sequence[Series]) -> bool:
    """Say whether losses that stand at the same steps have their noise in common.

    The heads of a model see the same batches and the same weights. Folds are trainings of their
    own, which often stop at different epochs.
    """
    losses: dict[str, list[Series]] = {}
    for logged in series:
        if logged.tag in places and metrics.read(places[logged.tag].name).metric == "loss":
            losses.setdefault(places[logged.tag].name, []).append(logged)
    shared = []
    for curves in losses.values():
        steps = curves[0].step
        if len(curves) > _FEW_NUMBERS:
            return False
        if not all(np.array_equal(steps, curve.step) for curve in curves):
            return False
        shared.append(shared_noise(np.array([curve.value for curve in curves])))
    known = np.array(shared)[np.isfinite(shared)]
    return bool(len(known) and known.mean() >= _TOGETHER)


def _are_folds(places: Iterable[Place]) -> bool:
    """Say whether at least two folds have a loss or a score of one name."""
    counts = Counter(place.name for place in set(places))
    return any(count > 1 and metrics.is_judged(name) for name, count in counts.items())


def _numbered(series: Sequence[Series]) -> dict[str, Place]:
    """Return the folds of tags that end (or begin) with nothing but a number.

    Each loss and score has the same numbers, at least three, from 0 or 1 on; one of them is a
    loss whose name gives the split. Losses of very different size are those of a model's heads.
    """
    for pattern in _NUMBERED:
        places: dict[str, Place] = {}
        for logged in series:
            match = pattern.fullmatch(logged.tag)
            if match is not None and metrics.is_judged(match["rest"]):
                places[logged.tag] = Place(int(match["number"]), match["rest"])
            elif metrics.is_judged(logged.tag) and not _MEANS.search(logged.tag):
                break
        else:
            if _is_complete(places, series):
                return places
    return {}


def _is_complete(places: Mapping[str, Place], series: Sequence[Series]) -> bool:
    """Say whether each metric has the same numbers without a gap, and losses of like size."""
    numbers: dict[str, set[int]] = {}
    for place in places.values():
        numbers.setdefault(place.name, set()).add(place.fold)
    found = {tuple(sorted(folds)) for folds in numbers.values()}
    if len(found) != 1:
        return False
    (folds,) = found
    if len(folds) < _FEWEST_NUMBERS or folds[0] > 1 or folds[-1] - folds[0] + 1 != len(folds):
        return False
    losses = [name for name in numbers if _is_loss_of_split(name)]
    return bool(losses) and all(_are_alike(name, places, series) for name in losses)


def _is_loss_of_split(name: str) -> bool:
    reading = metrics.read(name)
    return reading.split != "" and reading.metric == "loss"


def _are_alike(name: str, places: Mapping[str, Place], series: Sequence[Series]) -> bool:
    """Say whether the losses of one name have like sizes in all folds."""
    values = [
        logged.value[np.isfinite(logged.value)]
        for logged in series
        if logged.tag in places and places[logged.tag].name == name
    ]
    sizes = np.array([np.median(np.abs(value)) for value in values if len(value)])
    if not len(sizes):
        return False
    middle = np.median(sizes)
    return bool((sizes <= _MOST_APART * middle).all() and (middle <= _MOST_APART * sizes).all())


def _runs(run: Run, places: Mapping[str, Place]) -> Iterator[Run]:
    """Yield the run of each fold; what is no loss or score of a fold belongs to all of them."""
    shared: list[Series] = []
    passed_over = list(run.meta.passed_over)
    for series in run.series:
        if series.tag in places:
            continue
        if metrics.is_judged(series.tag) or _MEANS.search(series.tag):
            passed_over.append(PassedOver(series.tag, "over_folds", {"count": len(series)}))
        else:
            shared.append(series)
    meta = replace(run.meta, passed_over=tuple(passed_over))
    folds = sorted({place.fold for place in places.values()})
    for fold in folds:
        own = [
            series
            for series in run.series
            if series.tag in places and places[series.tag].fold == fold
        ]
        points = [points_under(series, places[series.tag].name) for series in own]
        assembled = assemble(points, run.meta.files[0] if run.meta.files else "")
        found = [
            replace(new, split=new.split or old.split)
            for new, old in zip(assembled.series, own, strict=True)
        ]
        keys = {issue.key for issue in run.issues}
        issues = (*run.issues, *(issue for issue in assembled.issues if issue.key not in keys))
        yield replace(
            run,
            name=f"{run.name}/fold_{fold}",
            series=(*found, *shared),
            config={**run.config, "fold": fold},
            meta=meta,
            issues=issues if fold == folds[0] else (),
        )


def points_under(series: Series, name: str) -> Points:
    """Return the points of a series under another name."""
    return Points(
        tag=name,
        split="",
        step=series.step,
        epoch=series.epoch,
        wall_time=series.wall_time,
        value=series.value,
        not_evaluated=series.not_evaluated,
    )
