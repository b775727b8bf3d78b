"""The data of the scenarios: sizes, noise, leaks, and losses against naive ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer.trainer import data
from analyzer.trainer.data import Data, Rows
from analyzer.trainer.scenarios import SCENARIOS

CLASSES = replace(SCENARIOS["overfitting"], train_rows=300, val_rows=200)


def test_the_same_seed_gives_the_same_rows_of_one_task() -> None:
    first, same, other = (data.make(CLASSES, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.train.x, same.train.x)
    assert not np.array_equal(first.train.x, other.train.x)
    assert (len(first.train), len(first.val), len(first.population)) == (300, 200, 4096)


def test_a_leak_copies_its_share_of_training_rows() -> None:
    sets = data.make(replace(CLASSES, leak=0.25), 0)
    train = {row.tobytes() for row in sets.train.x}
    assert sum(row.tobytes() in train for row in sets.val.x) == 50


def test_a_majority_is_reached_by_leaving_out_rows_of_the_other_classes() -> None:
    whole, sets = data.make(CLASSES, 0), data.make(replace(CLASSES, majority=0.9), 0)
    assert np.mean(sets.val.y == 0) == pytest.approx(0.9, abs=0.02)
    kept = {row.tobytes() for row in whole.val.x}
    assert all(row.tobytes() in kept for row in sets.val.x)
    assert np.array_equal(whole.train.y, sets.train.y)


def test_label_noise_changes_its_share_of_labels_in_train_and_validation() -> None:
    clean, noisy = data.make(CLASSES, 0), data.make(replace(CLASSES, label_noise=0.4), 0)
    assert np.mean(clean.train.y != noisy.train.y) == pytest.approx(0.4, abs=0.08)
    assert np.mean(clean.val.y != noisy.val.y) == pytest.approx(0.4, abs=0.1)
    assert np.array_equal(clean.population.y, noisy.population.y)


def test_a_bundled_set_is_split_without_overlap_and_scaled_by_its_train_part() -> None:
    pytest.importorskip("sklearn", reason="needs scikit-learn (extra trainer)")
    sets = data.make(SCENARIOS["diverging"], 0)
    assert len(sets.train) + len(sets.val) + len(sets.population) == 442
    np.testing.assert_allclose(sets.train.x.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(sets.train.x.std(axis=0), 1, atol=1e-5)
    assert (sets.classes, sets.loss, sets.picture) == (0, "mse", None)


def test_the_digits_are_images() -> None:
    pytest.importorskip("sklearn", reason="needs scikit-learn (extra trainer)")
    sets = data.make(SCENARIOS["plateau"], 0)
    assert (sets.classes, sets.loss, sets.picture) == (10, "cross_entropy", (8, 8))


@pytest.mark.parametrize("loss", ["mae", "mse"])
def test_no_constant_beats_the_trivial_loss_of_a_regression(loss: str) -> None:
    y = np.random.default_rng(0).exponential(size=(101, 1))
    rows = Rows(y, y)
    trivial = data.trivial_loss(Data(rows, rows, rows, classes=0, loss=loss))
    constants = np.linspace(0, 4, 2001)
    reached = [data.loss_of(np.full_like(y, constant), y, loss) for constant in constants]
    assert trivial == pytest.approx(min(reached), rel=1e-4)


def test_the_trivial_loss_of_classes_is_the_entropy_of_their_shares() -> None:
    rows = Rows(np.zeros((4, 1)), np.array([0, 0, 1, 2]))
    trivial = data.trivial_loss(Data(rows, rows, rows, classes=4, loss="cross_entropy"))
    assert trivial == pytest.approx(0.5 * np.log(2) + 0.5 * np.log(4))


def test_cross_entropy_is_the_mean_negative_log_share_of_the_true_class() -> None:
    scores = np.random.default_rng(1).normal(size=(7, 3)) * 5
    y = np.array([0, 1, 2, 0, 1, 2, 0])
    shares = data.shares_of(scores)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    expected = -np.mean([np.log(row[label]) for row, label in zip(shares, y, strict=True)])
    assert data.loss_of(scores, y, "cross_entropy") == pytest.approx(expected)


def test_the_metric_is_accuracy_or_mean_absolute_error() -> None:
    scores = np.array([[2.0, 1.0], [0.0, 3.0]])
    assert data.metric_of(scores, np.array([0, 0]), 2) == 0.5
    assert data.metric_of(np.array([[1.0], [4.0]]), np.array([[2.0], [2.0]]), 0) == 1.5
