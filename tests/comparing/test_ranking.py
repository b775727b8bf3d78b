"""Many sides: the best first, and called better than another only where it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.comparison import Comparison, compare
from analyzer.comparing.contrast import NOT_COMPARED, UNCLEAR, WORSE
from analyzer.comparing.sides import BASELINE
from analyzer.model.run import Run
from analyzer.report.compared import build_compared


def run(name: str, best: float, *, metric: str = "loss", **config: Any) -> Run:
    """Return a run whose best validation value is ``best``."""
    fall = np.geomspace(3, 1, 40) * best if metric == "loss" else np.linspace(0.2, best, 40)
    curves = {("train", metric): fall * 0.9, ("val", metric): fall}
    return synthetic.of_curves(name, curves, config=config)


def sweep(levels: list[float], noise: float, seed: int, repeats: int = 3) -> Comparison:
    """Return the comparison of one side for each level, with noisy repeats."""
    rng = np.random.default_rng(seed)
    return compare(
        [
            run(f"r{at}-{number}", level * np.exp(noise * rng.normal()), lr=at, seed=number)
            for at, level in enumerate(levels)
            for number in range(repeats)
        ]
    )


def test_the_best_of_many_stands_first_under_its_settings() -> None:
    found = sweep([1.3, 1.2, 1.1, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5], 0.005, 0)
    assert found.is_ranked
    assert [side.name for side in found.sides[:1]] == ["lr=3"]
    means = [side.mean for side in found.sides if side.mean is not None]
    assert len(means) == 9
    assert means == sorted(means)
    assert [side.answer for side in found.sides] == [BASELINE, *[WORSE] * 8]
    assert found.to_dict()["ranked"] is True


def test_the_best_settings_are_options_of_a_command() -> None:
    found = sweep([1.3, 1.2, 1.1, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5], 0.005, 0)
    assert found.command == found.to_dict()["command"] == "--lr 3"
    assert build_compared(found, "es").command == "--lr 3"
    assert sweep([1.0, 1.1], 0.005, 0).command == ""


def test_up_to_eight_sides_are_compared_with_the_first() -> None:
    found = sweep([1.1, 1.0, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7], 0.005, 0)
    assert not found.is_ranked
    assert found.sides[0].answer == BASELINE
    assert found.sides[0].mean == pytest.approx(1.1, rel=0.02)


def test_a_baseline_that_is_named_stays_one() -> None:
    runs = [run(f"r{at}", 1.0 + at, lr=at) for at in range(12)]
    found = compare(runs, "r5")
    assert not found.is_ranked
    assert found.sides[found.baseline].name == "r5"


def test_equal_sides_are_seldom_called_worse_than_the_best() -> None:
    """The best of twelve equal sides is best by luck: in 95 of 100 sweeps no other is worse."""
    alarms = 0
    for seed in range(60):
        found = sweep([1.0] * 12, 0.02, seed)
        alarms += any(side.answer == WORSE for side in found.sides)
    assert alarms <= 7  # 3 of 60 are allowed, and 8 come in 1 of 100 such tests


def test_single_runs_are_ranked_and_not_told_apart() -> None:
    found = compare([run(f"r{at}", 2.0 - 0.1 * at, lr=at) for at in range(10)])
    assert [side.name for side in found.sides] == [f"r{at}" for at in range(9, -1, -1)]
    assert {side.answer for side in found.sides[1:]} == {UNCLEAR}
    (sentence,) = build_compared(found).sentences
    assert sentence.startswith("Lowest of 10: r9, validation loss 1.1. Next: r8; r7;")
    assert "One run each" in sentence


def test_the_highest_accuracy_is_best() -> None:
    found = compare([run(f"r{at}", 0.5 + 0.04 * at, metric="accuracy", lr=at) for at in range(10)])
    assert found.sides[0].name == "r9"
    assert build_compared(found).sentences[0].startswith("Highest of 10: r9")


def test_a_side_without_the_metric_comes_last() -> None:
    odd = synthetic.of_curves("odd", {("train", "other"): np.linspace(1, 2, 40)}, config={"lr": 99})
    found = compare([odd, *(run(f"r{at}", 1.0 + at, lr=at) for at in range(9))])
    assert (found.sides[-1].name, found.sides[-1].answer) == ("odd", NOT_COMPARED)


def test_what_cannot_be_told_from_the_best_is_named() -> None:
    found = sweep([1.0, 1.001, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0], 0.01, 1)
    best, alike, worse = build_compared(found).sentences
    assert best.startswith("Best of 9: lr=")
    assert alike.startswith("One cannot be told from it: lr=")
    assert worse.startswith("The other 7 are worse;")
    spanish = build_compared(found, "es").sentences
    assert spanish[0].startswith("El mejor de 9: lr=")


def test_sides_keep_their_names_where_settings_do_not_tell_them_apart() -> None:
    settings: list[dict[str, Any]] = [
        {f"s{key}": at * key for key in range(1, 6)} for at in range(9)
    ]
    runs = [
        run(f"r{at}-{number}", 1.0 + at + 0.01 * number, seed=number, **settings[at])
        for at in range(9)
        for number in range(2)
    ]
    assert compare(runs).sides[0].name == "r0-0 (+1)"


def test_a_group_without_settings_keeps_its_name() -> None:
    runs = [run(f"r{at}", 1.0 + at, lr=at) for at in range(9)]
    bare = "a run of which only this very long name is known"
    assert {side.name for side in compare([*runs, run(bare, 2.5)]).sides} >= {bare}


def test_a_long_name_of_a_run_gives_way_to_its_settings() -> None:
    runs = [
        run(f"train_2026-11-29_10-00-00/trial_{at:05d}/result", 1.0 + at, lr=0.1234567 * (at + 1))
        for at in range(9)
    ]
    assert compare(runs).sides[0].name == "lr=0.1235"
