"""What is measured beside the log: the unlogged epochs and the other rates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer.trainer.records import Point
from analyzer.trainer.scenarios import SCENARIOS, Network

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import data, measure  # noqa: E402 - needs torch
from analyzer.trainer.loop import Trainee  # noqa: E402 - needs torch
from analyzer.trainer.measure import Curves  # noqa: E402 - needs torch

CPU = torch.device("cpu")
SMALL = replace(
    SCENARIOS["healthy"], train_rows=60, val_rows=20, batch=20, epochs=4, network=Network((8,))
)
SETS = data.make(SMALL, 0)


def trainee(rate: float = 1.0) -> Trainee:
    return Trainee(SMALL, SETS, device=CPU, seed=0, rate=rate)


def test_an_epoch_that_was_trained_twice_counts_as_it_was_the_last_time() -> None:
    ends = [
        Point(step, epoch, "epoch", {}, {"population": value, "train": 2 * value})
        for step, epoch, value in ((1, 1, 5.0), (2, 2, 4.0), (2, 2, 3.0), (3, 3, 2.0))
    ]
    assert measure.curves_of(ends) == Curves((5.0, 3.0, 2.0), (10.0, 6.0, 4.0))


def test_following_in_two_parts_is_following_at_once() -> None:
    whole, parts = trainee(), trainee()
    first = measure.follow(parts, 2)
    assert first.then(measure.follow(parts, 2, 2)) == measure.follow(whole, 4)


def test_the_labels_need_the_second_half_and_both_other_rates() -> None:
    network = trainee()
    curves = measure.follow(network, 4)
    labels = measure.measured_labels(network, curves, trainee)
    assert network.step == 8 * network.per_epoch
    assert set(labels) >= {"overfitting", "undertrained", "learning_rate_too_low", "healthy"}


def test_a_diverged_run_is_labelled_without_a_warning() -> None:
    lost = Curves((np.nan,) * 6, (np.nan,) * 6)
    good = Curves((1.0,) * 6, (1.0,) * 6)
    labels = measure.labels_of(lost, SETS, later=lost, tenth=good, tenfold=lost)
    assert labels["diverged"]["holds"]
    assert labels["learning_rate_too_high"]["holds"]


def test_only_a_linear_model_is_compared_with_a_wider_network() -> None:
    assert measure.against_wider(SMALL, SETS, device=CPU, seed=0) == {}
    linear = replace(SMALL, network=Network(()), epochs=2)
    reached = measure.against_wider(linear, SETS, device=CPU, seed=0)
    assert 0 < reached["wider_network_train_loss"] < 2 * data.trivial_loss(SETS)
