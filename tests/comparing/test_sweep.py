"""Rank correlations of settings with the result: only of many runs, and seldom by chance."""

from __future__ import annotations

from typing import Any

import numpy as np

from analyzer import synthetic
from analyzer.comparing.comparison import compare
from analyzer.comparing.sweep import correlations
from analyzer.model.run import Run
from analyzer.report.compared import build_compared


def run(name: str, best: float, **config: Any) -> Run:
    """Return a run whose best validation loss is ``best``."""
    fall = np.geomspace(3, 1, 40) * best
    curves = {("train", "loss"): fall * 0.9, ("val", "loss"): fall}
    return synthetic.of_curves(name, curves, config=config)


def test_rank_correlations_come_above_twenty_runs_only() -> None:
    runs = [run(f"r{index}", 1 + 0.05 * index, lr=index, wd=index * 7 % 5) for index in range(25)]
    few = build_compared(compare(runs[:20]))
    assert not few.correlations
    assert "need more than 20 runs with a best value; there are 20" in few.correlations_said
    found = compare(runs).correlations
    assert (found[0].setting, round(found[0].rho, 3)) == ("lr", 1.0)
    assert found[0].chance < 0.001 < found[1].chance


def test_noise_is_seldom_called_a_correlation() -> None:
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(20):
        settings = rng.integers(9, size=(24, 3)).tolist()
        values = np.exp(rng.standard_normal(24)).tolist()
        runs = [
            run(f"r{at}", values[at], a=one[0], b=one[1], c=one[2])
            for at, one in enumerate(settings)
        ]
        alarms += any(one.chance < 0.05 for one in compare(runs).correlations)
    assert alarms <= 4  # one is expected; five or more come in 1 of 400 such tests


def test_seeds_flags_texts_and_settings_of_two_values_have_no_correlation() -> None:
    settings = [
        {"seed": at, "amp": at % 2 == 0, "name": str(at), "wd": at % 2, "lr": at}
        for at in range(30)
    ]
    found = correlations([float(at) for at in range(30)], settings)
    assert [correlation.setting for correlation in found] == ["lr"]


def test_a_setting_that_is_best_inside_its_range_is_said() -> None:
    """The rank correlation of a valley is near zero, so it would look like no effect."""
    rng = np.random.default_rng(2)
    rates = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2] * 6
    runs = [
        run(f"r{at}", 1 + (np.log10(rate) + 3) ** 2 + 0.02 * rng.random(), lr=rate, wd=at % 3)
        for at, rate in enumerate(rates)
    ]
    found = {one.setting: one for one in compare(runs).correlations}
    assert found["lr"].best_inside == 1e-3
    assert found["wd"].best_inside is None
    said = build_compared(compare(runs)).correlations_said
    assert "lr is best inside its range, near 0.001" in said


def test_noise_is_seldom_a_valley() -> None:
    rng = np.random.default_rng(3)
    found = 0
    for _ in range(200):
        settings = [{"a": int(a), "b": int(b)} for a, b in rng.integers(5, size=(30, 2))]
        one = correlations(rng.standard_normal(30).tolist(), settings)
        found += any(correlation.best_inside is not None for correlation in one)
    assert found <= 10  # 5 of 100 are allowed; a valley needs a bottom inside too
