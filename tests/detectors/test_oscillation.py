"""Oscillation: the swing against the progress, with its period where it has one."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.oscillation import Oscillation
from analyzer.errors import NotApplicable
from analyzer.model import Floats, Run


def run_of(loss: Floats) -> Run:
    return synthetic.of_curves("x", {("train", "loss"): loss})


def swinging(epochs: int, size: float, *, period: float = 4.0, fall: float = 0.0) -> Floats:
    time = np.arange(epochs)
    return np.exp(-fall * time / epochs + size * np.sqrt(2) * np.sin(2 * np.pi * time / period + 0.3))


@pytest.mark.parametrize("epochs", [24, 100, 300])
def test_measures_the_swing_and_names_the_period(epochs: int) -> None:
    (found,) = Oscillation().detect(run_of(swinging(epochs, 0.2)))
    assert found.values["swing"] == pytest.approx(0.2, rel=0.15 if epochs > 24 else 0.25)
    if epochs > 24:
        assert found.values["period"] == pytest.approx(4.0, rel=0.05)
        assert found.tags == ("periodic",)


def test_noise_is_called_noisy() -> None:
    noise = np.random.default_rng(5).standard_normal(100)
    (found,) = Oscillation().detect(run_of(np.exp(0.2 * noise)))
    assert found.tags == ("noisy",)
    assert found.values["period"] is None


def test_a_swing_below_a_third_of_the_progress_is_no_oscillation() -> None:
    assert list(Oscillation().detect(run_of(swinging(100, 0.1, fall=1.2)))) == []
    assert list(Oscillation().detect(run_of(swinging(100, 0.1, fall=0.3))))


def test_a_small_swing_on_a_flat_curve_is_no_oscillation() -> None:
    assert list(Oscillation().detect(run_of(swinging(100, 0.03)))) == []


def test_an_early_swing_that_dies_out_is_no_oscillation() -> None:
    time = np.arange(200)
    assert list(Oscillation().detect(run_of(np.exp(0.5 * np.sin(time) * np.exp(-time / 15))))) == []


def test_batch_noise_of_a_long_log_is_averaged_away() -> None:
    noise = np.random.default_rng(6).standard_normal(50_000)
    assert list(Oscillation().detect(run_of(np.exp(0.2 * noise)))) == []


def test_eleven_points_give_no_conclusion() -> None:
    with pytest.raises(NotApplicable):
        list(Oscillation().detect(run_of(swinging(11, 0.2))))
