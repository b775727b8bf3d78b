"""Labels that stand clear of each other, and names without what all of them begin with."""

from __future__ import annotations

import pytest

from analyzer.charts.placing import Span, apart, rows_of, without_shared_start


def test_a_label_takes_the_lowest_row_that_is_free() -> None:
    spans = [Span(0, 4), Span(3, 6), Span(5, 8), Span(9, 12)]
    assert rows_of(spans, 1) == [0, 1, 0, 0]
    assert rows_of([], 1) == []


def test_labels_are_moved_apart_by_no_more_than_the_gap() -> None:
    moved = apart([0.5, 0.52], 0.1)
    assert moved is not None
    assert moved == pytest.approx([0.5, 0.6])
    assert apart([0.1, 0.9], 0.1) == [0.1, 0.9]


def test_labels_at_the_top_push_the_others_down() -> None:
    moved = apart([1.2, 1.0], 0.3)
    assert moved is not None
    assert moved == pytest.approx([1.0, 0.7])


def test_labels_that_would_stand_far_from_their_lines_are_not_placed() -> None:
    assert apart([0.5, 0.5, 0.5, 0.5], 0.1) is None


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["lr0.0001_wd0.1_s0", "lr0.0001_wd0.001_s0"], ["…wd0.1_s0", "…wd0.001_s0"]),
        (["sweep/a/1", "sweep/a/2"], ["…1", "…2"]),
        (["lr=0.1, wd=0.01", "lr=0.1, wd=0.02"], ["…wd=0.01", "…wd=0.02"]),
        (["weight_decay=0.1", "weight_decay=0.2"], ["weight_decay=0.1", "weight_decay=0.2"]),
        (["keras_a", "keras_b"], ["keras_a", "keras_b"]),
        (["training", "validation"], ["training", "validation"]),
        (["baseline/", "baseline/x"], ["baseline/", "baseline/x"]),
        (["alone/run"], ["alone/run"]),
        ([], []),
    ],
)
def test_the_whole_parts_that_all_names_begin_with_are_left_out(
    names: list[str], short: list[str]
) -> None:
    assert without_shared_start(names) == short
