"""Points that come one at a time: by tag, in their order or that of time, within limits."""

from __future__ import annotations

import math

from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers import _gathered
from analyzer.parsers._gathered import Gathered, with_issues


def test_points_keep_their_order_or_take_that_of_time() -> None:
    gathered = Gathered()
    for step, time in ((3, 9.0), (1, 7.0), (2, 8.0)):
        gathered.add("loss", step, step / 10, wall_time=time, epoch=step / 2)
    (logged,) = gathered.points()
    (timed,) = gathered.points(by_time=True)
    assert logged.step.tolist() == [3, 1, 2]
    assert timed.step.tolist() == [1, 2, 3]
    assert timed.value.tolist() == [0.1, 0.2, 0.3]
    assert timed.epoch.tolist() == [0.5, 1.0, 1.5]


def test_a_split_keeps_one_tag_apart() -> None:
    gathered = Gathered()
    gathered.add("loss", 0, 1.0, split="train")
    gathered.add("loss", 0, math.nan, split="val")
    assert [(points.split, points.tag) for points in gathered.points()] == [
        ("train", "loss"),
        ("val", "loss"),
    ]


def test_what_does_not_fit_is_counted() -> None:
    gathered = Gathered()
    gathered.add("loss", 2**62, 1.0)
    gathered.add("loss", -(2**70), 1.0)
    assert (gathered.lost, gathered.points()) == (2, [])
    assert _gathered._MOST_TAGS > 1000


def test_the_first_run_has_the_issues_of_the_file() -> None:
    issue = LogIssue("info", "a", "deleted_runs")
    runs = with_issues([Run("a", ()), Run("b", ())], [issue])
    assert [run.issues for run in runs] == [(issue,), ()]
    (alone,) = with_issues([], [issue])
    assert alone.issues == (issue,)
