"""The heading of a comparison: the best and the next, and never more than is known."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.comparison import compare
from analyzer.model.run import Run
from analyzer.report.compared import build_compared


def of(name: str, level: float, *, nan_from: int | None = None, **config: float) -> Run:
    noise = 1 + 0.003 * np.random.default_rng(len(name)).standard_normal(40)
    fall = level + (2.3 - level) * np.exp(-np.arange(40) / 5) * noise
    if nan_from is not None:
        fall[nan_from:] = np.nan
    curves = {("train", "loss"): fall * 0.98, ("val", "loss"): fall}
    return synthetic.of_curves(name, curves, config=config)


def repeats(name: str, level: float, lr: float, count: int = 4) -> list[Run]:
    rng = np.random.default_rng(round(1000 * lr))
    return [
        of(f"{name}{seed}", level + 0.01 * rng.standard_normal(), seed=seed + 10 * lr, lr=lr)
        for seed in range(count)
    ]


def heading(runs: list[Run], lang: str = "en") -> str:
    return build_compared(compare(runs), lang).title


def test_the_winner_stands_before_the_next_whichever_is_the_baseline() -> None:
    good, bad = repeats("good", 0.3, 0.1), repeats("bad", 0.5, 0.2)
    for runs in (good + bad, bad + good):
        assert heading(runs).startswith("good0 (+3) is best: validation loss 0.3")
        assert "; next bad0 (+3) (0.5" in heading(runs)
        assert heading(runs, "es").startswith("El mejor es good0 (+3): pérdida de validación 0,3")


def test_groups_that_overlap_cannot_be_told_apart() -> None:
    said = heading(repeats("a", 0.3, 0.1) + repeats("b", 0.302, 0.2))
    assert "cannot be told apart: validation loss" in said
    assert "is best" not in said


def test_of_several_groups_the_two_best_are_named_and_all_counted() -> None:
    bad, near, good = (
        repeats(name, level, lr)
        for name, level, lr in (("bad", 0.8, 0.1), ("near", 0.5, 0.2), ("good", 0.3, 0.3))
    )
    said = heading(bad + near + good)
    assert said.startswith("3 groups: good0 (+3) is best")
    assert "next near0 (+3)" in said
    assert heading(bad + near + good, "es").startswith("3 grupos: El mejor es good0")


def test_single_runs_that_are_close_are_not_ranked() -> None:
    said = heading([of("a", 0.40), of("bb", 0.42)])
    assert said.startswith("a and bb cannot be told apart by one run each")
    assert heading([of("a", 0.2), of("bb", 1.6)]).startswith("a is far ahead: validation loss 0.2")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_run_that_diverged_is_told(lang: str) -> None:
    lower = heading([of("a", 0.4), of("bb", 0.3, nan_from=30)], lang)
    higher = heading([of("a", 0.3), of("bb", 0.4, nan_from=30)], lang)
    word = {"en": "diverged", "es": "divergió"}[lang]
    assert lower.startswith(f"bb {word}")
    assert word in higher
    assert higher.startswith("a ")
    alone = heading([of("a", 0.3), of("bb", 0.4, nan_from=0)], lang)
    assert alone.startswith({"en": "Only a has", "es": "Solo a tiene"}[lang])


def test_repeats_alone_have_no_winner() -> None:
    assert heading(repeats("a", 0.3, 0.1)).startswith("4 repeats of one setting: validation loss")


def test_the_same_points_have_no_winner_either() -> None:
    made = of("a", 0.4, lr=1)
    curves = {(series.split, series.metric): series.value for series in made.series}
    assert heading([made, synthetic.of_curves("b", curves, config={"lr": 2})]) == (
        "a and b have the same points: validation loss 0.401"
    )


def test_a_name_is_text_and_short() -> None:
    said = heading([of("<b>\u202e" + "x" * 300, 0.40), of("b", 0.42)])
    assert "\u202e" not in said
    assert len(said) < 200
