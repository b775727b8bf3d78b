"""Points to series: what a restart logged again, steps without order, names read as one log."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer.model.issues import LogIssue
from analyzer.parsers._series import Points, assemble, meta_of


def points(tag: str, steps: list[int], split: str = "") -> Points:
    unknown = np.full(len(steps), np.nan)
    return Points(
        tag,
        split,
        np.array(steps, dtype=np.int64),
        unknown,
        unknown,
        np.arange(len(steps), dtype=np.float64),
    )


def test_a_restart_is_told_once_for_all_names() -> None:
    steps = [*range(10), *range(5, 15)]
    _, issues = assemble([points("loss", steps), points("val_loss", steps)], "here")
    assert issues == [LogIssue("info", "here", "restart", values={"step": 5, "superseded": 10})]


def test_many_restarts_are_told_in_one_line() -> None:
    steps = [step for first in range(0, 700, 70) for step in range(first, first + 100)]
    _, issues = assemble([points("loss", steps)], "here")
    assert [(issue.key, dict(issue.values)) for issue in issues] == [
        ("restarts", {"count": 9, "step": 70, "superseded": 270})
    ]


def test_what_a_shorter_restart_gave_up_is_told_apart_from_what_it_logged_again() -> None:
    steps = [*range(10), *range(5, 8)]
    _, issues = assemble([points("loss", steps), points("val_loss", steps)], "here")
    values = {"step": 5, "superseded": 6, "abandoned": 4}
    assert issues == [LogIssue("info", "here", "restart_abandoned", values=values)]


def test_a_checkpoint_that_is_evaluated_at_the_end_is_told() -> None:
    series, issues = assemble([points("val_loss", [*range(10), 4])], "here")
    assert series[0].superseded.tolist() == [False] * 10 + [True]
    assert issues == [LogIssue("info", "here", "evaluated_again", values={"count": 1})]


def test_a_clock_that_rises_tells_what_was_logged_before_a_restart() -> None:
    def timed(tag: str, steps: list[int], times: list[float]) -> Points:
        return replace(points(tag, steps), wall_time=np.array(times, dtype=np.float64))

    train = timed("loss", [*range(30), *range(12, 20)], list(range(38)))
    rare = timed("val_loss", [0, 10, 20], [0.5, 10.5, 20.5])
    broken = timed("val_acc", [0, 10, 20], [20.5, 10.5, 0.5])
    marks = [series.superseded.tolist() for series in assemble([train, rare, broken], "x").series]
    assert marks[1:] == [[False, False, True], [False, False, False]]


def test_names_without_an_order_are_told_and_keep_every_point() -> None:
    steps = [5, 4, 3, 2, 1, 0]
    series, issues = assemble([points("loss", steps)], "here")
    assert series[0].step.tolist() == steps
    assert [(issue.key, issue.kept) for issue in issues] == [("steps_unordered", 6)]


def test_points_at_one_step_are_told() -> None:
    _, issues = assemble(
        [points("loss", [7, 7, 7]), points("acc", [7, 7, 7]), points("final", [9, 9])], "here"
    )
    assert [(issue.key, issue.kept, dict(issue.values)) for issue in issues] == [
        ("one_step", 6, {"step": 7, "series": 2})
    ]


def test_the_names_of_a_log_are_read_together() -> None:
    series, _ = assemble([points("loss", [1]), points("val_loss", [1])], "here")
    assert [(curve.split, curve.metric) for curve in series] == [("train", "loss"), ("val", "loss")]


def test_a_split_that_the_folder_says_stands_above_the_name() -> None:
    series, _ = assemble([points("loss", [1], "val"), points("loss", [1], "train")], "here")
    assert [(curve.split, curve.metric, curve.tag) for curve in series] == [
        ("val", "loss", "loss"),
        ("train", "loss", "loss"),
    ]


def test_a_group_of_metrics_in_a_split_folder_says_nothing_more() -> None:
    names = ["metrics/loss", "metrics/mAP50(B)", "head/loss"]
    series, _ = assemble([points(name, [1], "val") for name in names], "here")
    assert [(curve.split, curve.metric) for curve in series[:2]] == [
        ("val", "loss"),
        ("val", "mAP50(B)"),
    ]
    assert series[2].metric == "head/loss"


def test_a_name_that_says_no_split_gets_the_one_of_its_format() -> None:
    series, _ = assemble([points("loss", [1]), points("other", [1])], "here", unsaid="train")
    assert [curve.split for curve in series] == ["train", ""]


def test_a_split_folder_beside_a_name_without_a_split_makes_that_one_training() -> None:
    series, _ = assemble([points("loss", [1]), points("loss", [1], "val")], "here")
    assert [(curve.split, curve.metric) for curve in series] == [("train", "loss"), ("val", "loss")]


def keys(*tagged: Points, source: str = "x.csv") -> list[str]:
    return [issue.key for issue in assemble(tagged, source).issues]


def test_a_metric_that_never_changes_is_reported() -> None:
    frozen = replace(points("val_acc", list(range(12))), value=np.full(12, 0.9))
    assert keys(frozen) == ["constant_metric"]
    assert keys(replace(frozen, tag="lr")) == []
    assert keys(replace(frozen, value=np.append(np.full(11, 0.9), 0.8))) == []


def test_an_assumed_split_is_reported() -> None:
    first, second = (points(f"validation_{number}-auc", [0, 1]) for number in (0, 1))
    assert keys(first, second) == ["first_set_trains"]


@pytest.mark.parametrize(
    ("source", "split"),
    [("x/log.csv", "train"), ("val/log.csv", ""), ("prueba/log.csv", ""), ("test_loss.csv", "")],
)
def test_the_only_loss_trains_unless_its_place_is_held_out(source: str, split: str) -> None:
    (series,) = assemble([points("loss", [0, 1])], source).series
    assert series.split == split


def test_the_words_of_a_log_are_read_together() -> None:
    tagged = [points(name, [0, 1]) for name in ("pérdida", "pérdida_val", "precision_val")]
    found = {series.tag: (series.split, series.metric) for series in assemble(tagged, "x").series}
    assert found["precision_val"] == ("val", "accuracy")
    assert found["pérdida"] == ("train", "loss")


@pytest.mark.parametrize(
    ("times", "start", "end"),
    [
        ([3.0, 1.0, 2.0], 1.0, 3.0),
        ([float("nan"), 2.0, float("inf")], 2.0, 2.0),
        ([float("nan")], None, None),
        ([], None, None),
    ],
)
def test_a_run_spans_its_finite_times(
    times: list[float], start: float | None, end: float | None
) -> None:
    made = replace(points("loss", [0] * len(times)), wall_time=np.array(times, dtype=np.float64))
    meta = meta_of("log", ["a.csv"], [made], axes={})
    assert (meta.start, meta.end) == (start, end)


def test_tags_of_one_length_share_their_marks_unless_one_has_a_restart() -> None:
    restarted = points("train/c", [1, 2, 2, 1, 2, 3])
    tags = [points("train/a", [1, 2, 3, 4, 5, 6]), points("train/b", [1, 2, 3, 3, 4, 5]), restarted]
    first, second, third = (series.superseded for series in assemble(tags, "log").series)
    assert first is second
    assert not first.any()
    assert third.tolist() == [True, True, True, False, False, False]


def test_runs_of_the_same_names_are_read_alike_and_others_are_not() -> None:
    def readings(*lengths: int) -> list[tuple[str, str]]:
        tags = [
            points(tag, list(range(n)))
            for tag, n in zip(("loss", "val_loss"), lengths, strict=False)
        ]
        return [(series.metric, series.split) for series in assemble(tags, "log").series]

    both = [("loss", "train"), ("loss", "val")]
    assert readings(5, 5) == readings(5, 5) == readings(6, 6) == both
    assert readings(5) == [("loss", "train")]


def test_a_step_that_a_resumed_run_logged_twice_is_a_restart() -> None:
    step = np.array([*range(8), 7, *range(8, 20)])
    value = 1.0 / (1.0 + np.arange(21.0))
    blank = np.full(21, np.nan)
    tags = ("train_loss", "val_loss", "lr")
    points = [Points(tag, "", step, blank, blank, value) for tag in tags]
    found = assemble(points, "run.csv")
    for series in found.series:
        assert np.flatnonzero(series.superseded).tolist() == [7]
    assert [(issue.key, dict(issue.values)) for issue in found.issues] == [
        ("restart", {"step": 7, "superseded": 3})
    ]
