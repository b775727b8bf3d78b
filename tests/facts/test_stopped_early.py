"""How probable early stopping is, against an end by chance."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.facts._stopped_early import COURSES, DELTAS, USUAL, guess
from analyzer.model.series import Curve


def curve_of(length: int, best: int) -> Curve:
    value = 0.1 + 0.05 * np.abs(np.arange(length) - best)
    return synthetic.of_curves("made", {("val", "loss"): value}).curve("loss", "val")


def test_the_settings_are_shares_of_all() -> None:
    assert sum(USUAL.values()) == pytest.approx(1)
    assert sum(DELTAS.values()) == pytest.approx(1)
    assert sum(COURSES.values()) < 0.05


def test_a_longer_plan_makes_chance_less_likely() -> None:
    found = [guess(curve_of(30, 24), planned, 1.0) for planned in (30, 100, 300)]
    probability = [made.probability for made in found if made is not None]
    assert len(probability) == 3
    assert probability == sorted(probability)
    expected = 0.23 / (0.23 + 1 / 100)  # every min_delta fits, so their shares add up to one
    assert probability[1] == pytest.approx(expected)


def test_a_rare_patience_is_less_likely_than_a_usual_one() -> None:
    usual, rare = guess(curve_of(35, 24), 100, 1.0), guess(curve_of(37, 24), 100, 1.0)
    assert usual is not None
    assert rare is not None
    assert (usual.patience, rare.patience) == (10, 12)
    assert usual.probability > rare.probability


def test_other_distances_are_chance() -> None:
    assert guess(curve_of(36, 24), 100, 1.0) is None


def test_the_points_that_would_fit_are_counted() -> None:
    made = guess(curve_of(30, 24), 100, 1.0)
    assert made is not None
    assert made.fitting == 4  # after 2, 3, 4 and 5 evaluations
