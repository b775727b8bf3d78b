"""Downloads of TensorBoard's charts are the curves that their names say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import analyzer
from analyzer.model.run import Run

LOSS = [2.0, 1.5, 1.2, 1.0]


def save(folder: Path, name: str, values: list[float]) -> None:
    """Write a download as TensorBoard does, CSV or JSON by the name."""
    rows = [(1.7e9 + row, 10 * row, value) for row, value in enumerate(values)]
    if name.endswith(".json"):
        (folder / name).write_text(json.dumps(rows))
        return
    lines = ["Wall time,Step,Value", *(f"{time},{step},{value}" for time, step, value in rows)]
    (folder / name).write_text("\n".join(lines) + "\n")


def curves(run: Run) -> dict[tuple[str, str], int]:
    return {(series.split, series.metric): len(series) for series in run.series}


BOTH = {("train", "loss"): 4, ("val", "loss"): 4}


@pytest.mark.parametrize(
    "names",
    [
        ("run-exp1-tag-Loss_train.csv", "run-exp1-tag-Loss_val.csv"),
        ("run-train-tag-epoch_loss.csv", "run-validation-tag-epoch_loss.csv"),
        ("run-logs_train-tag-epoch_loss.json", "run-logs_validation-tag-epoch_loss.json"),
        ("run-.-tag-train_loss.csv", "run-.-tag-val_loss (1).csv"),
        ("run-Loss_train-tag-Loss.csv", "run-Loss_val-tag-Loss.csv"),
        ("train_loss.csv", "val_loss.csv"),
        ("exp2_trainLoss.csv", "exp2_valLoss.csv"),
    ],
    ids=lambda names: names[0],
)
def test_the_names_give_run_split_and_metric(names: tuple[str, str], tmp_path: Path) -> None:
    for name in names:
        save(tmp_path, name, LOSS)
    (run,) = analyzer.load(tmp_path)
    assert curves(run) == BOTH
    assert run.series[0].step.tolist() == [0, 10, 20, 30]
    assert run.series[0].wall_time.tolist() == [1.7e9, 1.7e9 + 1, 1.7e9 + 2, 1.7e9 + 3]


def test_two_runs_of_a_folder_stay_two(tmp_path: Path) -> None:
    for run in ("a", "b"):
        save(tmp_path, f"run-{run}-tag-loss.csv", LOSS)
    assert [run.name for run in analyzer.load(tmp_path)] == ["a", "b"]


def test_a_damaged_download_costs_only_itself(tmp_path: Path) -> None:
    save(tmp_path, "run-a-tag-train_loss.json", LOSS)
    (tmp_path / "run-a-tag-val_loss.json").write_text("[[1700000000.0, 0, 1.0], [170000")
    (run,) = analyzer.load(tmp_path)
    assert curves(run) == {("train", "loss"): 4}
    assert [issue.key for issue in run.issues] == ["not_json"]


@pytest.mark.parametrize("text", ["[[1700000000.0, 0, 1.0], [1, 2]]", "[[1700000000, 0, null]]"])
def test_other_json_is_no_download(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(analyzer.AnalyzerError):
        analyzer.load(tmp_path)


def test_a_step_that_is_no_step_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Wall time,Step,Value\n1.7e9,1e300,1.0\n")
    with pytest.raises(analyzer.AnalyzerError):
        analyzer.load(tmp_path)


def test_renamed_downloads_in_folders_of_splits_are_one_run(tmp_path: Path) -> None:
    for folder in ("entrenamiento", "validacion"):
        (tmp_path / folder).mkdir()
        save(tmp_path / folder, "loss.csv", LOSS)
    (run,) = analyzer.load(tmp_path)
    assert curves(run) == BOTH


def test_an_entry_that_is_no_triple_costs_itself(tmp_path: Path) -> None:
    rows: list[object] = [(1.7e9 + row, 10 * row, value) for row, value in enumerate(LOSS)]
    rows[2:2] = [None, [1, 2]]
    (tmp_path / "train_loss.json").write_text(json.dumps(rows))
    (run,) = analyzer.load(tmp_path)
    (issue,) = run.issues
    assert run.series[0].value.tolist() == LOSS
    assert (issue.key, issue.kept, issue.lost) == ("points_unfit", 4, 2)
