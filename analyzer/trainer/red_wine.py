"""The red-wine course: its table, its split and scaling, its two models.

The course is Kaggle Learn, "Intro to Deep Learning" (2020-2023), lessons "Overfitting and
Underfitting" and "Dropout and Batch Normalization".
Data: Cortez, P. et al. (2009), doi:10.1016/j.dss.2009.05.016.
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
_TRAIN_SHARE = 0.7  # as in the course
_SPLIT = 0  # the course: red_wine.sample(frac=0.7, random_state=0), the start of this permutation
_SECOND = Network(
    (1024, 1024, 1024), dropout=0.3, batchnorm=True, batchnorm_inputs=True, norm_last=True
)


def make(path: Path, model: str, scenario: Scenario) -> tuple[Data, Scenario]:
    """Return the data and the scenario for one of the course's models.

    The split is the course's own, the same for every seed. For the first model all columns,
    including the target, are scaled by the minimum and maximum of the train part; the second gets
    the raw numbers and normalises them by batch.
    """
    table = read(path)
    order = np.random.RandomState(_SPLIT).permutation(len(table))
    train, val = np.split(table[order], [round(_TRAIN_SHARE * len(table))])
    is_second = model == "dropout-batchnorm"
    if not is_second:
        low, high = train.min(axis=0), train.max(axis=0)
        width = np.where(high > low, high - low, 1)
        train, val = (train - low) / width, (val - low) / width
    val_rows = _rows(val)
    data = Data(_rows(train), val_rows, val_rows, classes=0, loss="mae")
    if is_second:
        epochs = min(scenario.epochs, 100)
        scenario = replace(scenario, network=_SECOND, epochs=epochs, patience=None)
    return data, scenario


def _rows(table: Array) -> Rows:
    """Split the table into features and target, its last column."""
    return Rows(table[:, :-1].astype(np.float32), table[:, -1:].astype(np.float32))


def read(path: Path) -> Array:
    """Return the table with the quality as its last column.

    Cells are separated by commas or semicolons. Raises AnalyzerError if the file is not readable
    or is not the red-wine table.
    """
    rows = _cells(path)
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
        table = np.array([list(map(float, row)) for row in rows[1:]])
    except ValueError as error:
        raise AnalyzerError(f"--data {path}: {error}") from error
    if len(table) < 10 or not np.isfinite(table).all():
        raise AnalyzerError(
            f"--data {path}: needs at least ten rows of {_FEATURES + 1} finite numbers"
        )
    target = rows[0].index(_TARGET)
    return np.concatenate([np.delete(table, target, axis=1), table[:, [target]]], axis=1)


def _cells(path: Path) -> list[list[str]]:
    """Return the cells of the table, empty rows left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise AnalyzerError(f"--data {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise AnalyzerError(f"--data {path}: is not a text file") from error
    lines = text.splitlines()
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    try:
        return [row for row in csv.reader(lines, delimiter=separator) if row]
    except csv.Error as error:
        raise AnalyzerError(f"--data {path}: {error}") from error
