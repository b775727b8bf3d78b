"""Calibration: the logistic curve of maximum likelihood, and the error of probabilities."""

from __future__ import annotations

import math
import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stats.arrays import Bools, Floats
from analyzer.stats.logistic import logistic

SCRIPT = runpy.run_path(str(Path(__file__).with_name("calibration.py")))
fit_logistic, calibration_error = SCRIPT["fit_logistic"], SCRIPT["calibration_error"]


def judged(points: int, slope: float, intercept: float, seed: int) -> tuple[Floats, Bools]:
    """Return margins and truths that follow a logistic curve."""
    rng = np.random.default_rng(seed)
    margin = rng.standard_normal(points)
    return margin, rng.uniform(size=points) < 1 / (1 + np.exp(-slope * margin - intercept))


def targets_slowly(holds: Bools) -> list[float]:
    hits = int(np.count_nonzero(holds))
    of_a_hit, of_a_miss = (hits + 1) / (hits + 2), 1 / (len(holds) - hits + 2)
    return [of_a_hit if hit else of_a_miss for hit in holds.tolist()]


def fit_slowly(margin: Floats, holds: Bools) -> tuple[float, float]:
    """Return slope and intercept by bisection: the slope outside, the intercept inside."""
    points = list(zip(margin.tolist(), targets_slowly(holds), strict=True))

    def missing(slope: float, intercept: float, power: int) -> float:
        """Return the derivative of the log likelihood: of the intercept (power 0) or slope (1)."""
        return sum(
            (target - 1 / (1 + math.exp(-slope * m - intercept))) * m**power for m, target in points
        )

    def intercept_for(slope: float) -> float:
        low, high = -30.0, 30.0
        for _ in range(50):
            middle = (low + high) / 2
            if missing(slope, middle, 0) > 0:
                low = middle
            else:
                high = middle
        return low

    low, high = -20.0, 20.0
    for _ in range(50):
        middle = (low + high) / 2
        if missing(middle, intercept_for(middle), 1) > 0:
            low = middle
        else:
            high = middle
    return low, intercept_for(low)


def error_slowly(confidence: Floats, right: Bools, bins: int) -> float:
    """Return the mean gap over bins of equal count; the first bins take what is left over."""
    points = sorted(
        zip(confidence.tolist(), right.tolist(), strict=True), key=lambda point: point[0]
    )
    total, start = 0.0, 0
    for number in range(bins):
        length = len(points) // bins + (number < len(points) % bins)
        part = points[start : start + length]
        total += abs(sum(chance for chance, _ in part) - sum(truth for _, truth in part))
        start += length
    return total / max(len(points), 1)


@pytest.mark.parametrize(
    ("points", "slope", "intercept"),
    [(12, 1.0, 0.0), (60, 3.0, -1.0), (60, -2.0, 2.0), (40, 0.0, 0.5)],
)
def test_the_fit_equals_its_slow_twin(points: int, slope: float, intercept: float) -> None:
    margin, holds = judged(points, slope, intercept, seed=points)
    assert fit_logistic(margin, holds) == pytest.approx(fit_slowly(margin, holds), abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_the_fit_is_that_of_scikit_learn_on_platts_targets(seed: int) -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    margin, holds = judged(80, 2.0, -0.5, seed)
    target = np.array(targets_slowly(holds))
    model = linear.LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
    twice, truth = np.concatenate([margin, margin])[:, None], np.repeat([1, 0], 80)
    model.fit(twice, truth, sample_weight=np.concatenate([target, 1 - target]))
    assert fit_logistic(margin, holds) == pytest.approx(
        (model.coef_[0, 0], model.intercept_[0]), abs=1e-4
    )


def test_of_many_runs_the_fit_is_that_of_logistic_regression_without_penalty() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    margin, holds = judged(5000, 1.0, -0.5, seed=4)
    model = linear.LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(
        margin[:, None], holds
    )
    found = fit_logistic(margin, holds)
    assert found == pytest.approx((model.coef_[0, 0], model.intercept_[0]), abs=0.005)
    assert found == pytest.approx((1.0, -0.5), abs=0.12)  # the truth, within three standard errors


def test_the_fit_is_the_binomial_model_of_statsmodels() -> None:
    linear = pytest.importorskip("statsmodels.genmod.generalized_linear_model")
    families = pytest.importorskip("statsmodels.genmod.families")
    margin, holds = judged(100, 2.0, 1.0, seed=5)
    design = np.column_stack([margin, np.ones(100)])
    fit = linear.GLM(np.array(targets_slowly(holds)), design, family=families.Binomial()).fit(
        tol=1e-12
    )
    assert fit_logistic(margin, holds) == pytest.approx(tuple(fit.params), abs=1e-4)


@pytest.mark.parametrize("points", [1, 2, 10, 1000])
def test_if_all_hold_the_odds_are_platts_n_plus_one_to_one(points: int) -> None:
    # Platt (1999): the target of n hits without a miss is (n + 1) / (n + 2)
    margin = np.linspace(-1, 1, points) if points > 1 else np.zeros(1)
    slope, intercept = fit_logistic(margin, np.ones(points, dtype=bool))
    assert (slope, intercept) == pytest.approx((0, math.log(points + 1)), abs=1e-3)
    slope, intercept = fit_logistic(margin, np.zeros(points, dtype=bool))
    assert (slope, intercept) == pytest.approx((0, -math.log(points + 1)), abs=1e-3)


@pytest.mark.parametrize("points", [2, 10, 100])
def test_a_margin_that_separates_perfectly_gives_no_certainty(points: int) -> None:
    margin = np.linspace(-1, 1, points)
    slope, intercept = fit_logistic(margin, margin > 0)
    sure = logistic(1.0, slope, intercept)
    assert 0.5 < sure < 1 - 1e-5
    assert logistic(-1.0, slope, intercept) == pytest.approx(1 - sure, abs=1e-9)


@given(st.integers(8, 60), st.floats(-3, 3), st.floats(-3, 3), st.integers(0, 10**6))
def test_the_mean_of_the_probabilities_is_that_of_the_targets(
    points: int, slope: float, intercept: float, seed: int
) -> None:
    margin, holds = judged(points, slope, intercept, seed)
    found = fit_logistic(margin, holds)
    chance = [logistic(value, *found) for value in margin]
    target = targets_slowly(holds)
    assert sum(chance) == pytest.approx(sum(target), abs=1e-4)
    assert sum(margin * chance) == pytest.approx(sum(margin * target), abs=1e-4)


def test_a_margin_in_other_units_gives_the_same_probabilities() -> None:
    margin, holds = judged(80, 2.0, 0.3, seed=6)
    slope, intercept = fit_logistic(margin, holds)
    assert fit_logistic(50 * margin, holds) == pytest.approx((slope / 50, intercept), abs=1e-4)
    assert fit_logistic(-margin, holds) == pytest.approx((-slope, intercept), abs=1e-4)


def test_no_run_at_all_is_a_coin_toss() -> None:
    assert fit_logistic(np.array([]), np.array([], dtype=bool)) == (0, 0)


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.booleans()), max_size=60, unique_by=lambda point: point[0]
    ),
    st.integers(1, 9),
)
def test_the_calibration_error_equals_its_slow_twin(
    points: list[tuple[float, bool]], bins: int
) -> None:
    confidence = np.array([chance for chance, _ in points])
    right = np.array([truth for _, truth in points], dtype=bool)
    assert calibration_error(confidence, right, bins=bins) == pytest.approx(
        error_slowly(confidence, right, bins)
    )


def test_the_calibration_error_is_that_of_the_curve_of_scikit_learn() -> None:
    calibration = pytest.importorskip("sklearn.calibration")
    rng = np.random.default_rng(7)
    confidence = rng.uniform(size=200)
    right = rng.uniform(size=200) < confidence**2
    share, mean = calibration.calibration_curve(right, confidence, n_bins=5, strategy="quantile")
    assert calibration_error(confidence, right) == pytest.approx(np.abs(share - mean).mean())


def test_the_calibration_error_worked_by_hand() -> None:
    confidence = np.array([0.9, 0.1, 0.2, 0.8])
    right = np.array([False, False, True, True])
    # two bins: .1 and .2 with a half right, off by .35; .8 and .9 with a half right, off by .35
    assert calibration_error(confidence, right, bins=2) == pytest.approx(0.35)
    assert calibration_error(confidence, right, bins=1) == pytest.approx(0)


def test_honest_probabilities_have_a_small_error_and_boasts_a_large_one() -> None:
    rng = np.random.default_rng(8)
    confidence = rng.uniform(size=20_000)
    right = rng.uniform(size=20_000) < confidence
    assert calibration_error(confidence, right) < 0.02
    assert calibration_error(np.ones(20_000), right) == pytest.approx(0.5, abs=0.02)


def test_the_error_of_no_judgement_is_zero() -> None:
    assert calibration_error(np.array([]), np.array([], dtype=bool)) == 0
