"""What a classification report says: the scores of each class, without the classes confused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analyzer.parsers._report_files import ClassReport, ClassScores
from analyzer.stats.shares import share_of
from analyzer.views._confusion import by_f1, class_row
from analyzer.views._media import shortened


def report_rows(report: Sequence[ClassScores]) -> list[dict[str, Any]]:
    """Return a row for each class as of a confusion matrix, the lowest F1 first.

    Counts follow from recall and support, and from precision; the scores are those of the report.
    """
    examples = sum(scores.support for scores in report)
    rows = []
    for scores in report:
        right = round(scores.recall * scores.support)
        predicted = round(right / scores.precision) if scores.precision > 0 else 0
        row = class_row(shortened(scores.name), right, predicted, scores.support, examples)
        given = {"precision": scores.precision, "recall": scores.recall, "f1": scores.f1}
        rows.append(row | {key: share for key, share in given.items() if row[key] is not None})
    return by_f1(rows)


def report_values(
    source: str, report: ClassReport, rows: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return what holds over all classes; the accuracy is the recall over all examples.

    If examples have several labels or none, neither their number nor an accuracy is known.
    """
    values = {
        "source": shortened(source),
        "classes": len(report.classes),
        "macro_f1": float(np.mean([row["f1"] or 0.0 for row in rows])),
    }
    if not report.has_accuracy:
        return values
    examples = sum(scores.support for scores in report.classes)
    right = sum(round(scores.recall * scores.support) for scores in report.classes)
    accuracy = share_of(right, examples)
    recalls = [scores.recall for scores in report.classes if scores.support]
    return values | {
        "examples": examples,
        "right": right,
        "accuracy": accuracy.value,
        "low": accuracy.low,
        "high": accuracy.high,
        "balanced": float(np.mean(recalls)),
    }
