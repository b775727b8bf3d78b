"""Trials: a remedy changes its own arm, on the data of the run."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer.pack import Arm  # noqa: E402 - needs torch
from analyzer.trainer.remedies import arms_of  # noqa: E402 - needs torch
from analyzer.trainer.sampling import Config  # noqa: E402 - needs torch
from analyzer.trainer.treatment import FAULTS, Treatment  # noqa: E402 - needs torch
from analyzer.trainer.trials import Trials, places, train  # noqa: E402 - needs torch
from analyzer.trainer.variations import Shown  # noqa: E402 - needs torch

CPU = torch.device("cpu")
CONFIG = Config(
    family="network_classes",
    width=16,
    optimizer="adam",
    lr=0.01,
    schedule="constant",
    weight_decay=0.0,
    dropout=0.0,
    noise=0.1,
    train_examples=80,
    batch_size=20,
    epochs=20,
    val_examples=(200, 20),
    per_step=False,
)
SEED = (4, 0)


@pytest.fixture(scope="module")
def trial():
    """Return the trial of a plain run."""
    return train([CONFIG], SEED, CPU)[0]


def test_runs_without_arms_do_not_change_those_of_their_pack():
    noisy = dataclasses.replace(CONFIG, dropout=0.3, batch_size=40, train_examples=160)
    configs = [CONFIG, noisy, dataclasses.replace(CONFIG, lr=0.02)]
    all_of_them = train(configs, SEED, CPU, [{"": config} for config in configs])
    arms = {name: arms_of(configs[2])[name] for name in ("", "wider", "dropout")}
    (only,) = train(configs, SEED, CPU, [{}, {}, arms])
    np.testing.assert_allclose(only.logged.val_loss, all_of_them[2].logged.val_loss, rtol=1e-4)
    assert set(only.outcomes) == set(arms)


def test_every_arm_has_an_outcome_and_they_differ(trial):
    assert set(trial.outcomes) == set(arms_of(CONFIG))
    ends = {outcome.end[0] for outcome in trial.outcomes.values()}
    assert len(ends) >= len(trial.outcomes) - 1  # where no gradient is large, clipping does nothing
    for outcome in trial.outcomes.values():
        assert outcome.lowest[0] <= min(outcome.selected[0], outcome.end[0])
        assert 0 <= outcome.selected[1] <= 1


def test_the_run_itself_is_the_same_without_remedies(trial):
    """Even without dropout, which draws random numbers."""
    alone = Trials([CONFIG], [Arm(0, CONFIG)], SEED, CPU)
    alone.train()
    np.testing.assert_allclose(trial.logged.val_loss, alone.logged(0, 0).val_loss, rtol=1e-4)
    assert trial.outcomes[""].end[0] == pytest.approx(alone.outcome(0).end[0], rel=1e-4)


def test_arms_of_another_shape_have_the_same_data():
    arms = arms_of(CONFIG)
    own, wide, more = (
        Trials([CONFIG], [Arm(0, arms[name])], SEED, CPU) for name in ("", "wider", "more_examples")
    )
    for other in (wide, more):
        assert torch.equal(own.population.inputs, other.population.inputs)
        assert torch.equal(own.val_sets.target, other.val_sets.target)
        assert torch.equal(own.train_set.inputs, other.train_set.inputs)
    used = [int((pack.train_set.weights[0, 0] > 0).sum()) for pack in (own, wide, more)]
    assert used == [80, 80, 160]


def test_twice_the_epochs_begin_like_the_run():
    """With a constant rate the longer arm passes through the run itself."""
    longer = Trials([CONFIG], [Arm(0, CONFIG), Arm(0, arms_of(CONFIG)["longer"])], SEED, CPU)
    longer.train()
    early = longer.measured_at.all(axis=0)
    first, second = longer.log.population[:, early]
    assert first.tolist() == second.tolist()
    assert early[:3].all()
    assert np.isfinite(longer.log.population[1, 2 * CONFIG.epochs - 1])


@pytest.mark.parametrize("fault", FAULTS)
def test_the_repair_of_a_fault_helps(fault):
    (found,) = train(
        [dataclasses.replace(CONFIG, treatment=Treatment(fault=fault), epochs=30)], SEED, CPU
    )
    repair = next(name for name in found.outcomes if name in REPAIRS)
    assert found.outcomes[repair].lowest[0] < 0.97 * found.outcomes[""].lowest[0]


REPAIRS = ("clear_gradients", "scale_inputs", "restart_units")


def test_a_lost_run_is_infinite_and_its_neighbour_is_not():
    lost = dataclasses.replace(CONFIG, family="friedman", optimizer="sgd", lr=1e6)
    kept = dataclasses.replace(lost, lr=0.01)
    first, second = train([lost, kept], SEED, CPU)
    assert first.outcomes[""].end[0] == np.inf
    assert np.isfinite(second.outcomes[""].end[0])


def test_a_run_is_measured_where_its_log_evaluates():
    shown = places(dataclasses.replace(CONFIG, epochs=100, shown=Shown(val_every=5)))
    assert len(shown) == 100
    assert shown[99]
    assert not shown[[0, 1, 2, 3]].any()
    assert 10 < shown.sum() <= 20
