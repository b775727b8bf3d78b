"""The course on red wine: its table, its split and scaling, its two models.

The course is Kaggle Learn, "Intro to Deep Learning" (2020-2023), lessons "Overfitting and
Underfitting" and "Dropout and Batch Normalization". Data: Cortez, P. et al. (2009),
doi:10.1016/j.dss.2009.05.016.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np

from analyzer.errors import AnalyzerError
from analyzer.trainer.data import Array, Data, Rows
from analyzer.trainer.scenarios import Network, Scenario

_TARGET = "quality"
_FEATURES = 11
_TRAIN_SHARE = 0.7  # of the course
# The course: ``red_wine.sample(frac=0.7, random_state=0)``, which is this permutation's beginning.
_SPLIT = 0
_SECOND = Network(
    (1024, 1024, 1024), dropout=0.3, batchnorm=True, batchnorm_inputs=True, norm_last=True
)


def make(path: Path, model: str, scenario: Scenario) -> tuple[Data, Scenario]:
    """Return the data and the scenario of one of the course's models.

    The split is the course's own, the same for every seed. The first model gets everything, the
    target too, scaled by the least and the greatest of the train part; the second gets the raw
    numbers, and normalises them by batch.
    """
    table = read(path)
    order = np.random.RandomState(_SPLIT).permutation(len(table))
    train, val = np.split(table[order], [round(_TRAIN_SHARE * len(table))])
    is_second = model == "dropout-batchnorm"
    if not is_second:
        low, high = train.min(axis=0), train.max(axis=0)
        width = np.where(high > low, high - low, 1)
        train, val = ((curve - low) / width for curve in (train, val))
    parts = [
        Rows(curve[:, :-1].astype(np.float32), curve[:, -1:].astype(np.float32))
        for curve in (train, val)
    ]
    made = Data(parts[0], parts[1], parts[1], classes=0, loss="mae")
    if not is_second:
        return made, scenario
    return made, replace(scenario, network=_SECOND, epochs=min(scenario.epochs, 100), patience=None)


def read(path: Path) -> Array:
    """Return the table with the quality as its last column.

    Cells are separated by commas or semicolons.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise AnalyzerError(f"--data {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise AnalyzerError(f"--data {path}: is no text") from error
    lines = text.splitlines()
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    try:
        rows = [row for row in csv.reader(lines, delimiter=separator) if row]
    except csv.Error as error:
        raise AnalyzerError(f"--data {path}: {error}") from error
    if not rows or _TARGET not in rows[0] or len(rows[0]) != _FEATURES + 1:
        raise AnalyzerError(
            f'--data {path}: needs a header of {_FEATURES} features and "{_TARGET}"'
        )
    for number, row in enumerate(rows, 1):
        if len(row) != _FEATURES + 1:
            raise AnalyzerError(
                f"--data {path}: row {number} has {len(row)} cells, not {_FEATURES + 1}"
            )
    try:
        table = np.array([[float(cell) for cell in row] for row in rows[1:]])
    except ValueError as error:
        raise AnalyzerError(f"--data {path}: {error}") from error
    if len(table) < 10 or not np.isfinite(table).all():
        raise AnalyzerError(
            f"--data {path}: needs at least ten rows of {_FEATURES + 1} finite numbers"
        )
    at = rows[0].index(_TARGET)
    return np.concatenate([np.delete(table, at, axis=1), table[:, [at]]], axis=1)
