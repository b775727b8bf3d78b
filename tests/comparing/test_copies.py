"""Copies of a run: the same points, and no chance that two seeds gave them."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.comparison import compare
from analyzer.comparing.copies import copies, twins
from analyzer.comparing.summary import RunSummary
from analyzer.model.run import Run


def summary(points: int = 100, **settings: object) -> RunSummary:
    return RunSummary(settings, points, "same")


def test_a_copy_is_of_the_first_of_its_kind() -> None:
    other = RunSummary({}, 100, "other")
    assert copies([summary(lr=1), other, summary(lr=1), summary(lr=1)]) == {2: 0, 3: 0}


@pytest.mark.parametrize(
    ("first", "second", "is_copy"),
    [
        (summary(lr=1), summary(lr=2), False),
        (summary(lr=1, seed=1), summary(lr=1, seed=2), True),
        (summary(10, seed=1), summary(10, seed=2), False),
        (summary(10, seed=1), summary(10, seed=1), True),
        (summary(10), summary(10), False),
        (summary(0, seed=1), summary(0, seed=1), False),
    ],
    ids=["other cause", "many points", "few points", "same seed", "no seed", "no points"],
)
def test_few_points_need_the_same_seed(
    first: RunSummary, second: RunSummary, is_copy: bool
) -> None:
    assert copies([first, second]) == ({1: 0} if is_copy else {})


def test_twins_share_their_points_whatever_their_settings() -> None:
    assert twins([summary(lr=1), summary(lr=2), summary(0), summary(0)]) == {1: 0}


def test_short_runs_of_other_seeds_are_no_copies() -> None:
    def short(lr: int, seed: int, best: float) -> Run:
        config = {"lr": lr, "seed": seed}
        return synthetic.of_curves(
            f"{lr}{seed}", {("val", "accuracy"): np.array([0.1, best])}, config=config
        )

    bests = {1: (0.90, 0.92, 0.91, 0.92, 0.90), 2: (0.93, 0.91, 0.93, 0.92, 0.94)}
    found = compare(
        [short(lr, seed, best) for lr, values in bests.items() for seed, best in enumerate(values)]
    )
    assert [len(side.members) for side in found.sides] == [5, 5]
    assert found.copies == ()
