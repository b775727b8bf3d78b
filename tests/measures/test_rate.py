"""What is left of the learning rate: of the highest, of the group that keeps most."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.measures.rate import rate_left


def test_the_last_rate_is_told_as_a_share_of_the_highest() -> None:
    run = synthetic.of_curves("x", {("", "lr"): np.r_[0.01, 0.1, 0.05, 0.02]})
    assert rate_left(run) == pytest.approx(0.2)


def test_a_run_without_a_rate_tells_nothing() -> None:
    assert rate_left(synthetic.of_curves("x", {("val", "loss"): np.ones(4)})) is None
    assert rate_left(synthetic.of_curves("x", {("", "lr"): np.array([0.1])})) is None
