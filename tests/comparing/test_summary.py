"""A run is summed up and hashed once, whatever is made of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing import summary
from analyzer.comparing.against import against
from analyzer.comparing.comparison import compare
from analyzer.comparing.gate import outcomes
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.report.comment import render_comment


def run(name: str, best: float, **config: Any) -> Run:
    """Return a run whose best validation loss is ``best``."""
    fall = np.geomspace(3, 1, 40) * best
    curves = {("train", "loss"): fall * 0.9, ("val", "loss"): fall}
    return synthetic.of_curves(name, curves, config=config)


def test_nan_of_two_writers_is_one() -> None:
    values = np.r_[np.geomspace(3, 1, 40), np.nan, 0.5]
    twin = values.copy()
    twin.view("u8")[40] |= 1 << 63  # the sign that x86 gives it
    one, other = (
        synthetic.of_curves(name, {("val", "loss"): value})
        for name, value in (("a", values), ("b", twin))
    )
    assert compare([one, other, run("c", 1.0)]).copies == (("b", "a"),)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the runs that are hashed from now on, once for each time."""
    names: list[str] = []
    prints = summary.prints_of

    def counted(run: Run) -> str:
        names.append(run.name)
        return prints(run)

    monkeypatch.setattr(summary, "prints_of", counted)
    return names


def test_four_runs_against_four_are_hashed_once_each(hashed: list[str]) -> None:
    base = [diagnose(run(f"a{at}", 1 + at / 10, seed=at)) for at in range(4)]
    new = [diagnose(run(f"b{at}", 1 + at / 9, seed=at)) for at in range(4)]
    against(new, base)
    render_comment(new, base)
    compare([diagnosis.run for diagnosis in (*base, *new)]).frame  # noqa: B018 - makes the table
    assert sorted(hashed) == [f"{side}{at}" for side in "ab" for at in range(4)]


def test_the_gate_hashes_its_baseline_once_for_all_runs(hashed: list[str]) -> None:
    base = [diagnose(run(f"base{at}", 1 + at / 10, seed=at)) for at in range(3)]
    for at in range(5):
        outcomes(diagnose(run(f"new{at}", 1.0)), baseline=base)
    assert sorted(hashed) == ["base0", "base1", "base2", *(f"new{at}" for at in range(5))]


def test_runs_of_another_name_and_tag_have_the_same_prints() -> None:
    first, second = run("a", 1.0), run("b", 1.0)
    assert summary.summary_of(first) == summary.summary_of(second)
    assert summary.summary_of(first).prints != summary.summary_of(run("a", 1.1)).prints
