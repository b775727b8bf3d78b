"""Write ``predictions.csv``: truth, prediction and scores at the lowest validation loss."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from analyzer.safe.files import write_atomically
from analyzer.trainer.records import Predictions


def write(path: Path, predictions: Predictions) -> None:
    """Write one row for each validation example; the scores only if there are classes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    scores = predictions.scores
    classes = 0 if scores is None else scores.shape[1]
    writer.writerow(["truth", "prediction", *(f"score_{index}" for index in range(classes))])
    pairs = zip(predictions.truth.tolist(), predictions.prediction.tolist(), strict=True)
    for place, (truth, prediction) in enumerate(pairs):
        cells = [_cell(truth), _cell(prediction)]
        if scores is not None:
            cells += [f"{score:.4f}" for score in scores[place]]
        writer.writerow(cells)
    write_atomically(path, text.getvalue().encode())


def _cell(value: float) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
