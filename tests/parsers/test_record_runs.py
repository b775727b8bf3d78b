"""JSON Lines with several runs or phases: records of splits, settings between, folds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.model.run import Run, RunSet
from analyzer.reading.load import load

Row = dict[str, Any]


def read(folder: Path, *rows: Row, name: str = "log.jsonl") -> RunSet:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return load(path)


def keys(run: Run) -> list[str]:
    return [issue.key for issue in run.issues]


def by_split(epochs: int, level: float, every: int = 1, **beside: Any) -> list[Row]:
    """Return a record of training for each epoch, one of validation for some."""
    rows: list[Row] = []
    for epoch in range(1, epochs + 1):
        rows.append({"mode": "train", "epoch": epoch, "loss": level + 1 / epoch, **beside})
        if epoch % every == 0:
            rows.append({"mode": "val", "epoch": epoch, "loss": level + 2 / epoch, **beside})
    return rows


def losses(run: Run, split: str) -> list[float]:
    found: list[float] = run.curve("loss", split).value.tolist()
    return found


@pytest.mark.parametrize("every", [1, 4, 10])
def test_validation_goes_with_the_run_in_which_it_was_logged(every: int, tmp_path: Path) -> None:
    runs = read(tmp_path, *by_split(20, 0.0, every), *by_split(7, 5.0, every))
    assert [run.name for run in runs] == ["log #1", "log #2"]
    assert [len(losses(run, "train")) for run in runs] == [20, 7]
    assert len(losses(runs[0], "val")) == 20 // every
    if every <= 7:
        assert losses(runs[1], "val") == [5 + 2 / epoch for epoch in range(every, 8, every)]
    else:
        assert {series.split for series in runs[1].series} == {"train"}


def test_settings_between_two_runs_belong_to_the_second(tmp_path: Path) -> None:
    first: Row = {"config": {"lr": 0.1}, "note": 1.5}
    second: Row = {"note": 2.5}
    rows = [{"epoch": epoch, "loss": 2 / (1 + epoch)} for epoch in range(6)]
    runs = read(tmp_path, first, *rows, second, *rows)
    notes = [
        [series.value.tolist() for series in run.series if series.tag == "note"] for run in runs
    ]
    assert notes == [[[1.5]], [[2.5]]]


def test_a_validation_before_the_first_step_is_of_the_new_run(tmp_path: Path) -> None:
    sanity: Row = {"step": 0, "val_loss": 3.0}
    rows: list[Row] = [{"step": step, "train_loss": 2 / (1 + step)} for step in range(10, 90, 10)]
    runs = read(tmp_path, sanity, *rows, sanity, *rows[:5])
    assert [losses(run, "val") for run in runs] == [[3.0], [3.0]]
    assert [len(losses(run, "train")) for run in runs] == [8, 5]


def test_a_step_within_the_epoch_parts_only_where_the_epoch_returns(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"epoch": epoch, "step": step, "loss": 1 / (1 + epoch + step / 50)}
        for epoch in range(4)
        for step in (10, 20, 30, 40)
    ]
    runs = read(tmp_path, *rows, *rows[:8])
    assert [len(losses(run, "train")) for run in runs] == [16, 8]


def test_folds_are_parted_before_what_was_appended(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"fold": fold, "epoch": epoch, "loss": fold + 1 / (1 + epoch)}
        for _ in range(2)
        for fold in (1, 2)
        for epoch in range(5)
    ]
    runs = read(tmp_path, *rows)
    names = [run.name.rpartition("/")[2] for run in runs]
    assert names == ["fold_1 #1", "fold_1 #2", "fold_2 #1", "fold_2 #2"]


@pytest.mark.parametrize("key", ["phase", "stage"])
@pytest.mark.parametrize("name", ["log.jsonl", "log.json"])
def test_phases_follow_each_other_and_it_is_said(key: str, name: str, tmp_path: Path) -> None:
    rows: list[Row] = [
        {key: phase, "epoch": epoch, "train_loss": 1 / (1 + epoch), "val_loss": 2 / (1 + epoch)}
        for phase, epochs in (("head", 4), ("finetune", 7))
        for epoch in range(epochs)
    ]
    path = tmp_path / name
    text = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_text(json.dumps(rows) if name.endswith(".json") else text, encoding="utf-8")
    (run,) = load(path)
    assert run.curve("loss", "val").epoch.tolist() == list(range(11))
    assert keys(run) == ["phases"]


def test_phases_of_records_by_split_share_one_axis(tmp_path: Path) -> None:
    head, rest = by_split(4, 1.0, stage="head"), by_split(8, 0.0, 4, stage="finetune")
    (run,) = read(tmp_path, {"seed": 1}, *head, *rest)
    assert run.curve("loss", "train").epoch.tolist() == list(range(1, 13))
    assert run.curve("loss", "val").epoch.tolist() == [1, 2, 3, 4, 8, 12]
    assert keys(run) == ["phases"]


def test_each_run_that_was_appended_has_its_phases(tmp_path: Path) -> None:
    rows = [*by_split(4, 1.0, stage="head"), *by_split(8, 0.0, stage="finetune")]
    runs = read(tmp_path, *rows, *rows)
    assert [run.curve("loss", "val").epoch.tolist() for run in runs] == [list(range(1, 13))] * 2
    assert [keys(run) for run in runs] == [["phases", "runs_appended"], ["phases"]]


def test_a_word_that_changes_without_a_return_names_no_phase(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"phase": "warmup" if epoch < 3 else "main", "epoch": epoch, "loss": 1 / (1 + epoch)}
        for epoch in range(8)
    ]
    (run,) = read(tmp_path, *rows)
    assert run.curve("loss", "train").epoch.tolist() == list(range(8))
    assert keys(run) == []


def of_models(*, in_turns: bool = False, split: str = "") -> list[Row]:
    """Return the rows of two models with two seeds each."""
    rows: list[Row] = [
        {"model": model, "seed": seed, "epoch": epoch, "loss": seed + level + 1 / (1 + epoch)}
        for level, model in enumerate(("cnn", "mlp"))
        for seed in (1, 2)
        for epoch in range(6)
    ]
    if split:
        rows = [{**row, split: word} for row in rows for word in ("train", "val")]
    return sorted(rows, key=lambda row: int(row["epoch"])) if in_turns else rows


@pytest.mark.parametrize("in_turns", [False, True])
@pytest.mark.parametrize("split", ["", "mode", "phase"])
def test_models_and_seeds_are_told_apart_as_in_a_table(
    split: str, in_turns: bool, tmp_path: Path
) -> None:
    rows = of_models(in_turns=in_turns, split=split)
    table = tmp_path / "table" / "log.csv"
    table.parent.mkdir()
    cells = [",".join(map(str, row.values())) for row in rows]
    table.write_text("\n".join([",".join(rows[0]), *cells]) + "\n", encoding="utf-8")
    runs, expected = read(tmp_path, *rows), load(table)
    names = ["cnn seed 1", "cnn seed 2", "mlp seed 1", "mlp seed 2"]
    assert [run.name for run in runs] == [run.name for run in expected] == names
    for run, own in zip(runs, expected, strict=True):
        assert losses(run, "train") == losses(own, "train")
        assert keys(run) == keys(own) == []


def test_seeds_name_runs_and_numbers_of_runs_are_no_metric(tmp_path: Path) -> None:
    seeds = read(tmp_path, *({**row, "model": "cnn"} for row in of_models()[:12]))
    assert [run.name for run in seeds] == ["seed 1", "seed 2"]
    numbered = [{"run": row.pop("seed"), **row} for row in of_models()[:12]]
    runs = read(tmp_path, *numbered)
    assert [run.name for run in runs] == ["1", "2"]
    assert [{series.tag for series in run.series} for run in runs] == [{"loss"}] * 2


def test_a_model_that_changes_within_a_run_names_no_runs(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"optimizer": "adam" if epoch < 5 else "sgd", "epoch": epoch, "loss": 1 / (1 + epoch)}
        for epoch in range(10)
    ]
    (run,) = read(tmp_path, *rows)
    assert losses(run, "train") == [1 / (1 + epoch) for epoch in range(10)]


def test_models_within_folds_are_named_with_the_fold_at_the_end(tmp_path: Path) -> None:
    rows = [{"fold": fold, **row} for fold in (1, 2) for row in of_models()]
    names = [run.name for run in read(tmp_path, *rows)]
    assert len(names) == 8
    assert names[0].endswith("cnn seed 1/fold_1")
