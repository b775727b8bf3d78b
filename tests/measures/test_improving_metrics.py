"""Metrics that improve while a loss rises: scores and error rates, not noise, not accuracy."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.overfitting import Overfitting
from analyzer.measures.improving_metrics import improving_metrics
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats

FALLING = 0.9 * 0.6 ** np.arange(8)
RISING = np.array([0.42, 0.31, 0.33, 0.36, 0.39, 0.42, 0.46, 0.51])


def overfit(points: int, name: str, values: Floats) -> Run:
    curves = {
        ("train", "loss"): FALLING[:points],
        ("val", "loss"): RISING[:points],
        ("val", name): values[:points],
    }
    return synthetic.of_curves("overfit", curves)


def improving(run: Run) -> list[str]:
    (found,) = Overfitting().detect(run)
    return improving_metrics(run, found)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("wer", np.linspace(36.0, 31.0, 8)),
        ("bleu", np.linspace(20.0, 27.0, 8)),
        ("map50", np.linspace(0.4, 0.6, 8)),
    ],
)
@pytest.mark.parametrize("points", [5, 8])
def test_a_score_or_an_error_rate_that_goes_on_improving_is_named(
    points: int, name: str, values: Floats
) -> None:
    run = overfit(points, name, values)
    assert improving(run) == [name]
    (found,) = Overfitting().detect(run)
    assert "score_improves" in found.tags


@pytest.mark.parametrize("points", [5, 8])
def test_an_error_rate_that_rises_with_the_loss_is_not(points: int) -> None:
    assert improving(overfit(points, "wer", np.linspace(31.0, 36.0, 8))) == []


def test_a_loss_of_another_name_is_not_another_choice() -> None:
    assert improving(overfit(8, "mae", np.linspace(3.0, 1.0, 8))) == []


def test_a_score_that_only_jumps_is_not() -> None:
    jumps = np.random.default_rng(3).normal(0.6, 0.05, 40)
    time = np.arange(40)
    curves = {
        ("train", "loss"): 2 * np.exp(-time / 8),
        ("val", "loss"): np.where(time < 10, 1.2 - 0.08 * time, 0.4 + 0.02 * (time - 10)),
        ("val", "dice"): jumps,
    }
    assert improving(synthetic.of_curves("jumps", curves)) == []
