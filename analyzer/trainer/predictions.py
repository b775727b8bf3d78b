"""``predictions.csv``: the predictions at the epoch of the lowest validation loss.

Truth, prediction and the score of each class.
"""

from __future__ import annotations

import csv
from pathlib import Path

from analyzer.trainer.records import Predictions


def write(path: Path, found: Predictions) -> None:
    """Write a row for each validation example."""
    rows = [
        [_cell(truth), _cell(said)]
        for truth, said in zip(found.truth.tolist(), found.prediction.tolist(), strict=True)
    ]
    classes = 0 if found.scores is None else found.scores.shape[1]
    if found.scores is not None:
        rows = [
            [*row, *(f"{score:.4f}" for score in scores)]
            for row, scores in zip(rows, found.scores, strict=True)
        ]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["truth", "prediction", *(f"score_{label}" for label in range(classes))])
        writer.writerows(rows)


def _cell(value: float) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
