"""What a confusion matrix says of each class and of the pairs that are confused."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.views._confusion import Judged, class_rows, confused_pairs, in_all, majority_of

JUDGED = Judged("made", ("a", "b", "c"), np.array([[80, 10, 0], [5, 5, 0], [0, 0, 0]]))


def test_a_class_without_examples_or_predictions_has_no_scores() -> None:
    rows = {row["class"]: row for row in class_rows(JUDGED)}
    assert rows["a"]["recall"] == pytest.approx(80 / 90)
    assert rows["b"]["precision"] == pytest.approx(5 / 15)
    assert (rows["c"]["precision"], rows["c"]["recall"]) == (None, None)
    assert [row["class"] for row in class_rows(JUDGED)] == ["b", "a", "c"]


def test_the_pairs_that_are_confused_most_come_first() -> None:
    pairs = [(pair["truth"], pair["prediction"], pair["count"]) for pair in confused_pairs(JUDGED)]
    assert pairs == [("a", "b", 10), ("b", "a", 5)]


def test_the_balanced_accuracy_leaves_out_classes_without_examples() -> None:
    values = in_all(JUDGED, class_rows(JUDGED))
    assert values["balanced"] == pytest.approx((80 / 90 + 5 / 10) / 2)
    skewed = majority_of(JUDGED, values)
    assert skewed is not None
    assert (skewed["majority"], skewed["share"]) == ("a", 0.9)
