"""What a confusion matrix says: the scores of each class, the pairs confused most, the balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.stats.arrays import Ints
from analyzer.stats.shares import f1_interval, share_of
from analyzer.views._base import HeatMap

_MOST = 0.5  # of the examples
_SKEWED = 4  # times the examples of the smallest class


@dataclass(frozen=True, eq=False)
class Judged:
    """Classes and how often each was taken for each; ``source`` is a file or a tag."""

    source: str
    classes: tuple[str, ...]
    counts: Ints


def in_all(judged: Judged, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what holds over all classes; F1 of one that is never said and never true is 0."""
    examples, right = int(judged.counts.sum()), int(np.trace(judged.counts))
    accuracy = share_of(right, examples)
    recalls = [row["recall"] for row in rows if row["recall"] is not None]
    return {
        "source": judged.source,
        "examples": examples,
        "right": right,
        "classes": len(judged.classes),
        "accuracy": accuracy.value,
        "low": accuracy.low,
        "high": accuracy.high,
        "balanced": float(np.mean(recalls)),  # accuracy
        "macro_f1": float(np.mean([row["f1"] or 0.0 for row in rows])),
    }


def majority_of(judged: Judged, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the class that most examples are of, None if the classes are about as frequent."""
    examples = judged.counts.sum(axis=1)
    largest, smallest = int(examples.argmax()), int(examples[examples > 0].min())
    share = float(examples[largest] / examples.sum())
    if share < _MOST or examples[largest] < _SKEWED * smallest:
        return None
    return {**values, "majority": judged.classes[largest], "share": share}


def shaded_matrix(judged: Judged) -> HeatMap:
    """Return a matrix of many classes as shades: the share of each true class, the first on top."""
    last = len(judged.classes)
    shares = judged.counts / np.maximum(judged.counts.sum(axis=1, keepdims=True), 1)
    levels = np.ceil(np.sqrt(shares[::-1]) * HeatMap.SHADES - 0.25).clip(0, HeatMap.SHADES)
    return HeatMap(judged.source, levels.astype(np.uint8), low=last, high=1, first=1, last=last)


def class_rows(judged: Judged) -> list[dict[str, Any]]:
    """Return precision, recall and F1 of each class with their intervals, the lowest F1 first."""
    examples = int(judged.counts.sum())
    rows = []
    for place, name in enumerate(judged.classes):
        right = int(judged.counts[place, place])
        predicted, true = int(judged.counts[:, place].sum()), int(judged.counts[place].sum())
        rows.append(class_row(name, right, predicted, true, examples))
    return by_f1(rows)


def class_row(name: str, right: int, predicted: int, true: int, examples: int) -> dict[str, Any]:
    """Return precision, recall and F1 of a class with their intervals, from its counts."""
    row: dict[str, Any] = {"class": name, "examples": true, "predicted": predicted}
    intervals = {
        "precision": share_of(right, predicted),
        "recall": share_of(right, true),
        "f1": f1_interval(right, predicted, true, examples),
    }
    for key, interval in intervals.items():
        is_known = bool(np.isfinite(interval.value))
        row[key] = interval.value if is_known else None
        row[f"{key}_low"] = interval.low if is_known else None
        row[f"{key}_high"] = interval.high if is_known else None
    return row


def by_f1(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of classes, the lowest F1 first; a class without one comes last."""
    return sorted(rows, key=lambda row: 2.0 if row["f1"] is None else row["f1"])


def confused_pairs(judged: Judged) -> list[dict[str, Any]]:
    """Return which class was taken for which, the most frequent pair first."""
    wrong = judged.counts.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")
    pairs = []
    for place in order[: int((wrong > 0).sum())].tolist():
        true, predicted = divmod(place, len(judged.classes))
        count, whole = int(wrong[true, predicted]), int(judged.counts[true].sum())
        share = share_of(count, whole)
        pairs.append(
            {
                "truth": judged.classes[true],
                "prediction": judged.classes[predicted],
                "count": count,
                "examples": whole,
                "share": share.value,
                "low": share.low,
                "high": share.high,
            }
        )
    return pairs
