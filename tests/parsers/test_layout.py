"""Tables in other layouts: long, with a column of splits, of runs, and with runs appended."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analyzer.model.run import Run, RunSet
from analyzer.reading.load import load


def read(tmp_path: Path, *lines: str) -> RunSet:
    path = tmp_path / "log.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load(path)


def points(run: Run) -> dict[tuple[str, str], list[tuple[int, float]]]:
    return {
        (series.split, series.metric): list(
            zip(series.step.tolist(), series.value.tolist(), strict=True)
        )
        for series in run.series
    }


def test_a_long_table_gives_each_metric_its_points(tmp_path: Path) -> None:
    lines = [
        f"{step},{name},{value}"
        for step in range(4)
        for name, value in (("train/loss", 2 - step), ("val/loss", 3 - step))
    ]
    (run,) = read(tmp_path, "step,metric,value", *lines)
    assert points(run) == {
        ("train", "loss"): [(step, 2.0 - step) for step in range(4)],
        ("val", "loss"): [(step, 3.0 - step) for step in range(4)],
    }


@pytest.mark.parametrize("header", ["step,series,value", "étape,série,valeur", "paso,curva,valor"])
def test_a_column_of_curves_names_metrics_if_its_words_do(header: str, tmp_path: Path) -> None:
    lines = [f"{step},{name},{step}" for name in ("train loss", "val loss") for step in range(6)]
    (run,) = read(tmp_path, header, *lines)
    assert {key: len(found) for key, found in points(run).items()} == {
        ("train", "loss"): 6,
        ("val", "loss"): 6,
    }


@pytest.mark.parametrize("words", [("train", "val"), ("Training", "Validation")])
@pytest.mark.parametrize("name", ["phase", "split", "mode"])
def test_a_column_of_splits_says_which_rows_are_whose(
    tmp_path: Path, name: str, words: tuple[str, str]
) -> None:
    lines = [
        f"{epoch},{word},{epoch + at},0.5" for epoch in range(3) for at, word in enumerate(words)
    ]
    (run,) = read(tmp_path, f"epoch,{name},loss,acc", *lines)
    assert points(run)["train", "loss"] == [(0, 0.0), (1, 1.0), (2, 2.0)]
    assert points(run)["val", "loss"] == [(0, 1.0), (1, 2.0), (2, 3.0)]
    assert set(points(run)) == {
        ("train", "loss"),
        ("val", "loss"),
        ("train", "accuracy"),
        ("val", "accuracy"),
    }


def test_long_and_split_together(tmp_path: Path) -> None:
    lines = [
        f"{step},{split},loss,{step + at}"
        for step in range(3)
        for at, split in enumerate(("train", "val"))
    ]
    (run,) = read(tmp_path, "step,split,metric,value", *lines)
    assert points(run) == {
        ("train", "loss"): [(0, 0.0), (1, 1.0), (2, 2.0)],
        ("val", "loss"): [(0, 1.0), (1, 2.0), (2, 3.0)],
    }


def test_a_column_of_names_separates_runs(tmp_path: Path) -> None:
    lines = [
        f"{run},{epoch},{epoch * scale}"
        for run, scale in (("a", 1), ("b", 10))
        for epoch in range(4)
    ]
    runs = read(tmp_path, "run,epoch,loss", *lines)
    assert [run.name for run in runs] == ["a", "b"]
    assert points(runs[1]) == {("train", "loss"): [(0, 0.0), (1, 10.0), (2, 20.0), (3, 30.0)]}


def test_runs_of_one_row_each_are_no_log(tmp_path: Path) -> None:
    from analyzer.errors import NothingReadable

    with pytest.raises(NothingReadable, match="one row per result"):
        read(tmp_path, "run_name,loss,acc", "a,0.1,0.9", "b,0.2,0.8", "c,0.3,0.7")


def test_an_epoch_that_starts_again_begins_another_run(tmp_path: Path) -> None:
    lines = [f"{epoch},{value}" for value, length in ((1, 5), (2, 3)) for epoch in range(length)]
    runs = read(tmp_path, "epoch,loss", *lines)
    assert [(run.name, run.points) for run in runs] == [("log #1", 5), ("log #2", 3)]
    assert not any(series.superseded.any() for run in runs for series in run.series)


def test_a_header_between_makes_it_a_restart_of_one_run(tmp_path: Path) -> None:
    lines = [f"{epoch},1" for epoch in range(5)]
    (run,) = read(tmp_path, "epoch,loss", *lines, "epoch,loss", *lines)
    assert run.series[0].superseded.tolist() == [True] * 5 + [False] * 5


def test_a_phase_that_changes_makes_it_one_run_of_two_phases(tmp_path: Path) -> None:
    lines = [f"{epoch},{phase},{epoch}" for phase in ("head", "finetune") for epoch in range(5)]
    assert len(read(tmp_path, "epoch,phase,loss", *lines)) == 1


def test_a_step_that_goes_back_in_the_middle_is_a_restart_of_one_run(tmp_path: Path) -> None:
    lines = [f"{epoch},1" for epoch in (0, 1, 2, 3, 4, 3, 4, 5, 6, 7, 8, 9)]
    (run,) = read(tmp_path, "epoch,loss", *lines)
    assert run.series[0].superseded.sum() == 2


def test_a_last_row_at_step_0_is_an_evaluation_and_no_run(tmp_path: Path) -> None:
    lines = [f"{step},{1 / (step + 1)}," for step in range(10)]
    (run,) = read(tmp_path, "step,train_loss,test_loss", *lines, "0,,0.3")
    assert run.points == 11


def test_every_point_is_kept_whatever_the_layout(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    values = rng.standard_normal(60)
    lines = [f"{row % 20},r{row // 20},{value!r}" for row, value in enumerate(values.tolist())]
    runs = read(tmp_path, "epoch,run,loss", *lines)
    assert sorted(
        value for run in runs for series in run.series for value in series.value
    ) == sorted(values.tolist())


def test_blocks_of_metrics_and_splits_are_one_run(tmp_path: Path) -> None:
    lines = [
        f"{epoch},{epoch / 10},{metric},{split}"
        for metric, split in (("loss", "training"), ("loss", "validation"), ("acc", "training"))
        for epoch in range(1, 6)
    ]
    (run,) = read(tmp_path, "epoch,value,metric,data", *lines)
    assert set(points(run)) == {("train", "loss"), ("val", "loss"), ("train", "accuracy")}
    assert run.issues == ()


def test_a_train_log_over_a_val_log_is_one_run(tmp_path: Path) -> None:
    train = [f"{epoch},{epoch / 10}," for epoch in range(5)]
    val = [f"{epoch},,{epoch / 9}" for epoch in range(5)]
    (run,) = read(tmp_path, "epoch,train_loss,val_loss", *train, *val)
    assert not any(series.superseded.any() for series in run.series)


def test_two_runs_of_blocks_are_two_runs(tmp_path: Path) -> None:
    lines = [
        f"{epoch},{metric},{epoch + scale}"
        for scale in (0, 10)
        for metric in ("loss", "val_loss")
        for epoch in range(4)
    ]
    runs = read(tmp_path, "epoch,variable,value", *lines)
    assert [run.name for run in runs] == ["log #1", "log #2"]
    assert points(runs[1])["val", "loss"] == [(0, 10.0), (1, 11.0), (2, 12.0), (3, 13.0)]


def test_phases_follow_each_other_and_it_is_said(tmp_path: Path) -> None:
    lines = [f"{epoch},{phase},{epoch}" for phase in ("warmup", "finetune") for epoch in range(5)]
    (run,) = read(tmp_path, "epoch,phase,loss", *lines)
    assert run.series[0].step.tolist() == list(range(10))
    assert [issue.key for issue in run.issues] == ["phases"]


def test_the_folder_that_tbparse_names_gives_the_split_or_the_run(tmp_path: Path) -> None:
    lines = [
        f"{step},epoch_loss,{step},logs/{split}"
        for split in ("train", "validation")
        for step in range(4)
    ]
    (run,) = read(tmp_path, "step,tag,value,dir_name", *lines)
    assert set(points(run)) == {("train", "loss"), ("val", "loss")}
    lines = [f"{step},loss,{step},{folder}" for folder in ("a", "b") for step in range(4)]
    assert [run.name for run in read(tmp_path, "step,tag,value,dir_name", *lines)] == ["a", "b"]


def test_an_axis_beyond_every_float_is_compared_without_a_warning(tmp_path: Path) -> None:
    huge = "9" * 400
    runs = read(tmp_path, "epoch,loss", f"{huge},2.1", "11e308,1.7", "2,1.4", "3,1.1", "0,1.0")
    assert (
        sum(run.points for run in runs)
        + sum(issue.lost or 0 for run in runs for issue in run.issues)
        >= 5
    )


def test_a_column_of_models_separates_runs(tmp_path: Path) -> None:
    rows = [f"{model},{epoch},{epoch + 0.5}" for model in ("net", "vgg") for epoch in range(4)]
    runs = read(tmp_path, "model,epoch,val_loss", *rows)
    assert [(run.name, run.config["model"]) for run in runs] == [("net", "net"), ("vgg", "vgg")]


def test_the_only_numbers_beside_names_of_metrics_are_their_values(tmp_path: Path) -> None:
    rows = [f"{epoch},{name},{epoch + 0.5}" for epoch in range(4) for name in ("loss", "val_loss")]
    (run,) = read(tmp_path, "epoch,metric,score", *rows)
    assert {key: len(found) for key, found in points(run).items()} == {
        ("train", "loss"): 4,
        ("val", "loss"): 4,
    }


def test_an_optimizer_that_changes_within_a_run_separates_nothing(tmp_path: Path) -> None:
    rows = [f"{epoch},{'adam' if epoch < 4 else 'sgd'},{epoch + 0.5}" for epoch in range(8)]
    (run,) = read(tmp_path, "epoch,optimizer,val_loss", *rows)
    assert len(run.curve("loss", "val").value) == 8


@pytest.mark.parametrize("header", ["epoch,step,optimizer,loss", "epoch,optimizer,loss"])
def test_an_optimizer_that_changes_within_an_epoch_separates_nothing(
    header: str, tmp_path: Path
) -> None:
    cells = [
        {"epoch": step // 4, "step": step, "optimizer": "adam" if step < 6 else "sgd"}
        for step in range(16)
    ]
    names = header.split(",")[:-1]
    rows = [
        f"{','.join(str(row[name]) for name in names)},{9.0 - row['step'] / 4}" for row in cells
    ]
    (run,) = read(tmp_path, header, *rows)
    assert sum(map(len, run.series)) == 16


def test_a_column_of_phases_and_evaluations_gives_both_curves(tmp_path: Path) -> None:
    lines = [f"{step},{phase},{2 - step / 9}" for phase in ("warmup", "dev") for step in range(8)]
    (run,) = read(tmp_path, "step,phase,loss", *lines)
    curve = [(step, 2 - step / 9) for step in range(8)]
    assert points(run) == {("train", "loss"): curve, ("val", "loss"): curve}


def test_a_sanity_check_in_a_column_of_stages_is_a_curve_of_its_own(tmp_path: Path) -> None:
    lines = [f"{step},{stage},{2.0 + step}" for step in range(4) for stage in ("fit", "validating")]
    (run,) = read(tmp_path, "step,stage,loss", "0,sanity_checking,9.0", *lines)
    curve = [(step, 2.0 + step) for step in range(4)]
    assert points(run)["train", "loss"] == curve
    assert points(run)["", "sanity/loss"] == [(0, 9.0)]


def test_columns_that_name_runs_together_name_each_of_them(tmp_path: Path) -> None:
    lines = [
        f"{model},{seed},{epoch},{2 / (1 + epoch)}"
        for model in ("mlp", "lstm")
        for seed in (1, 42)
        for epoch in range(6)
    ]
    runs = read(tmp_path, "model,seed,epoch,val_loss", *lines)
    assert [run.name for run in runs] == [
        "lstm seed 1",
        "lstm seed 42",
        "mlp seed 1",
        "mlp seed 42",
    ]
    assert {len(series) for run in runs for series in run.series} == {6}
    assert [run.config["seed"] for run in runs] == [1, 42, 1, 42]


def test_seeds_of_episodes_are_runs(tmp_path: Path) -> None:
    lines = [f"{at % 2},{at // 2},{at}" for at in range(24)]
    runs = read(tmp_path, "seed,episode,reward", *lines)
    assert [run.name for run in runs] == ["seed 0", "seed 1"]


def test_folds_of_a_model_keep_their_names(tmp_path: Path) -> None:
    lines = [
        f"{fold},{model},{epoch},{2 / (1 + epoch)}"
        for fold in (1, 2)
        for model in ("cnn", "mlp")
        for epoch in range(6)
    ]
    runs = read(tmp_path, "fold,model,epoch,val_loss", *lines)
    names = [f"{model}/fold_{fold}" for model in ("cnn", "mlp") for fold in (1, 2)]
    assert [run.name for run in runs] == names


def long_rows(*blocks: tuple[str, str], steps: int = 6) -> list[str]:
    """Return rows "run,step,metric,value" of blocks of a run and a metric."""
    return [
        f"{run},{step},{metric},{9 - step + int(run) / 10}"
        for run, metric in blocks
        for step in range(steps)
    ]


BY_METRIC = (("1", "train_loss"), ("2", "train_loss"), ("1", "val_loss"), ("2", "val_loss"))


def test_a_number_that_names_the_run_is_no_metric_of_a_long_table(tmp_path: Path) -> None:
    rows = long_rows(*BY_METRIC, ("2", "val_f1"))
    first, second = read(tmp_path, "run,step,metric,value", *rows)
    assert {series.tag for series in first.series} == {"train_loss", "val_loss"}
    assert {series.tag for series in second.series} == {"train_loss", "val_loss", "val_f1"}
    assert first.issues == second.issues == ()


def test_a_number_that_each_row_of_a_long_table_repeats_is_said_once(tmp_path: Path) -> None:
    rows = [f"{row},32" for row in long_rows(*BY_METRIC)]
    first, second = read(tmp_path, "run,step,metric,value,batch_size", *rows)
    assert not first.issues
    assert first.config == second.config == {"batch_size": 32}


def test_a_metric_of_an_unknown_run_of_a_long_table_is_named(tmp_path: Path) -> None:
    rows = [row.partition(",")[2] for row in long_rows(*BY_METRIC, ("1", "val_f1"))]
    first, second = read(tmp_path, "step,metric,value", *rows)
    assert [issue.key for issue in first.issues] == ["runs_appended"]
    (issue,) = second.issues
    assert (issue.key, issue.values) == ("run_unsaid", {"name": "val_f1", "count": 1, "run": "#2"})


def test_the_run_of_a_metric_is_known_where_runs_follow_each_other(tmp_path: Path) -> None:
    blocks = (("1", "train_loss"), ("1", "val_f1"), ("1", "val_loss"), *BY_METRIC[1::2])
    rows = [row.partition(",")[2] for row in long_rows(*blocks)]
    first, second = read(tmp_path, "step,metric,value", *rows)
    assert {series.tag for series in first.series} == {"train_loss", "val_loss", "val_f1"}
    assert [issue.key for issue in (*first.issues, *second.issues)] == ["runs_appended"]
