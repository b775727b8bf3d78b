"""Particulars of boosters and scikit-learn."""

from __future__ import annotations

import numpy as np

from analyzer.parsers._text_plan import Key
from analyzer.parsers._text_rows import Column
from analyzer.parsers._text_writers import catboost_kind, with_rounds


def column(name: str, values: list[float]) -> Column:
    rows = np.arange(len(values))
    blank = np.full(len(values), np.nan)
    return Column(Key("value", name), rows, np.array(values), blank, rows + 1.0)


def test_catboost_prints_a_loss_or_a_score() -> None:
    rounds = ("round",)
    assert catboost_kind([column("learn", [0.7, 0.5])], rounds) == "loss"
    assert catboost_kind([column("test", [0.7, 0.8])], rounds) == "score"
    assert catboost_kind([column("test", [7.0, 8.0])], rounds) == "loss"
    assert catboost_kind([column("test", [0.7, 0.8])], ("step",)) == ""


def test_rounds_of_lightgbm_count_from_one() -> None:
    (found,) = with_rounds([column("training's l2", [1.0, 2.0])], ("round",))
    assert (found.step.tolist(), found.epoch.tolist()) == ([0, 1], [1, 2])
    (found,) = with_rounds([column("train-rmse", [1.0, 2.0])], ("round",))
    assert (found.step.tolist(), found.epoch.tolist()) == ([1, 2], [1, 2])
