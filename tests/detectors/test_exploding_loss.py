"""Exploding loss: far above the start for good, in every curve.

Not a spike, not over-confidence.
"""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.exploding_loss import ExplodingLoss
from analyzer.errors import NotApplicable
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def run_of(train: Floats, val: Floats | None = None) -> Run:
    curves = {("train", "loss"): train}
    return synthetic.of_curves("x", curves if val is None else {**curves, ("val", "loss"): val})


def exploded(at: int = 10, epochs: int = 40) -> Floats:
    loss = 2 / np.arange(1.0, epochs + 1)
    loss[at:] = 1e4 / np.arange(1.0, epochs - at + 1) ** 0.1
    return loss


def test_points_at_the_jump() -> None:
    (found,) = ExplodingLoss().detect(run_of(exploded(), exploded()))
    assert found.severity == "critical"
    assert found.onset is not None
    assert (found.onset.low, found.onset.step) == (9, 10)
    assert found.values["factor"] == pytest.approx(5000)


def test_a_spike_that_recovers_is_not_called_an_explosion() -> None:
    loss = 2 / np.arange(1.0, 41)
    loss[12] = 500
    assert list(ExplodingLoss().detect(run_of(loss, loss))) == []


def test_a_validation_loss_that_grows_alone_is_not_called_an_explosion() -> None:
    assert list(ExplodingLoss().detect(run_of(2 / np.arange(1.0, 41), exploded()))) == []


def test_an_annealed_term_in_the_training_loss_is_not_called_an_explosion() -> None:
    assert list(ExplodingLoss().detect(run_of(exploded(), np.full(40, 1.0)))) == []


def test_losses_at_or_below_zero_are_not_judged() -> None:
    with pytest.raises(NotApplicable) as reason:
        list(ExplodingLoss().detect(run_of(exploded() - 3)))
    assert reason.value.key == "not_positive"


def test_a_loss_that_ends_at_three_times_its_start_has_run_away_too() -> None:
    jump = np.where(np.arange(60) < 25, 1.0, 4.0)
    (found,) = ExplodingLoss().detect(
        synthetic.of_curves("x", {("train", "loss"): jump, ("val", "loss"): jump * 1.1})
    )
    assert found.onset is not None
    assert found.onset.step == 25
    assert (
        list(
            ExplodingLoss().detect(
                synthetic.of_curves("x", {("train", "loss"): np.minimum(jump, 2.5)})
            )
        )
        == []
    )


@pytest.mark.parametrize("order", [("recon", "kl"), ("kl", "recon")])
def test_one_part_that_grows_is_no_explosion(order: tuple[str, str]) -> None:
    values = {
        "recon": 0.3 + 2 * np.exp(-np.arange(60) / 10),
        "kl": 0.02 + 5 * (1 - np.exp(-np.arange(60) / 8)),
    }
    curves = {("train", f"{name}_loss"): values[name] for name in order}
    assert list(ExplodingLoss().detect(synthetic.of_curves("x", curves))) == []
