"""Make a run of each setting whose curves stand side by side: ``lr_0.1_loss``, ``lr_0.01_loss``.

A name may have the setting and its value (``val_loss (lr=0.1)``, ``bs32_acc``) or an optimizer
(``SGD_train_loss``). Each of the settings has the same losses and scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from analyzer import metrics
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.parsers._series import assemble
from analyzer.parsers._setting_texts import scalar
from analyzer.reading.folds import in_folds, points_under

_SETTING = (
    r"lr|learning[_ ]?rate|eta|bs|batch[_ ]?size|wd|weight[_ ]?decay|dropout|momentum|seed|run|exp"
    r"|experiment|trial|alpha|gamma"
)
_WITH_VALUE = re.compile(
    rf"(?<![A-Za-z])(?P<setting>{_SETTING})[-_ =:]*(?P<value>\d+(?:[.p]\d+)?(?:e-?\d+)?)"
    r"(?![A-Za-z0-9.])",
    re.I,
)
_OPTIMIZER = re.compile(
    r"(?<![A-Za-z])(?P<value>sgd|adamw?|rmsprop|adagrad|adadelta|nadam|radam|lamb|lion)(?![A-Za-z0-9])",
    re.I,
)
_EMPTY = re.compile(r"\(\W*\)|\[\W*\]")
_DOUBLED = re.compile(r"([-_/. ])[-_/. ]+")
_AROUND = "-_/. |:,="


class _Place(NamedTuple):
    """The setting that a name gives, its value, and the name without both."""

    setting: str
    value: str
    name: str

    @property
    def label(self) -> str:
        return self.value if self.setting == "optimizer" else f"{self.setting}={self.value}"


def in_parts(run: Run, names: Mapping[str, metrics.Reading]) -> list[Run]:
    """Return the runs side by side in a log: those of its folds, else of its settings."""
    folds = in_folds(run, names)
    return folds if len(folds) > 1 else in_settings(folds[0], names)


def in_settings(run: Run, names: Mapping[str, metrics.Reading]) -> list[Run]:
    """Return a run for each setting in the names of its series; else the run alone.

    ``names`` are those that the user gave a meaning: a run that has one stays as it is.
    """
    if any(series.tag in names for series in run.series):
        return [run]
    tags = [series.tag for series in run.series]
    places = {tag: place for tag in tags if (place := _place(tag)) is not None}
    if any(metrics.is_judged(tag) and tag not in places for tag in tags):
        return [run]
    by_label: dict[str, set[str]] = {}
    for place in places.values():
        by_label.setdefault(place.label, set()).add(place.name)
    if len(by_label) < 2 or len(set(map(frozenset, by_label.values()))) != 1:
        return [run]
    return list(_runs(run, places))


def _place(tag: str) -> _Place | None:
    """Return the setting in the name of a loss or score, None if there is none."""
    for pattern in (_WITH_VALUE, _OPTIMIZER):
        match = pattern.search(tag)
        if match is None:
            continue
        rest = _EMPTY.sub("", f"{tag[: match.start()]}{tag[match.end() :]}")
        rest = _DOUBLED.sub(r"\1", rest).strip(_AROUND)
        if rest and metrics.is_judged(rest):
            setting = match.groupdict().get("setting", "optimizer").lower()
            return _Place(setting.replace(" ", "_"), match["value"], rest)
    return None


def _runs(run: Run, places: Mapping[str, _Place]) -> Iterator[Run]:
    """Yield the run of each setting; what names none belongs to all of them."""
    shared: list[Series] = [series for series in run.series if series.tag not in places]
    firsts = {place.label: place for place in reversed(list(places.values()))}
    for number, label in enumerate(dict.fromkeys(place.label for place in places.values())):
        own = {
            series.tag: series
            for series in run.series
            if series.tag in places and places[series.tag].label == label
        }
        points = [points_under(series, places[tag].name) for tag, series in own.items()]
        found = assemble(points, run.meta.files[0] if run.meta.files else "")
        setting: dict[str, Any] = {firsts[label].setting: _value(firsts[label].value)}
        yield replace(
            run,
            name=f"{run.name}/{label}",
            series=(*found.series, *shared),
            config={**run.config, **setting},
            issues=(*run.issues, *found.issues) if number == 0 else (),
        )


def _value(text: str) -> Any:
    """Return the value of a setting; a "p" between digits is the decimal point of a file name."""
    return scalar(re.sub(r"(?<=\d)p(?=\d)", ".", text))
