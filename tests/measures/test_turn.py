"""The lowest point of a held-out curve, and what follows it."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.overfitting import Overfitting
from analyzer.model.run import Run


def shallow(rise: float, *, train_fall: float = 0.6) -> Run:
    """Return a run whose validation loss is lowest in epoch 20 and rises from there."""
    time = np.arange(80)
    val = np.where(time < 20, 1.2 - 0.01 * time, 1 + rise * (time - 20) / 59)
    train = np.where(time < 20, 1.2 - 0.015 * time, 0.9 - train_fall * (time - 20) / 59)
    return synthetic.of_curves("shallow", {("train", "loss"): train, ("val", "loss"): val})


def test_a_shallow_steady_rise_is_a_note() -> None:
    (found,) = Overfitting().detect(shallow(0.035))
    assert (found.severity, found.tags, found.confidence) == ("info", ("shallow",), None)
    assert found.values["rise"] == pytest.approx(0.035, abs=0.01)
    assert list(Overfitting().detect(shallow(0.01))) == []
    (clear,) = Overfitting().detect(shallow(0.2))
    assert "shallow" not in clear.tags
    assert clear.confidence is not None


def test_a_shallow_rise_without_a_gap_that_doubles_is_no_note() -> None:
    assert list(Overfitting().detect(shallow(0.035, train_fall=0.055))) == []


def few_after(*, jitter: float) -> Run:
    """Return a run with 13 evaluations after its lowest one, which rise by 4 %."""
    time = np.arange(20)
    val = np.where(time < 6, 1.3 - 0.05 * time, 1 + 0.04 * (time - 6) / 13)
    val[7::2] += jitter
    train = np.where(time < 6, 1.3 - 0.06 * time, 0.9 - 0.5 * (time - 6) / 13)
    return synthetic.of_curves("shallow", {("train", "loss"): train, ("val", "loss"): val})


def test_a_shallow_rise_over_few_points_is_a_note_if_it_hardly_ever_falls() -> None:
    (found,) = Overfitting().detect(few_after(jitter=0.0))
    assert (found.severity, found.tags) == ("info", ("shallow",))
    assert (
        list(Overfitting().detect(few_after(jitter=0.006))) == []
    )  # a tau of .87 over 13 points is no proof


def test_few_evaluations_that_rise_steadily_are_measured_to_their_end() -> None:
    time = np.arange(20)
    val = 1 + 0.0006 * (time - 8.0) ** 2
    curves = {("train", "loss"): 1.4 - 0.06 * time, ("val", "loss"): val}
    turn = Overfitting().turn(synthetic.of_curves("few", curves), "loss")
    assert turn.end == pytest.approx(np.log(val[-1]), abs=0.005)  # the median of three: .012 less
    assert turn.rise > np.log(val[-2] / val.min())
