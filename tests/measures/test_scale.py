"""Scores in percent or as shares, and runs brought to one scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.measures.scale import PERCENT, SHARE, on_one_scale, scale_of
from analyzer.model.run import Run


def run_of(*values: float, metric: str = "accuracy", split: str = "val", **config: float) -> Run:
    return synthetic.of_curves("x", {(split, metric): np.array(values)}, config=config)


def values_of(run: Run | None) -> list[float] | None:
    return None if run is None else run.series[0].value.tolist()


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([0.1, 0.9], SHARE),
        ([0.0, 1.0], SHARE),
        ([0.5, 1 + 1e-7], SHARE),
        ([0.5, 1.1], PERCENT),
        ([20.0, 100.0], PERCENT),
        ([20.0, 100 + 1e-5], PERCENT),
        ([20.0, 100.1], None),
        ([20.0, 120.0], None),
        ([-0.1, 0.9], None),
        ([np.nan, 50.0, np.inf], PERCENT),
        ([np.nan], None),
    ],
)
def test_the_scale_of_a_score_is_that_of_its_values(values: list[float], scale: str | None) -> None:
    assert scale_of(run_of(*values), "accuracy") == scale


@pytest.mark.parametrize(("metric", "scale"), [("f1", PERCENT), ("bleu", None), ("loss", None)])
def test_only_shares_have_a_scale(metric: str, scale: str | None) -> None:
    assert scale_of(run_of(20.0, 40.0, metric=metric), metric) == scale


def test_one_percentage_makes_every_accuracy_of_the_run_a_percentage() -> None:
    curves = {("val", "accuracy"): [0.5, 0.8], ("train", "top5"): [20.0, 30.0], ("val", "f1"): [1]}
    run = synthetic.of_curves("x", {key: np.array(value) for key, value in curves.items()})
    assert scale_of(run, "accuracy") == PERCENT
    assert scale_of(run, "f1") == SHARE


def test_percentages_become_shares_beside_shares() -> None:
    runs = [run_of(20.0, 40.0), run_of(0.3, 0.5, lr=1)]
    assert [values_of(run) for run in on_one_scale(runs, "accuracy")] == [[0.2, 0.4], [0.3, 0.5]]


def test_only_the_compared_metric_is_scaled() -> None:
    curves = {("val", "accuracy"): np.array([50.0]), ("val", "f1"): np.array([60.0])}
    runs = [synthetic.of_curves("x", curves), run_of(0.3)]
    first = on_one_scale(runs, "accuracy")[0]
    assert first is not None
    assert [series.value.tolist() for series in first.series] == [[0.5], [60.0]]


@pytest.mark.parametrize("values", [(20.0, 40.0), (0.2, 0.4)])
def test_runs_on_one_scale_stay_as_they_are(values: tuple[float, float]) -> None:
    runs = [run_of(*values), run_of(*values, lr=1)]
    scaled = on_one_scale(runs, "accuracy")
    assert all(after is before for after, before in zip(scaled, runs, strict=True))


def test_a_run_that_stays_below_one_percent_has_the_scale_of_its_script() -> None:
    runs = [run_of(20.0, 40.0), run_of(0.5, 0.9), run_of(0.3, 0.5, lr=1)]
    scaled = [values_of(run) for run in on_one_scale(runs, "accuracy")]
    assert scaled == [[0.2, 0.4], [0.005, pytest.approx(0.009)], [0.3, 0.5]]


@pytest.mark.parametrize("differs", ["format", "tags", "settings"])
def test_runs_of_another_script_keep_their_scale(differs: str) -> None:
    other = run_of(0.5, 0.9, split="test" if differs == "tags" else "val")
    if differs == "format":
        other = replace(other, meta=replace(other.meta, format="csv"))
    if differs == "settings":
        other = replace(other, config={"lr": 1})
    assert values_of(on_one_scale([run_of(20.0, 40.0), other], "accuracy")[1]) == [0.5, 0.9]


def test_a_run_whose_scale_is_unknown_cannot_be_compared() -> None:
    unknown = run_of(-1.0, 300.0, lr=1)
    assert on_one_scale([run_of(20.0, 40.0), unknown], "accuracy")[1] is None
    assert on_one_scale([run_of(0.2, 0.4), unknown], "accuracy")[1] is unknown
