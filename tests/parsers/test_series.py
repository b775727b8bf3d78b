"""Points to series: what a restart logged again, steps without order, names read as one log."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.issues import LogIssue
from analyzer.parsers._series import UNORDERED_SHARE, Points, assemble, mark_superseded, meta_of


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


def slowly(steps: list[int]) -> tuple[list[bool], bool]:
    """Say of each point whether a later stretch covers its step, point by point."""
    stretches: list[list[int]] = []
    for at, step in enumerate(steps):
        if at == 0 or step < steps[at - 1]:
            stretches.append([])
        stretches[-1].append(step)
    ordered = len(stretches) - 1 <= max(3, UNORDERED_SHARE * len(steps))
    marks = []
    for number, stretch in enumerate(stretches):
        for step in stretch:
            later = stretches[number + 1 :]
            marks.append(ordered and any(min(other) <= step <= max(other) for other in later))
    return marks, ordered


@given(st.lists(st.integers(0, 12), max_size=30))
def test_marks_are_those_of_a_slow_twin(steps: list[int]) -> None:
    marks, counts, ordered = mark_superseded(np.array(steps, dtype=np.int64))
    assert (marks.tolist(), ordered) == slowly(steps)
    assert sum(counts.values()) == marks.sum()


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=1, max_size=6))
def test_marks_of_long_stretches_are_those_of_a_slow_twin(stretches: list[tuple[int, int]]) -> None:
    steps = [step for first, length in stretches for step in range(first, first + length)]
    marks, counts, ordered = mark_superseded(np.array(steps, dtype=np.int64))
    assert (marks.tolist(), ordered) == slowly(steps)
    assert sum(counts.values()) == marks.sum()


def test_each_restart_counts_what_it_superseded() -> None:
    steps = [*range(10), *range(6, 15), *range(12, 20)]
    marks, counts, ordered = mark_superseded(np.array(steps))
    assert ordered
    assert dict(counts) == {6: 4, 12: 3}
    assert [step for step, mark in zip(steps, marks, strict=True) if mark] == [
        6,
        7,
        8,
        9,
        12,
        13,
        14,
    ]


def test_equal_steps_are_no_restart() -> None:
    marks, counts, ordered = mark_superseded(np.array([1, 1, 2, 2]))
    assert (marks.any(), dict(counts), ordered) == (False, {}, True)


def test_no_point_is_no_restart() -> None:
    marks, counts, ordered = mark_superseded(np.array([], dtype=np.int64))
    assert (len(marks), dict(counts), ordered) == (0, {}, True)


def test_the_whole_range_of_64_bits_is_ordered_rightly() -> None:
    low, high = -(2**63), 2**63 - 1
    assert mark_superseded(np.array([low, high]))[0].tolist() == [False, False]
    assert mark_superseded(np.array([high, low, high]))[0].tolist() == [True, False, False]


def test_a_log_that_goes_back_all_the_time_has_no_order() -> None:
    steps = [step for at in range(0, 200, 10) for step in (at, at - 5)]
    marks, counts, ordered = mark_superseded(np.array(steps))
    assert (marks.any(), dict(counts), ordered) == (False, {}, False)


def test_thousands_of_restarts_are_marked_without_comparing_each_with_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = 0
    search = np.searchsorted

    def counting(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        return search(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(np, "searchsorted", counting)
    marks, counts, ordered = mark_superseded(np.tile(np.arange(25), 2000))
    assert ordered
    assert marks.sum() == 25 * 1999
    assert dict(counts) == {0: 25 * 1999}
    assert calls <= 2 * 2000


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
