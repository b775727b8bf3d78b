"""Which settings of a sweep matter: the true one first, names and seeds not at all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing import importance
from analyzer.comparing.comparison import compare
from analyzer.comparing.importance import importances
from analyzer.report.compared import build_compared

pytest.importorskip("sklearn", reason="needs scikit-learn (extra sweep)")

KEYS = ["lr", "optimizer", "width", "seed", "name"]


def sweep(runs: int, seed: int) -> tuple[list[float], list[dict[str, Any]]]:
    """Return levels that depend on the learning rate, by a valley, and on the optimizer."""
    rng = np.random.default_rng(seed)
    settings, levels = [], []
    for at in range(runs):
        rate, adam = float(10 ** rng.uniform(-5, -1)), bool(rng.random() < 0.5)
        one = {"lr": rate, "optimizer": "adam" if adam else "sgd", "width": int(rng.integers(3))}
        settings.append({**one, "seed": at, "name": f"run {at}"})
        levels.append((np.log10(rate) + 3) ** 2 + 0.5 * adam + 0.2 * rng.normal())
    return levels, settings


def test_the_setting_that_matters_most_comes_first() -> None:
    for seed in range(5):
        found = importances(*sweep(60, seed), KEYS)
        assert [one.setting for one in found[:2]] == ["lr", "optimizer"]
        assert {one.setting for one in found} == {"lr", "optimizer", "width"}
        assert found[0].low <= found[0].share <= found[0].high
        assert found[0].chance < 0.001


def test_thirty_runs_are_too_few() -> None:
    assert importances(*sweep(30, 0), KEYS) == ()
    assert importances(*sweep(31, 0), KEYS) != ()


def test_the_same_sweep_gets_the_same_answer() -> None:
    assert importances(*sweep(40, 1), KEYS) == importances(*sweep(40, 1), KEYS)


def test_a_comparison_says_what_matters() -> None:
    levels, settings = sweep(40, 2)
    fall = np.geomspace(3, 1, 40)
    runs = [
        synthetic.of_curves(f"r{at}", {("val", "loss"): (3 + level) * fall}, config=config)
        for at, (level, config) in enumerate(zip(levels, settings, strict=True))
    ]
    found = compare(runs)
    assert found.to_dict()["importances"][0]["setting"] == "lr"
    assert build_compared(found, "es").importances[0][0] == "lr"
    assert "above 30 groups" in build_compared(compare(runs[:10])).importances_said


def test_repeats_are_no_evidence_of_their_own() -> None:
    levels, settings = sweep(20, 3)
    fall = np.geomspace(3, 1, 40)
    runs = [
        synthetic.of_curves(
            f"r{at}-{repeat}",
            {("val", "loss"): (3 + level + 0.01 * repeat) * fall},
            config={**config, "seed": repeat},
        )
        for at, (level, config) in enumerate(zip(levels, settings, strict=True))
        for repeat in range(2)
    ]
    found = compare(runs)
    assert len(found.sides) == 20
    assert found.importances == ()
    assert "groups here: 20" in build_compared(found).importances_said


def test_a_number_that_one_run_lacks_is_judged_all_the_same() -> None:
    levels, settings = sweep(60, 0)
    del settings[7]["lr"]
    assert importances(levels, settings, KEYS)[0].setting == "lr"


@pytest.mark.parametrize(
    ("level", "settings", "reason"),
    [
        (0.1, [{"seed": at} for at in range(31)], "No setting varies"),
        (0.1, [{"data": f"set number {at}"} for at in range(31)], "only name runs"),
        (0.0, [{"lr": at} for at in range(31)], "the same result"),
    ],
)
def test_the_reason_why_no_setting_is_judged_is_the_true_one(
    level: float, settings: list[dict[str, Any]], reason: str
) -> None:
    runs = []
    for at, config in enumerate(settings):
        curves = {
            ("val", "loss"): (1 + level * at) * np.geomspace(3, 1, 40),
            ("train", "loss"): np.geomspace(3 + at, 1, 40),
        }
        runs.append(synthetic.of_curves(f"r{at}", curves, config=config))
    found = compare(runs, group="seed") if "seed" in settings[0] else compare(runs)
    assert reason in build_compared(found).importances_said


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importance, "can_grow", lambda: False)
    assert importances(*sweep(40, 1), KEYS) == ()
