"""Precision-recall curves that were logged, with average precision and the best threshold."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np

from analyzer.model.run import Run
from analyzer.parsers._event_media import tensor_rows
from analyzer.stats.arrays import Floats
from analyzer.views._base import Content, Line, Saying, View, ViewTable
from analyzer.views._media import event_tags, read_moments, shortened

MOST_DRAWN = 6  # curves, those with the lowest average precision first
_MOST_ROWS = 20
_TRUE, _FALSE, _MISSED, _ROWS = 0, 1, 3, 6  # rows of TensorBoard's tensor: TP, FP, TN, FN, P, R


class PrCurve(NamedTuple):
    """A curve by rising threshold: precision where anything is found, recall, and the positives."""

    threshold: Floats
    precision: Floats
    recall: Floats
    positives: float


class PrecisionRecall(View):
    """The curves of the last step of each tag."""

    place: ClassVar[int] = 20

    def read(self, run: Run) -> Content | None:
        """Read the curves of TensorBoard's plug-in."""
        last = {places[-1]: tag for tag, places in event_tags(run, "pr_curve").items()}
        curves: list[tuple[dict[str, Any], PrCurve]] = []
        for place, value in read_moments(list(last)):
            if value.WhichOneof("value") != "tensor":
                continue
            rows = tensor_rows(value.tensor)
            curve = curve_of(rows) if rows is not None else None
            if curve is not None:
                curves.append((_row(shortened(last[place]), place.step, curve), curve))
        if not curves:
            return None
        curves.sort(key=lambda pair: pair[0]["average_precision"])
        rows_ = [row for row, _ in curves]
        values = {"curves": len(curves), "step": max(row["step"] for row in rows_)}
        says = [Saying("overview", values)]
        says.append(Saying("worst" if len(rows_) > 1 else "only", rows_[0]))
        shown = tuple(rows_[:_MOST_ROWS])
        return Content(
            says=tuple(says),
            numbers={**values, "rows": rows_},
            tables=(ViewTable("curves", shown, len(rows_) - len(shown)),),
            lines=tuple(_line(row, curve) for row, curve in curves[:MOST_DRAWN]),
        )


def curve_of(rows: Floats) -> PrCurve | None:
    """Return the curve in TensorBoard's tensor, None if it is none or has no positive."""
    if rows.shape[0] != _ROWS or rows.shape[1] < 2 or not np.isfinite(rows).all():
        return None
    found, wrong, missed = rows[_TRUE], rows[_FALSE], rows[_MISSED]
    positives = float((found + missed).max())
    if positives <= 0 or (rows < 0).any():
        return None
    said = found + wrong
    precision = np.where(said > 0, found / np.where(said > 0, said, 1.0), 1.0)
    threshold = np.linspace(0.0, 1.0, rows.shape[1])
    return PrCurve(threshold, precision, found / positives, positives)


def average_precision(curve: PrCurve) -> float:
    """Return the sum of precision over each rise of recall, from the highest threshold down."""
    rises = np.diff(curve.recall[::-1], prepend=0.0)
    return float((rises * curve.precision[::-1]).sum())


def _row(tag: str, step: int, curve: PrCurve) -> dict[str, Any]:
    both = curve.precision + curve.recall
    f1 = 2 * curve.precision * curve.recall / np.where(both > 0, both, 1.0)
    best = int(np.argmax(f1))
    return {
        "curve": tag,
        "step": step,
        "positives": round(curve.positives),
        "average_precision": average_precision(curve),
        "f1": float(f1[best]),
        "threshold": float(curve.threshold[best]),
        "precision": float(curve.precision[best]),
        "recall": float(curve.recall[best]),
    }


def _line(row: dict[str, Any], curve: PrCurve) -> Line:
    return Line(row["curve"], curve.recall[::-1], curve.precision[::-1], "curve", row)
