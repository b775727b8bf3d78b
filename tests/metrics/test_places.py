"""Names of what holds values: a folder, a cell, and a tag for several splits."""

from __future__ import annotations

import pytest

from analyzer.metrics import shared_metric


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("Training vs. Validation Loss", "Loss"),
        ("Train/Val Loss", "Loss"),
        ("loss/train_val", "loss"),
        ("accuracy (train and test)", "accuracy"),
        ("entrenamiento vs validaci\u00f3n: p\u00e9rdida", "loss"),
        ("train/loss", ""),
        ("train/training loss", ""),
        ("val_test", ""),
        ("Loss", ""),
    ],
)
def test_a_name_of_two_splits_leaves_their_metric(name: str, metric: str) -> None:
    assert shared_metric(name) == metric
