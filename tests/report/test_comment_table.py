"""The table of a comment: best values, gap and verdicts, beside those of a baseline."""

from __future__ import annotations

import numpy as np

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.comment_table import (
    LONGEST_NAME,
    comment_head,
    comment_rows,
    measures,
    short_name,
    side_name,
)
from analyzer.text import words

TEXT = words("en")
FALL = np.geomspace(3, 1, 40)


def of(name: str, best: float, **curves: np.ndarray) -> Diagnosis:
    """Return the diagnosis of a run with a loss and more validation curves."""
    logged = {("train", "loss"): FALL * best * 0.9, ("val", "loss"): FALL * best}
    logged |= {("val", metric): values for metric, values in curves.items()}
    return diagnose(synthetic.of_curves(name, logged))


def test_the_judged_metric_comes_first_and_each_metric_once() -> None:
    runs = [of(name, 1.0, accuracy=1 / FALL) for name in "ab"]
    assert measures(runs) == [("val", "loss"), ("val", "accuracy")]


def test_repeats_are_shown_by_mean_deviation_and_count() -> None:
    these = [of("a", 1.0), of("b", 1.2)]
    rows = comment_rows(these, [], TEXT)
    assert rows[0][1] == "1.1 ± 0.141 (n = 2)"
    assert len(comment_head(these, [], TEXT)) == 2


def test_a_baseline_adds_columns_and_a_difference() -> None:
    head = comment_head([of("a", 1.0)], [of("b", 2.0)], TEXT)
    rows = comment_rows([of("a", 1.0)], [of("b", 2.0)], TEXT)
    assert len(head) == 4
    assert all(len(row) == 4 for row in rows)
    assert rows[0][1:] == ("2", "1", "\N{MINUS SIGN}1")
    assert rows[-1][0] == TEXT.of("_comment")["verdict"]


def test_gaps_of_different_metrics_have_no_row() -> None:
    score = synthetic.of_curves(
        "s", {("train", "accuracy"): 1 / FALL, ("val", "accuracy"): 1 / FALL}
    )
    rows = comment_rows([of("a", 1.0)], [diagnose(score)], TEXT)
    assert TEXT.of("_comment")["gap"] not in [row[0] for row in rows]


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    name = short_name("begin" + "x" * 300 + "end")
    assert len(name) == LONGEST_NAME
    assert name.startswith("begin")
    assert name.endswith("end")
    assert short_name("short") == "short"


def test_the_head_of_a_column_is_the_name_of_the_run() -> None:
    these = [of("a", 1.0), of("b", 2.0)]
    assert side_name(these) == "a (+1)"
    assert comment_head(these, [of("c", 1.0)], TEXT)[2] == "a (+1)"
