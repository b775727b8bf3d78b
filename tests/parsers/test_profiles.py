"""Profiles: each writer's names, taken from its real headers, and tables that are by no writer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from analyzer.metrics import Reading, is_judged, kind
from analyzer.model.run import Run
from analyzer.parsers._profiles import NO_PROFILE, profile_named, profile_of, read_as
from analyzer.parsers._series import Points
from analyzer.reading.load import load
from analyzer.resources import words


def save(folder: Path, header: str, *, separator: str = ",", rows: int = 8) -> Run:
    """Write a table whose first column counts and whose others hold numbers, and read it."""
    names = header.split(separator)
    lines = [header]
    for row in range(rows):
        cells = [
            str(row),
            *(f"{0.5 + 0.01 * row + column:.4f}" for column in range(len(names) - 1)),
        ]
        lines.append(separator.join(cells))
    (folder / "progress.txt").write_text("\n".join(lines) + "\n")
    (run,) = load(folder)
    return run


def curves(run: Run) -> set[tuple[str, str]]:
    return {(series.split, series.metric) for series in run.series}


def test_fastai_measures_its_metrics_on_the_validation_set(tmp_path: Path) -> None:
    run = save(tmp_path, "epoch,train_loss,valid_loss,accuracy,error_rate,time")
    assert {("train", "loss"), ("val", "loss"), ("val", "accuracy")} <= curves(run)
    assert ("val", "error_rate") in curves(run)
    assert run.meta.format.endswith("(fastai)")


def test_a_loop_that_prints_batches_is_not_by_fastai(tmp_path: Path) -> None:
    found = curves(save(tmp_path, "epoch,step,loss,train_loss,valid_loss"))
    assert ("", "loss") in found
    assert {("train", "loss"), ("val", "loss")} <= found


def test_the_learning_rate_of_skorch_is_read(tmp_path: Path) -> None:
    names = "epoch,train_loss,valid_loss,event_lr,event_cp,valid_loss_best,train_batch_count,dur"
    run = save(tmp_path, names)
    assert ("", "lr") in curves(run)
    passed = {found.name: found.key for found in run.meta.passed_over}
    assert passed["event_cp"] == passed["valid_loss_best"] == "best_mark"


def test_ultralytics_measures_its_metrics_on_the_validation_set(tmp_path: Path) -> None:
    header = "epoch,time,train/box_loss,metrics/precision(B),metrics/mAP50(B),val/box_loss,lr/pg0"
    assert {
        ("train", "box_loss"),
        ("val", "box_loss"),
        ("val", "metrics/precision(B)"),
        ("val", "metrics/mAP50(B)"),
        ("", "lr"),
    } <= curves(save(tmp_path, header))


def test_old_versions_of_ultralytics_pad_their_header(tmp_path: Path) -> None:
    header = "   epoch,  train/box_loss,  metrics/mAP_0.5,    val/box_loss,     x/lr0,  x/lr1"
    assert {("val", "metrics/mAP_0.5"), ("", "lr")} <= curves(save(tmp_path, header))


def test_spinning_up_counts_interactions_and_has_no_loss_to_judge(tmp_path: Path) -> None:
    header = "Epoch\tAverageEpRet\tStdEpRet\tTotalEnvInteracts\tLossPi\tLossV\tTime"
    lines = [header]
    lines += [f"{n}\t{10.0 * n}\t1.0\t{4000 * (n + 1)}\t-0.01\t{9.0 + n}\t{n}" for n in range(6)]
    (tmp_path / "progress.txt").write_text("\n".join(lines) + "\n")
    (run,) = load(tmp_path)
    (reward,) = [series for series in run.series if series.metric == "reward"]
    assert reward.step.tolist() == [4000, 8000, 12000, 16000, 20000, 24000]
    assert run.metrics_of("loss") == []


@pytest.mark.parametrize("separator", ["-", " "])
def test_the_spread_of_folds_is_no_metric(separator: str, tmp_path: Path) -> None:
    names = [
        f"{part}{separator}logloss-{what}" for part in ("train", "test") for what in ("mean", "std")
    ]
    run = save(tmp_path, ",".join(["iteration", *names]))
    assert curves(run) == {("train", "logloss"), ("test", "logloss")}
    assert [entry.key for entry in run.meta.passed_over] == ["spread_of_folds"] * 2


def test_a_score_outside_zero_to_one_is_no_accuracy() -> None:
    points = [_points("validation_scores_", [0.1, 0.5]), _points("loss_curve_", [0.9, 0.5])]
    profile = profile_named("scikit_learn")
    readings = [tagged.reading for tagged in read_as(points, profile)]
    assert readings == [Reading("val", "accuracy"), Reading("train", "loss")]
    (regression,) = read_as([_points("validation_scores_", [-3.0, 0.5])], profile)
    assert regression.reading == Reading("val", "r2")


def test_one_component_of_spacy_has_the_loss() -> None:
    profile = profile_named("spacy")
    alone = read_as([_points("losses/ner", [9.0]), _points("scores/ents_f", [0.5])], profile)
    assert [tagged.reading for tagged in alone] == [
        Reading("train", "loss"),
        Reading("val", "ents_f"),
    ]
    both = read_as([_points("losses/ner", [9.0]), _points("losses/tagger", [9.0])], profile)
    assert both[0].reading == Reading("train", "losses/ner")


@pytest.mark.parametrize(
    "names",
    [
        {"epoch", "loss", "val_loss"},
        {"step", "train/loss", "eval/loss", "epoch"},
        {"epoch", "train_loss", "val_loss", "accuracy"},
        {"iteration", "loss"},
        {"a-mean", "a-std"},
        set(),
    ],
)
def test_other_names_are_by_no_writer(names: set[str]) -> None:
    assert profile_of(names) is NO_PROFILE


def test_a_log_with_very_many_names_is_by_no_writer() -> None:
    names = {f"name{number}" for number in range(20_000)} | {"epoch", "train_loss", "valid_loss"}
    assert profile_of(names) is NO_PROFILE


def test_every_reason_and_note_of_the_table_has_its_sentence() -> None:
    text = Path(profile_of.__code__.co_filename).with_name("profiles.toml").read_text()
    reasons = set(re.findall(r'= "(\w+)" ?[,}]', text)) & set(words("_reasons")["en"])
    assert {"spread_of_folds", "not_a_metric", "same_as_axis"} <= reasons
    assert "losses_are_sums" in words("_issues")["es"]


def _points(tag: str, value: list[float]) -> Points:
    rows = np.arange(len(value))
    blank = np.full(len(value), np.nan)
    return Points(tag, "", rows, blank, blank, np.array(value))


def test_ray_tune_counts_and_clocks_are_no_metrics(tmp_path: Path) -> None:
    header = "loss,val_loss,done,training_iteration,time_this_iter_s,time_total_s,pid"
    run = save(
        tmp_path,
        f"training_iteration,{header.replace('training_iteration,', '')}"
        ",time_since_restore,iterations_since_restore",
    )
    assert curves(run) == {("train", "loss"), ("val", "loss")}
    assert run.meta.format.endswith("(Ray Tune)")
    assert "done" not in run.config


def test_the_two_deltas_of_spinning_up_keep_apart(tmp_path: Path) -> None:
    header = "Epoch\tAverageEpRet\tStdEpRet\tTotalEnvInteracts\tLossPi\tDeltaLossPi\tDeltaLossV"
    run = save(tmp_path, header, separator="\t")
    names = {series.metric for series in run.series}
    assert {"reward", "policy_loss", "delta_policy_loss", "delta_value_loss"} <= names


def test_the_first_losses_of_spacy_are_kept_and_not_judged(tmp_path: Path) -> None:
    lines = []
    for place, loss in enumerate([0.3, 24.0, 20.1, 15.2, 11.0, 9.5]):
        scores = {"ents_f": 40 + 5 * place, "ents_p": 41, "ents_r": 39}
        record = {"epoch": place, "step": 200 * place, "losses": {"ner": loss}, "scores": scores}
        lines.append(json.dumps({**record, "score": 0.4 + 0.05 * place}))
    (tmp_path / "log.jsonl").write_text("\n".join(lines) + "\n")
    (run,) = load(tmp_path)
    (loss_series,) = [series for series in run.series if series.tag == "losses/ner"]
    assert loss_series.value[0] == 0.3
    assert loss_series.measured.tolist() == [False, True, True, True, True, True]
    for metric in ("ents_f", "ents_p", "ents_r", "score"):
        assert kind(metric) == "score"
        assert len(run.curve(metric, "val").value) == 6


def test_a_score_of_no_split_alone_makes_no_log() -> None:
    assert not is_judged("score")
    assert is_judged("val_score")
