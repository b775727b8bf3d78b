"""The table of a comment: best values, gap and verdicts, beside those of a baseline."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.reading.load import load
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


def test_repeats_are_named_for_the_folder_of_their_logs(tmp_path: Path) -> None:
    for seed in range(2):
        path = tmp_path / "better" / f"s{seed}" / "history.json"
        path.parent.mkdir(parents=True)
        loss = [1.0, 0.8, 0.6, 0.5 + seed / 100]
        document = {"loss": loss, "val_loss": loss, "config": {"seed": seed}}
        path.write_text(json.dumps(document), encoding="utf-8")
    found = [diagnose(run) for run in load(tmp_path / "better")]
    assert side_name(found) == "better/s0 (+1)"
    assert side_name(found[:1]) == "s0"
    whole = [diagnose(run) for run in load(tmp_path)]
    assert side_name(whole) == "better/s0 (+1)"
