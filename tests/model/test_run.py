"""The nouns: curves, runs, the tidy frame, issues."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyzer import synthetic
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import CheckResult, Diagnosis, Finding
from analyzer.model.issues import LogIssue, Skipped
from analyzer.model.run import COLUMNS, Run, RunSet, to_frame
from analyzer.model.series import Curve, Series


def series(
    tag: str = "val_loss",
    value: Any = (3.0, 2.0, 1.0),
    *,
    split: str = "val",
    metric: str = "loss",
    grain: str = "",
    step: Any = None,
    epoch: Any = np.nan,
    superseded: Any = False,
) -> Series:
    points = len(value)
    return Series(
        tag,
        split,
        metric,
        grain,
        np.arange(points) if step is None else np.array(step, dtype=np.int64),
        np.broadcast_to(np.array(epoch, dtype=float), points).copy(),
        np.full(points, np.nan),
        np.array(value, dtype=float),
        np.broadcast_to(np.array(superseded), points).copy(),
    )


def curve_of(*parts: Series, **options: Any) -> Curve:
    return Run("made", parts).curve("loss", "val", **options)


def test_a_superseded_point_leaves_the_curve_and_stays_in_the_run() -> None:
    restarted = series(
        value=[5, 4, 9, 3, 2], step=[0, 1, 2, 2, 3], superseded=[False, False, True, False, False]
    )
    run = Run("made", (restarted,))
    assert run.curve("loss", "val").value.tolist() == [5, 4, 3, 2]
    assert run.points == 5
    assert run.frame["value"].tolist() == [5, 4, 9, 3, 2]
    assert run.frame["superseded"].tolist() == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("best", "others"),
    [
        (
            series("loss_epoch", grain="epoch"),
            [series("loss"), series("loss_step", [1.0] * 50, grain="step")],
        ),
        (series("loss"), [series("loss_step", [1.0] * 50, grain="step")]),
        (series("long", [1.0] * 5), [series("a", [1.0] * 4)]),
        (series("a"), [series("b")]),
        (series("loss_step", grain="step"), [series("summary", [1.0], grain="epoch")]),
        (
            series("loss_epoch", [1.0] * 2, grain="epoch"),
            [series("loss_step", [1.0] * 50, grain="step")],
        ),
    ],
    ids=[
        "an epoch's value",
        "no batch's value",
        "more points",
        "the first name",
        "more than one point",
        "two epochs",
    ],
)
def test_of_several_tags_one_is_the_curve(best: Series, others: list[Series]) -> None:
    for order in ([best, *others], [*others, best]):
        assert curve_of(*order).tag == best.tag


def test_a_missing_curve_and_a_short_one_are_said() -> None:
    with pytest.raises(NotApplicable) as missing:
        Run("made", ()).curve("loss", "val")
    assert (missing.value.key, missing.value.values) == (
        "no_curve",
        {"metric": "loss", "split": "val"},
    )
    with pytest.raises(NotApplicable) as short:
        curve_of(series(value=[1, np.nan, 2]), at_least=3)
    assert (short.value.key, short.value.values) == (
        "too_few_points",
        {"metric": "loss", "split": "val", "points": 2, "needed": 3, "not_finite": 1},
    )
    assert len(curve_of(series(value=[1, np.nan, 2]), at_least=2)) == 3


def test_a_loss_that_was_logged_under_other_names_is_not_called_missing() -> None:
    trained = replace(series(value=[2, 1]), split="train")
    others = [replace(series(value=[2, 1]), metric=name) for name in ("a_loss", "b_loss")]
    with pytest.raises(NotApplicable) as reason:
        Run("made", (trained, *others)).curve("loss", "val")
    assert reason.value.key == "other_names"
    assert reason.value.values["others"] == ["a_loss", "b_loss"]
    with pytest.raises(NotApplicable, match="no_curve"):
        Run("made", (trained, *others)).curve("loss", "test")


def test_a_run_of_nothing_but_nan_has_a_curve_only_for_who_asks_for_no_point() -> None:
    with pytest.raises(NotApplicable, match="too_few_points"):
        curve_of(series(value=[np.nan, np.nan]))
    assert len(curve_of(series(value=[np.nan, np.nan]), at_least=0)) == 2


@pytest.mark.parametrize(
    ("splits", "held_out", "trained_on"),
    [
        (["train", "val", "test"], "val", "train"),
        (["train", "test"], "test", "train"),
        (["", "val"], "val", ""),
        ([""], "val", ""),
        (["train", ""], "val", "train"),
    ],
)
def test_the_splits_say_which_data_were_seen(
    splits: list[str], held_out: str, trained_on: str
) -> None:
    run = Run("made", tuple(series(split=split) for split in splits))
    assert run.splits("loss") == splits
    assert (run.held_out("loss"), run.trained_on("loss")) == (held_out, trained_on)


def test_a_total_loss_stands_for_its_parts() -> None:
    parts = (
        series(metric="box_loss"),
        series(metric="lr"),
        series(metric="cls_loss"),
        series(metric="box_loss"),
    )
    assert Run("made", parts).metrics_of("loss") == ["box_loss", "cls_loss"]
    assert Run("made", (*parts, series())).metrics_of("loss") == ["loss"]
    assert Run("made", (series(metric="auc"), series(metric="accuracy"))).metrics_of("score") == [
        "accuracy"
    ]
    assert Run("made", parts).metrics_of("score") == []


def test_losses_of_other_names_stand_for_a_total_without_unseen_data() -> None:
    others = (series(metric="wer", split="val"), series(metric="mae", split="train"))
    run = Run("made", (series(split="train"), *others, series(metric="auc", split="val")))
    assert run.held_out_losses == ("wer",)
    assert run.judged_metrics == ["loss", "wer", "auc"]
    assert Run("made", (series(split="val"), *others)).held_out_losses == ()
    assert Run("made", others).held_out_losses == ()  # the parts are judged themselves


DTYPES = {
    "run": "category",
    "split": "category",
    "metric": "category",
    "tag": "category",
    "step": "int64",
    "epoch": "float64",
    "wall_time": "float64",
    "value": "float64",
    "superseded": "bool",
    "not_evaluated": "bool",
}


@pytest.mark.parametrize(
    "runs",
    [
        [],
        [Run("empty", ())],
        [Run("no point", (series(value=[]),))],
        [synthetic.healthy(1).run],
        [synthetic.healthy(1).run, synthetic.non_finite(1).run],
    ],
    ids=["no run", "no series", "no point", "one run", "two runs"],
)
def test_the_tidy_frame_has_the_agreed_columns_and_types(runs: list[Run]) -> None:
    frame = to_frame(runs)
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == DTYPES
    assert list(frame.columns) == list(DTYPES) == list(COLUMNS)
    assert len(frame) == sum(run.points for run in runs)


def test_the_tidy_frame_holds_every_point_as_it_was_logged() -> None:
    first = Run(
        "one",
        (
            series(value=[1, np.nan, 1], step=[3, 1, 1], epoch=[0.5, 0, 0]),
            series("lr", [0.1], metric="lr", split=""),
        ),
    )
    second = Run("two", (series(value=[np.inf]),))
    frame = to_frame([first, second])
    assert frame["run"].tolist() == ["one"] * 4 + ["two"]
    assert frame["tag"].tolist() == ["val_loss"] * 3 + ["lr", "val_loss"]
    assert frame["metric"].tolist() == ["loss"] * 3 + ["lr", "loss"]
    assert frame["split"].tolist() == ["val"] * 3 + ["", "val"]
    assert frame["step"].tolist() == [3, 1, 1, 0, 0]
    np.testing.assert_array_equal(frame["value"], [1, np.nan, 1, 0.1, np.inf])
    np.testing.assert_array_equal(frame["epoch"], [0.5, 0, 0, np.nan, np.nan])
    assert not frame["superseded"].any()
    pd.testing.assert_frame_equal(
        first.frame.astype({"run": str, "tag": str, "metric": str, "split": str}),
        frame[:4].astype({"run": str, "tag": str, "metric": str, "split": str}),
    )


def test_an_empty_series_leaves_no_row() -> None:
    frame = to_frame([Run("one", (series("gone", []), series("here", [1.0])))])
    assert frame["tag"].tolist() == ["here"]


def test_a_run_set_is_a_sequence_of_runs() -> None:
    runs = tuple(Run(name, ()) for name in "abc")
    found = RunSet(runs, skipped=(Skipped("x", "empty_file"),))
    assert len(found) == 3
    assert found[0] is runs[0]
    assert found[1:] == runs[1:]
    assert list(found) == list(runs)
    assert runs[2] in found


def test_findings_are_the_unexplained_ones_worst_first() -> None:
    def check(name: str, severity: str, status: str = "found") -> CheckResult:
        return CheckResult(
            name, status, findings=(Finding(name, severity, "loss", "val", None, {}),)
        )

    issue = LogIssue("info", "log", "restart")
    run = replace(synthetic.healthy(1).run, issues=(issue,))
    checks = (
        check("a", "info"),
        check("b", "warning"),
        check("c", "critical", "explained"),
        check("d", "critical"),
    )
    made = Diagnosis(run, "no_learning", checks, None, {})
    assert [finding.detector for finding in made.findings] == ["d", "b", "a"]
    assert made.issues == (issue,)
    assert made.to_dict()["verdict"] == "no_learning"


def test_arrays_that_series_share_count_once() -> None:
    run = synthetic.overfitting(1).run
    shared = replace(run, series=(run.series[0], replace(run.series[0], tag="other")))
    assert len(shared.distinct("step")) == 1
    assert shared.points == 2 * len(run.series[0])
