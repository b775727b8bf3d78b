"""Metrics that were logged for each class (f1_cat, precision/dog): the classes side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.views._base import Content, Saying, View, ViewTable
from analyzer.views._media import shortened

_METRICS: Mapping[str, str] = {
    "f1": "f1",
    "precision": "precision",
    "recall": "recall",
    "accuracy": "accuracy",
    "acc": "accuracy",
    "iou": "iou",
    "dice": "dice",
    "auc": "auc",
    "auroc": "auc",
    "ap": "ap",
}
_BETWEEN = re.compile(r"[/_.\-\s:]+")
_ORDER = tuple(dict.fromkeys(_METRICS.values()))
_FILLERS = frozenset(("score", "class", "cls", "label", "clase", "per", "metrics", "epoch"))
# What stands where a class would stand and is none: averages, thresholds, ranks, data sets.
_NO_CLASSES = frozenset(
    (
        *("macro", "micro", "weighted", "mean", "avg", "average", "overall", "total", "global"),
        *("best", "last", "max", "min", "top", "top1", "top5", "at", "binary", "all", "std"),
        *("samples", "balanced", "ema", "student", "teacher", "full", "half", "step", "cls"),
        *("token", "sequence", "sparse", "categorical", "box", "mask", "seg", "running"),
        *("bbox", "masks", "segm", "small", "medium", "large"),  # of COCO: tasks and sizes
        "cutoff",
    )
)
FEWEST = 3  # classes: two names may be anything
MOST_CLASSES = 200
_MOST_ROWS = 20
_FROZEN = 5  # values of a metric that never changes


class ClassName(NamedTuple):
    """The metric, split and class in the name of a series."""

    metric: str
    split: str
    of: str


class ClassMetrics(View):
    """The last value of each metric and class, the classes with the lowest one first."""

    place: ClassVar[int] = 15

    def read(self, run: Run) -> Content | None:
        """Find the metrics of classes by their names; no file is opened."""
        found = _by_split(run.series)
        if not found:
            return None
        split = next((name for name in ("val", "test", "", "train") if name in found), "")
        table = found[split]
        by = next(name for name in _ORDER if name in table)
        rows = class_rows(table, by)
        values = {"classes": len(rows), "split": split, "by": by}
        says = [Saying("worst" if split else "worst_unsaid", {**rows[0], **values})]
        frozen = [row for row in rows if row["frozen"]]
        if frozen:
            says.append(Saying("frozen", {**frozen[0], "by": by, "count": len(frozen)}))
        shown = tuple(rows[:_MOST_ROWS])
        tables = (ViewTable("classes", shown, len(rows) - len(shown)),)
        return Content(tuple(says), {**values, "rows": rows}, tables)


def class_name(tag: str) -> ClassName | None:
    """Return what the name of a series says, None if it is not the metric of one class."""
    words = [word for word in _BETWEEN.split(tag) if word]
    if _METRICS.keys().isdisjoint(map(str.lower, words)):  # as most names
        return None
    split, kept = "", []
    for word in words:
        known = metrics.folder_split(word.lower())
        if known and not split:
            split = known
        else:
            kept.append(word)
    places = [at for at, word in enumerate(kept) if word.lower() in _METRICS]
    if len(places) != 1:
        return None
    metric = _METRICS[kept.pop(places[0]).lower()]
    own = [word for word in kept if word.lower() not in _FILLERS]
    if not own or any(word.lower() in _NO_CLASSES for word in own):
        return None
    if len(own) == 2 and own[0].lower() in metrics.ITEMS and own[1].isdigit():  # "iou/image_3"
        return None
    is_numbered = all(word.isdigit() for word in own)
    if is_numbered and len(own) == len(kept):  # precision_5 may be the precision at five
        return None
    return ClassName(metric, split, " ".join(own))


def _by_split(series: Sequence[Series]) -> dict[str, dict[str, dict[str, Series]]]:
    """Return the series of classes by split, metric and class, where there are enough classes."""
    found: dict[str, dict[str, dict[str, Series]]] = {}
    for own in series:
        name = class_name(own.tag)
        if name is None or not np.isfinite(own.value).any():
            continue
        finite = own.value[np.isfinite(own.value)]
        if finite.min() < 0 or finite.max() > 100:
            continue
        split = name.split or own.split
        table = found.setdefault(split, {}).setdefault(name.metric, {})
        if len(table) < MOST_CLASSES:
            table.setdefault(name.of, own)
    kept = {}
    for split, tables in found.items():
        enough = {metric: table for metric, table in tables.items() if len(table) >= FEWEST}
        if enough:
            kept[split] = enough
    return kept


def class_rows(table: Mapping[str, Mapping[str, Series]], by: str) -> list[dict[str, Any]]:
    """Return a row for each class with the last value of each metric, the lowest first."""
    rows = []
    for name, series in table[by].items():
        places = np.flatnonzero(np.isfinite(series.value))
        value = series.value[places]
        best = int(np.argmax(value))
        row: dict[str, Any] = {"class": shortened(name)}
        row |= {**_place("at", series, int(places[-1])), **_place("top", series, int(places[best]))}
        row |= dict.fromkeys(_ORDER)
        for metric, classes in table.items():
            if name in classes:
                own = classes[name].value
                row[metric] = float(own[np.isfinite(own)][-1])
        row |= {"value": row[by], "best": float(value[best])}
        row["frozen"] = bool(len(value) >= _FROZEN and np.ptp(value) == 0)
        rows.append(row)
    return sorted(rows, key=lambda row: row["value"])


def _place(name: str, series: Series, at: int) -> dict[str, Any]:
    """Return the step and, if it is known, the epoch of a point under ``name``."""
    epoch = float(series.epoch[at])
    step = int(series.step[at])
    return {f"{name}_step": step, f"{name}_epoch": epoch if np.isfinite(epoch) else None}
