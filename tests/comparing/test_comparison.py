"""Several runs side by side: better and worse only if the interval says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import analyzer
from analyzer import synthetic
from analyzer.comparing.against import against
from analyzer.comparing.comparison import compare
from analyzer.comparing.contrast import BETTER, NOT_COMPARED, UNCLEAR, WORSE
from analyzer.comparing.sides import BASELINE
from analyzer.engine import diagnose
from analyzer.errors import AnalyzerError
from analyzer.model.run import Run
from analyzer.report.compared import build_compared


def run(name: str, best: float, *, metric: str = "loss", **config: Any) -> Run:
    """Return a run whose best validation value is ``best``."""
    fall = np.geomspace(3, 1, 40) * best if metric == "loss" else np.linspace(0.2, best, 40)
    curves = {("train", metric): fall * 0.9, ("val", metric): fall}
    return synthetic.of_curves(name, curves, config=config)


def repeats(name: str, values: list[float], **config: Any) -> list[Run]:
    return [run(f"{name}{seed}", value, seed=seed, **config) for seed, value in enumerate(values)]


def answers(runs: list[Run], **options: Any) -> list[str]:
    return [side.answer for side in compare(runs, **options).sides]


def test_a_side_is_better_where_the_interval_leaves_out_zero() -> None:
    runs = [
        *repeats("a", [1.0, 1.01, 0.99, 1.0], wd=0.0),
        *repeats("b", [0.8, 0.81, 0.79, 0.8], wd=0.1),
    ]
    assert answers(runs) == [BASELINE, BETTER]
    assert answers(runs, baseline="b2") == [WORSE, BASELINE]


def test_a_higher_score_is_better() -> None:
    first = repeats("a", [0.80, 0.81, 0.79, 0.80], metric="accuracy", wd=0)
    second = repeats("b", [0.90, 0.91, 0.90, 0.89], metric="accuracy", wd=1)
    assert answers([*first, *second]) == [BASELINE, BETTER]


def test_single_runs_are_never_told_apart() -> None:
    found = compare([run("a", 1.0), run("b", 0.01)])
    assert [side.answer for side in found.sides] == [BASELINE, UNCLEAR]
    assert "One run each" in build_compared(found).sentences[0]


def test_the_frame_holds_a_row_a_run() -> None:
    runs = [*repeats("a", [1.0, 1.1], wd=0.0), *repeats("b", [0.8, 0.9], wd=0.1)]
    frame = analyzer.compare(runs).frame
    assert set(frame.columns) == {"run", "side", "answer", "verdict", "best", "level", "seed", "wd"}
    assert frame.best.tolist() == pytest.approx([1.0, 1.1, 0.8, 0.9])


@pytest.mark.parametrize("runs", [[], [run("a", 1.0)]], ids=["none", "one"])
def test_fewer_than_two_runs_are_refused(runs: list[Run]) -> None:
    with pytest.raises(AnalyzerError, match="at least two runs"):
        compare(runs)


def test_an_unknown_baseline_and_runs_without_a_metric_are_refused() -> None:
    with pytest.raises(AnalyzerError, match='no run "c"'):
        compare([run("a", 1.0), run("b", 1.0)], baseline="c")
    nothing = synthetic.of_curves("x", {("", "seconds"): np.ones(5)})
    with pytest.raises(AnalyzerError, match="no run has a loss"):
        compare([nothing, nothing])


def test_a_run_without_the_metric_is_said_to_lack_it() -> None:
    other = synthetic.of_curves("c", {("train", "accuracy"): np.linspace(0, 1, 20)})
    found = compare([run("a", 1.0), run("b", 1.1), other])
    assert found.sides[2].answer == NOT_COMPARED
    assert "was not logged in both" in build_compared(found).sentences[1]


def test_copies_of_a_run_make_nothing_certain() -> None:
    runs = [*repeats("a", [1.0, 1.0], wd=0), *repeats("b", [1.1, 1.1], wd=1)]
    assert answers(runs) == [BASELINE, UNCLEAR]


def test_percent_and_shares_are_one_scale() -> None:
    first = repeats("a", [80.0, 81.0, 79.0], metric="accuracy", wd=0)
    second = repeats("b", [0.92, 0.93, 0.91], metric="accuracy", wd=1, of="another script")
    assert answers([*first, *second]) == [BASELINE, BETTER]


def test_a_run_of_the_same_script_that_learnt_nothing_is_no_share() -> None:
    first = repeats("a", [60.0, 61.0, 59.0], metric="accuracy", lr=0.1)
    dead = repeats("b", [0.99, 1.0, 0.98], metric="accuracy", lr=10.0)
    assert answers([*first, *dead]) == [BASELINE, WORSE]
    single = against([diagnose(dead[0])], [diagnose(run) for run in first])
    assert single.answer == WORSE


def test_a_scale_that_cannot_be_told_is_not_compared() -> None:
    odd = synthetic.of_curves("c", {("val", "accuracy"): np.linspace(-3, 0.9, 40)})
    percent = synthetic.of_curves(
        "d", {("val", "accuracy"): np.linspace(2, 90, 40)}, config={"a": 1}
    )
    assert compare([percent, odd]).sides[1].answer == NOT_COMPARED


def test_a_score_beside_another_keeps_its_own_scale() -> None:
    def script(name: str, best: float, seed: int, **others: float) -> Run:
        curves = {
            ("val", metric): np.linspace(value / 3, value, 40) for metric, value in others.items()
        }
        curves["val", "accuracy"] = np.linspace(0.3, best, 40)
        return synthetic.of_curves(name, curves, config={"seed": seed, **dict.fromkeys(others, 1)})

    first = [script(f"a{seed}", 0.7 + seed / 100, seed) for seed in range(3)]
    second = [script(f"b{seed}", 0.8 + seed / 90, seed, bleu=28.0, f1=90.0) for seed in range(3)]
    assert answers([*first, *second]) == [BASELINE, BETTER]


@pytest.mark.parametrize("values", [(0.1, 0.2), (0.7, 0.69), (1.0, 1.5)])
def test_equal_repeats_are_never_told_apart_by_rounding(values: tuple[float, float]) -> None:
    runs = [
        synthetic.of_curves(
            f"{lr}{at}",
            {("val", "loss"): np.array([3.0 + at, best])},
            config={"lr": lr, "seed": at},
        )
        for lr, best in enumerate(values)
        for at in range(3)
    ]
    assert answers(runs) == [BASELINE, UNCLEAR]


def test_a_run_is_the_baseline_by_what_it_is_and_not_by_its_name() -> None:
    first, other = run("history", 1.0, lr=1), run("history", 0.5, lr=2)
    found = compare([first, other], baseline=other)
    assert found.sides[found.baseline].values == (pytest.approx(0.5),)


def noisy(name: str, level: float, noise: float, epochs: int, seed: int, **config: Any) -> Run:
    """Return a run that falls to a level, with noise from epoch to epoch."""
    rng = np.random.default_rng([seed, epochs, round(1000 * noise)])
    fall = level * (1 + 5 * np.exp(-10 * np.arange(epochs) / epochs))
    value = fall * np.exp(noise * rng.standard_normal(epochs))
    return synthetic.of_curves(name, {("val", "loss"): value}, config={"seed": seed, **config})


@pytest.mark.parametrize("epochs", [40, 100, 300])
def test_a_noisy_setting_that_is_worse_is_never_better(epochs: int) -> None:
    for draw in range(3):
        seeds = range(10 * draw, 10 * draw + 4)
        calm = [noisy(f"c{seed}", 0.40, 0.01, epochs, seed, noisy=0) for seed in seeds]
        wild = [noisy(f"w{seed}", 0.42, 0.12, epochs, seed, noisy=1) for seed in seeds]
        found = compare([*calm, *wild])
        assert found.sides[1].answer in (UNCLEAR, WORSE)
        side = found.to_dict()["sides"][1]
        assert side["best_mean"] < 0.36 < side["mean"]
        assert side["runs"][0]["best"] < side["runs"][0]["level"]["value"]
        wilder = diagnose(wild[0])
        assert against([wilder], [diagnose(run) for run in calm]).answer != BETTER


def test_a_comparison_knows_the_settings_of_its_runs_and_which_vary() -> None:
    found = compare([run("a", 1.0, lr=0.1, depth=2), run("b", 0.9, lr=0.2, depth=2)])
    assert found.settings.vary == ["lr"]
    assert [settings["lr"] for settings in found.settings.runs] == [0.1, 0.2]
    assert found.settings is found.settings
