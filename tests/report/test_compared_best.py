"""The best of a comparison is never offered without its verdict."""

from __future__ import annotations

from typing import Any

import numpy as np

from analyzer import synthetic
from analyzer.comparing.comparison import compare
from analyzer.model.run import Run
from analyzer.report.compared import build_compared
from analyzer.report.compared_pages import render_compared_terminal


def run(name: str, best: float, *, is_overfitting: bool = False, **config: Any) -> Run:
    """Return a run that falls to ``best``, at its end or long before it."""
    train = np.geomspace(3, 0.5, 60) * best
    val = np.geomspace(3, 1, 60) * best
    if is_overfitting:
        val = np.concatenate([np.geomspace(3, 1, 15), np.linspace(1, 3, 46)[1:]]) * best
    curves = {("train", "loss"): train, ("val", "loss"): val}
    return synthetic.of_curves(name, curves, config=config)


def test_the_best_of_a_ranking_comes_with_its_verdict() -> None:
    runs = [run(f"r{at}", 1.0 + at, is_overfitting=at == 0, lr=at + 1) for at in range(9)]
    page = build_compared(compare(runs))
    expected = "r0: overfitting. Its best checkpoint (epoch 14) is not the last one."
    assert page.warnings[0].startswith(expected)
    assert page.command_label == "Best settings as options (overfitting)"
    shown = render_compared_terminal(compare(runs), "es")
    assert "Los mejores parámetros como opciones (sobreajuste): --lr 1" in shown


def test_a_healthy_best_comes_without_a_word() -> None:
    page = build_compared(compare([run(f"r{at}", 1.0 + at, lr=at + 1) for at in range(9)]))
    assert page.command_label == "Best settings as options"
    assert not any("best checkpoint" in line for line in page.warnings)


def test_the_better_of_two_groups_is_warned_of_too() -> None:
    runs = [
        run(f"{name}{seed}", best + 0.01 * seed, is_overfitting=bad, lr=best, seed=seed)
        for name, best, bad in (("a", 2.0, False), ("b", 1.0, True))
        for seed in range(4)
    ]
    warnings = build_compared(compare(runs)).warnings
    assert "(+3): 4 overfitting. Its level is the mean over the best" in warnings[0]
    swapped = build_compared(compare(runs, "b0")).warnings
    assert "4 overfitting" in swapped[0]


def test_runs_that_cannot_be_told_apart_have_no_best() -> None:
    runs = [run("a", 1.0, lr=1), run("b", 0.9, is_overfitting=True, lr=2)]
    assert not any("checkpoint" in line for line in build_compared(compare(runs)).warnings)


def test_the_far_better_of_two_single_runs_is_warned_of() -> None:
    noise = 1 + 0.002 * np.random.default_rng(0).standard_normal(60)
    good = np.concatenate([np.geomspace(2.3, 0.1, 20), np.linspace(0.1, 0.5, 40)]) * noise
    bad = np.linspace(2.3, 1.7, 60) * noise
    runs = [
        synthetic.of_curves(
            "good", {("train", "loss"): good[0] * np.geomspace(1, 0.01, 60), ("val", "loss"): good}
        ),
        synthetic.of_curves("bad", {("train", "loss"): bad * 0.98, ("val", "loss"): bad}),
    ]
    for given in (runs, runs[::-1]):
        page = build_compared(compare(given))
        assert page.title.startswith("good is far ahead")
        assert page.warnings[0].startswith("good: overfitting. Its best checkpoint")
