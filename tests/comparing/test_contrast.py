"""Runs against a baseline: one answer for both samples, whatever their settings."""

from __future__ import annotations

from typing import Any

import numpy as np

from analyzer import synthetic
from analyzer.comparing.against import against
from analyzer.comparing.comparison import compare
from analyzer.comparing.contrast import (
    BETTER,
    NOT_COMPARED,
    UNCLEAR,
    WORSE,
    Sample,
    contrast,
)
from analyzer.comparing.sides import BASELINE
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.stats.bootstrap import paired_difference


def run(name: str, best: float, **config: Any) -> Run:
    """Return a run whose best validation loss is ``best``."""
    fall = np.geomspace(3, 1, 40) * best
    curves = {("train", "loss"): fall * 0.9, ("val", "loss"): fall}
    return synthetic.of_curves(name, curves, config=config)


def repeats(name: str, values: list[float], **config: Any) -> list[Run]:
    return [run(f"{name}{seed}", value, seed=seed, **config) for seed, value in enumerate(values)]


def test_never_better_where_the_interval_holds_zero() -> None:
    rng = np.random.default_rng(0)
    for _ in range(40):
        values = np.exp(0.2 * rng.standard_normal(8))
        found = compare(
            [*repeats("a", list(values[:4]), wd=0), *repeats("b", list(values[4:]), wd=1)]
        )
        (side,) = [one for one in found.sides if one.answer != BASELINE]
        assert side.difference is not None
        assert side.difference.low is not None
        assert side.difference.high is not None
        assert (side.answer == UNCLEAR) == (side.difference.low <= 0 <= side.difference.high)


def test_pairs_that_all_moved_alike_are_not_told_apart_by_float32() -> None:
    first = np.array([0.81, 0.84, 0.79])
    found = paired_difference(
        *(one.astype("f4").astype(float) for one in (first, (first + 0.01).round(4)))
    )
    assert found.low is None


def test_a_baseline_of_copies_is_one_run() -> None:
    base = [diagnose(made) for made in repeats("a", [1.0, 1.1, 1.2])]
    new = [diagnose(run("new", 1.42))]
    once, often = (against(new, group).difference for group in (base, base * 4))
    assert once == often


def sample(*values: float | None, seeds: tuple[str | None, ...] = ()) -> Sample:
    return Sample(values, seeds or (None,) * len(values))


def test_the_direction_of_the_metric_decides_what_is_better() -> None:
    base, high = sample(1.0, 1.01, 0.99), sample(2.0, 2.01, 1.99)
    assert contrast(base, high, lower_is_better=True).answer == WORSE
    assert contrast(base, high, lower_is_better=False).answer == BETTER
    assert contrast(high, base, lower_is_better=True).answer == BETTER


def test_a_sample_without_a_value_is_not_compared() -> None:
    found = contrast(sample(1.0), sample(None), lower_is_better=True)
    assert (found.answer, found.difference) == (NOT_COMPARED, None)


def test_samples_with_the_same_seeds_are_compared_by_pairs() -> None:
    seeds = ("1", "2", "3")
    base = sample(1.0, 2.0, 3.0, seeds=seeds)
    paired = contrast(base, sample(1.1, 2.11, 3.09, seeds=seeds), lower_is_better=True)
    assert paired.difference is not None
    assert paired.difference.paired
    assert paired.answer == WORSE
    others = contrast(base, sample(1.1, 2.11, 3.09), lower_is_better=True)
    assert others.answer == UNCLEAR
