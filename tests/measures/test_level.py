"""The level by which a run is ranked, in the unit of its metric."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.errors import NotApplicable
from analyzer.measures.level import Level, best_level


def level(metric: str, value: object) -> Level:
    run = synthetic.of_curves("r", {("val", metric): np.array(value, dtype=float)})
    return best_level(run, metric, "val")


def test_the_level_of_a_noisy_loss_is_above_its_lowest_point() -> None:
    value = 0.42 * np.exp(0.12 * np.random.default_rng(3).standard_normal(100))
    found = level("loss", value)
    assert value.min() < 0.36 < found.low < found.value < found.high  # type: ignore[operator]
    assert found.value == pytest.approx(0.42, rel=0.06)


@pytest.mark.parametrize("width", [1, 100])
def test_the_level_of_a_noisy_accuracy_is_below_its_highest_point(width: int) -> None:
    value = width * np.clip(0.8 + 0.03 * np.random.default_rng(3).standard_normal(100), 0, 1)
    found = level("accuracy", value)
    assert found.value == pytest.approx(0.8 * width, rel=0.02)
    assert found.value < value.max() - 0.05 * width
    assert found.low <= found.value <= found.high <= width  # type: ignore[operator]


def test_a_smooth_curve_has_its_best_value() -> None:
    assert level("loss", np.geomspace(3, 1, 40)).value == pytest.approx(1, rel=1e-3)
    assert level("accuracy", np.linspace(0.2, 0.9, 40)).value == pytest.approx(0.9, rel=1e-3)
    assert level("loss", np.zeros(20)).value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("value", [[0.9, 0.5, 0.6], [0.4], [0.4, np.nan, 0.5, np.inf]])
def test_few_points_have_their_best_value_and_no_interval(value: list[float]) -> None:
    assert level("loss", value) == (np.nanmin(value), None, None)


def test_values_that_are_not_finite_are_left_out() -> None:
    value = np.linspace(2, 1, 30)
    gaps = value.copy()
    gaps[[3, 4, 20]] = np.nan
    gaps = np.append(gaps, [np.inf, np.nan])
    assert level("loss", gaps).value == pytest.approx(1, rel=1e-3)
    with pytest.raises(NotApplicable):
        level("loss", [np.nan] * 9)


def test_a_loss_below_zero_and_an_enormous_one_have_levels() -> None:
    assert level("loss", -np.linspace(1, 3, 40)).value == pytest.approx(-3, rel=1e-2)
    assert np.isfinite(level("loss", np.geomspace(1.7e308, 1e300, 20)).value)
