"""A pack: runs trained together, recorded as if each were alone."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import pack  # noqa: E402 - needs torch
from analyzer.trainer.sampling import Config  # noqa: E402 - needs torch
from analyzer.trainer.schedules import KINDS  # noqa: E402 - needs torch

CPU = torch.device("cpu")
CONFIG = Config(
    family="friedman",
    width=16,
    optimizer="adam",
    lr=0.01,
    schedule="constant",
    weight_decay=0.0,
    dropout=0.0,
    noise=0.1,
    train_examples=60,
    batch_size=15,
    epochs=16,
    val_examples=(300, 20),
    per_step=False,
)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Make the population small enough for a test."""
    monkeypatch.setattr(pack, "POPULATION", 512)


def test_a_run_survives_a_diverging_neighbour():
    """The first run becomes NaN; the second must stay finite."""
    lost = dataclasses.replace(CONFIG, optimizer="sgd", lr=1e6)
    first, second = pack.train([lost, CONFIG], (1, 0), CPU)
    assert not np.isfinite(first.full_train[-1])
    assert np.isfinite(second.population).all()
    assert np.isfinite(second.val_loss).all()


def test_the_records_of_a_run_fit_together():
    """A large validation set agrees with the population, and the three rates differ."""
    (run,) = pack.train(
        [dataclasses.replace(CONFIG, epochs=40, val_examples=(5000, 1000))], (2, 0), CPU
    )
    assert run.population.shape == run.full_train.shape == (80,)
    error = np.log(run.val_loss[:, 0] / run.population[:40])
    assert abs(error.mean()) < 0.1
    assert run.full_train[39] < run.population[39]
    assert run.trivial == pytest.approx(1.01, abs=0.3)
    ends = [run.population[39], run.tenth.population[-1], run.tenfold.population[-1]]
    assert len({round(float(end), 6) for end in ends}) == 3


def test_the_logged_train_loss_is_the_mean_over_the_batches():
    """If the weights hardly move, the mean over the batches is the full train loss."""
    still = dataclasses.replace(CONFIG, optimizer="sgd", lr=1e-9)
    each = dataclasses.replace(still, per_step=True)
    (run,), (steps,) = pack.train([still], (3, 0), CPU), pack.train([each], (3, 0), CPU)
    np.testing.assert_allclose(run.train_loss, run.full_train[:16], rtol=1e-4)
    np.testing.assert_allclose(steps.train_loss.reshape(16, 4).mean(1), run.train_loss, rtol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schedule_is_followed_and_then_stays(kind):
    (run,) = pack.train([dataclasses.replace(CONFIG, schedule=kind, epochs=40)], (4, 0), CPU)
    # An exponential has fallen by a tenth after its first epoch.
    assert run.lr.max() == pytest.approx(0.01, rel=0.15)
    if kind == "constant":
        assert run.lr.min() == run.lr.max()
    elif kind != "reduce_on_plateau":
        assert run.lr[-1] < 0.2 * run.lr.max()
    else:
        assert set(np.round(np.log(run.lr / 0.01) / np.log(0.2), 6)) <= {0.0, 1.0, 2.0, 3.0}


def test_dropout_affects_the_logged_loss_but_not_the_evaluation():
    still = dataclasses.replace(CONFIG, optimizer="sgd", lr=1e-9)
    (plain,) = pack.train([still], (5, 0), CPU)
    (dropped,) = pack.train([dataclasses.replace(still, dropout=0.5)], (5, 0), CPU)
    np.testing.assert_allclose(plain.train_loss, plain.full_train[:16], rtol=1e-4)
    assert np.abs(dropped.train_loss / dropped.full_train[:16] - 1).max() > 1e-3
