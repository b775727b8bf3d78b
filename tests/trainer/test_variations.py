"""What differs between runs: the penalty, the surge, what a log shows, losses below zero."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.trainer.variations import Shown, Variation, comparable

TENTHS = (np.arange(10) + 1) / 10


def test_a_penalty_rises_over_its_ramp_and_stays():
    weights = Variation(penalty=2.0, ramp=0.5).penalty_at(np.array([0.1, 0.25, 0.5, 1.0, 2.0]))
    np.testing.assert_allclose(weights, [0.4, 1.0, 2.0, 2.0, 2.0])
    np.testing.assert_allclose(Variation(penalty=2.0).penalty_at(TENTHS), 2.0)
    np.testing.assert_allclose(Variation(ramp=0.5).penalty_at(TENTHS), 0.0)


def test_augmentation_ends_where_it_is_closed_and_otherwise_never():
    closed, whole = Variation(augmentation=0.5, closed_at=0.6), Variation(augmentation=0.5)
    assert [closed.augmentation_at(place) for place in (0.5, 0.6, 1.5)] == [0.5, 0.0, 0.0]
    assert [whole.augmentation_at(place) for place in (0.5, 1.0, 1.5)] == [0.5, 0.5, 0.5]


def test_a_surge_lasts_to_the_end_or_for_a_share_of_the_run():
    lasting = Variation(surge=9.0, surge_at=0.5).surges(10)
    assert lasting.tolist() == [1.0] * 5 + [9.0] * 5
    short = Variation(surge=9.0, surge_at=0.5, surge_for=0.2).surges(10)
    assert short.tolist() == [1.0] * 5 + [9.0] * 2 + [1.0] * 3
    assert Variation().surges(10).tolist() == [1.0] * 10


def test_validation_is_logged_every_k_th_epoch():
    assert np.flatnonzero(Shown(val_every=3).evaluated(10)).tolist() == [2, 5, 8]
    assert Shown().evaluated(4).all()


@pytest.mark.parametrize(
    ("printed", "text"),
    [("digits", 0.12346), ("decimals", 0.1235), ("float32", 0.123456789)],
)
def test_numbers_are_rounded_as_the_log_prints_them(printed, text):
    values = np.array([0.1234567891, np.nan, np.inf])
    assert Shown(printed=printed).print(values) == [text, None, None]


def test_the_best_constant_is_the_same_as_a_likelihood_and_as_a_squared_error():
    """With variance v the best constant has nll = (ln v + 1) / 2 and squared error v."""
    variance = np.array([0.01, 0.3, 1.0, 20.0])
    np.testing.assert_allclose(comparable(0.5 * (np.log(variance) + 1)), variance)


def test_a_huge_likelihood_loss_stays_finite_and_a_missing_one_missing():
    found = comparable(np.array([1e6, np.nan, np.inf]))
    assert np.isfinite(found[0])
    assert np.isnan(found[1])
    assert np.isinf(found[2])
