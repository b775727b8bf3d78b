"""The ways to widen an interval, on runs whose falls are known."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer import synthetic

FOLDER = Path(__file__).parent


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    sys.path.insert(0, str(FOLDER))
    try:
        return runpy.run_path(str(FOLDER / "gain_ranges.py"))
    finally:
        sys.path.remove(str(FOLDER))


def rows(script: dict[str, Any], fold: str, scale: float, *, whole: bool = True) -> list[Any]:
    """Return runs of a family that fell by ``scale`` units less to as many more than expected."""
    unit = 0.2 + 0.05
    return [
        script["Falling"](fold, whole, True, 0.2 + scale * unit * place, 0.2, (0.2, 0.1), (0.3,))
        for place in np.linspace(-1, 1, 41)
    ]


def test_the_ends_lie_between_all_families_and_the_outermost(script: dict[str, Any]) -> None:
    known = rows(script, "calm", 1.0) + rows(script, "wild", 3.0)
    ways = {way.name: script["ends"](way, known)[1] for way in script["WAYS"]}
    assert ways["outermost family"] == pytest.approx(2.7)
    assert 1 < ways["all families alike"] < 2.7
    middle = (ways["all families alike"] + ways["outermost family"]) / 2
    assert ways["today"] == pytest.approx(middle)


def test_cut_runs_count_only_where_a_way_says_so(script: dict[str, Any]) -> None:
    known = rows(script, "calm", 1.0) + rows(script, "calm", 9.0, whole=False)
    ends = {way.name: script["ends"](way, known)[1] for way in script["WAYS"]}
    assert ends["today"] == pytest.approx(0.9, abs=0.02)
    assert ends["cut runs too"] > 5


def test_the_score_is_the_width_and_twenty_times_what_lies_outside(script: dict[str, Any]) -> None:
    known = rows(script, "calm", 1.0)[:2]
    found = np.array([[row.true - 0.5, row.true + 0.5] for row in known])
    assert script["score"](known, found)[0] == pytest.approx(1.0)
    found[1] += 0.6  # the true fall is now 0.1 below
    mean, line = script["score"](known, found)
    assert mean == pytest.approx((1 + 1 + 20 * 0.1) / 2)
    assert "held 0.50" in line
    assert "fell less 0.50 more 0.00" in line


def test_a_cut_run_has_the_log_of_its_first_epochs(script: dict[str, Any]) -> None:
    values = np.arange(20.0, 0.0, -1)
    run = synthetic.of_curves("x", {("train", "loss"): values, ("val", "loss"): values})
    record = {"config": {"per_step": False, "steps_per_epoch": 4}}
    shown = script["cut"](record, run, 10)
    assert [series.step.max() for series in shown.series] == [10, 10]
    assert shown.curve("loss", "val").value[-1] == 10
