"""How much of its plan a run has done: by steps or epochs, never by a default or a count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.measures.plan import progress
from analyzer.model.run import Run


def run_of(config: dict[str, Any], *, points: int = 20, spacing: int = 100) -> Run:
    """Return a run with ``points`` evaluations, one after each epoch of ``spacing`` steps."""
    loss = 3.0 * np.arange(1.0, points + 1) ** -0.3
    run = synthetic.of_curves("x", {("train", "loss"): loss, ("val", "loss"): 1.01 * loss})
    ends = np.arange(1, points + 1)
    series = tuple(
        replace(each, step=ends * spacing, epoch=ends.astype(float)) for each in run.series
    )
    axes = {"step": "step", "epoch": "epoch"}
    return replace(run, series=series, config=config, meta=replace(run.meta, axes=axes))


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"max_iters": 600_000}, ("step", 2000, 600_000)),
        ({"trainer": {"max_steps": {"value": 4000}}}, ("step", 2000, 4000)),
        ({"num_train_epochs": 40}, ("epoch", 20, 40)),
        ({"max_steps": 1_000_000, "epochs": 25}, ("epoch", 20, 25)),
    ],
)
def test_the_plan_that_is_nearest_to_its_end_counts(
    config: dict[str, Any], expected: tuple[str, float, float]
) -> None:
    assert progress(run_of(config)) == expected


@pytest.mark.parametrize("config", [{}, {"max_steps": -1}, {"epochs": "all"}, {"epochs": True}])
def test_a_run_without_a_plan_has_no_progress(config: dict[str, Any]) -> None:
    assert progress(run_of(config)) is None


def test_steps_that_number_the_epochs_are_not_held_against_a_plan_of_steps() -> None:
    assert progress(run_of({"max_steps": 100_000}, spacing=1)) is None


def test_points_that_were_counted_are_no_progress() -> None:
    run = run_of({"max_steps": 100_000})
    assert progress(replace(run, meta=replace(run.meta, axes={}))) is None


@pytest.mark.parametrize(("planned", "verdict"), [(600_000, "inconclusive"), (20_000, "healthy")])
def test_a_run_that_had_hardly_begun_its_plan_is_not_called_healthy(
    planned: int, verdict: str
) -> None:
    diagnosis = diagnose(run_of({"max_iters": planned}))
    assert diagnosis.verdict == verdict
    if verdict == "inconclusive":
        assert diagnosis.inconclusive_reason is not None
        assert diagnosis.inconclusive_reason.key == "cut_short"


def test_a_printed_plan_counts_more_than_a_setting_of_its_unit() -> None:
    run = run_of({"epochs": 300, "max_steps": 1_000_000})
    run = replace(run, meta=replace(run.meta, planned={"epoch": 25.0}))
    assert progress(run) == ("epoch", 20, 25)
