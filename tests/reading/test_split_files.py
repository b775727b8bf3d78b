"""Files of one folder that hold parts of one run are one run."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import analyzer
from analyzer.batch.tree import walk
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for
from analyzer.reading.groups import read_groups
from analyzer.reading.load import load

TRAIN = [2.31, 1.87, 1.52, 1.33, 1.21, 1.18]
VAL = [2.41, 1.97, 1.71, 1.62, 1.59, 1.66]


def records(path: Path, losses: list[float]) -> None:
    lines = (json.dumps({"epoch": epoch, "loss": loss}) for epoch, loss in enumerate(losses))
    path.write_text("\n".join(lines) + "\n")


def chart(path: Path, metric: str, losses: list[float]) -> None:
    name = f"exp - {metric}"
    rows = [f"{step},{loss},{loss},{loss}" for step, loss in enumerate(losses)]
    path.write_text("\n".join([f"Step,{name},{name}__MIN,{name}__MAX", *rows]) + "\n")


def losses_of(folder: Path) -> list[tuple[list[float], list[float]]]:
    return [
        (run.curve("loss", "train").value.tolist(), run.curve("loss", "val").value.tolist())
        for run in load(folder)
    ]


def test_records_of_each_split_are_one_run(tmp_path: Path) -> None:
    records(tmp_path / "train.jsonl", TRAIN)
    records(tmp_path / "val.jsonl", VAL)
    assert losses_of(tmp_path) == [(TRAIN, VAL)]


def test_lists_named_for_their_split_are_one_run(tmp_path: Path) -> None:
    (tmp_path / "train_losses.json").write_text(json.dumps(TRAIN))
    (tmp_path / "val_losses.json").write_text(json.dumps(VAL))
    assert losses_of(tmp_path) == [(TRAIN, VAL)]


def test_printed_splits_of_two_runs_are_two_runs(tmp_path: Path) -> None:
    for run, (train, val) in {"a": (TRAIN, VAL), "b": (VAL, TRAIN)}.items():
        for split, losses in (("train", train), ("val", val)):
            lines = [f"epoch {epoch} loss {loss}" for epoch, loss in enumerate(losses)]
            (tmp_path / f"{run}_{split}.log").write_text("\n".join(lines) + "\n")
    assert losses_of(tmp_path) == [(TRAIN, VAL), (VAL, TRAIN)]
    assert len({run.name for run in load(tmp_path)}) == 2


def test_charts_of_one_run_are_one_run(tmp_path: Path) -> None:
    chart(tmp_path / "chart (1).csv", "train/loss", TRAIN)
    chart(tmp_path / "chart (2).csv", "val/loss", VAL)
    (run,) = load(tmp_path)
    assert run.name == "exp"
    assert losses_of(tmp_path) == [(TRAIN, VAL)]
    assert len(run.meta.files) == len(run.paths) == 2


def test_tables_of_one_metric_each_are_one_run(tmp_path: Path) -> None:
    for name, (train, val) in {"loss": (TRAIN, VAL), "accuracy": (VAL[::-1], TRAIN[::-1])}.items():
        rows = [f"{at},{one},{two}" for at, (one, two) in enumerate(zip(train, val, strict=True))]
        (tmp_path / f"{name}.csv").write_text("\n".join(["epoch,train,val", *rows]) + "\n")
    (run,) = load(tmp_path)
    assert run.curve("accuracy", "val").value.tolist() == TRAIN[::-1]
    assert losses_of(tmp_path) == [(TRAIN, VAL)]


def test_the_same_chart_twice_is_not_joined(tmp_path: Path) -> None:
    chart(tmp_path / "a.csv", "val/loss", VAL)
    chart(tmp_path / "b.csv", "val/loss", TRAIN)
    assert len(load(tmp_path)) == 2


def test_a_file_that_has_both_splits_stays_alone(tmp_path: Path) -> None:
    both = {"loss": TRAIN, "val_loss": VAL}
    (tmp_path / "train_history.json").write_text(json.dumps(both))
    (tmp_path / "val_history.json").write_text(json.dumps(both))
    assert len(load(tmp_path)) == 2


def test_a_batch_joins_the_same_files(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    records(logs / "train.jsonl", TRAIN)
    records(logs / "val.jsonl", VAL)
    chart(logs / "a.csv", "train/loss", [loss + 1 for loss in TRAIN])
    chart(logs / "b.csv", "val/loss", [loss + 2 for loss in VAL])
    analyzer.batch(logs, tmp_path / "site")
    with (tmp_path / "site" / "runs.csv").open(newline="") as table:
        assert len(list(csv.DictReader(table))) == len(load(logs)) == 2


def test_too_many_parts_are_left_apart_and_told_as_in_a_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.reading.split_files.MOST", 3)
    logs = tmp_path / "logs"
    logs.mkdir()
    for number in range(2):
        for metric in ("train/loss", "val/loss"):
            path = logs / f"chart {number} {metric.replace('/', ' ')}.csv"
            chart(path, metric, [loss + number + len(metric) for loss in TRAIN])
            path.write_text(path.read_text().replace("exp - ", f"exp{number} - "))
    runs = load(logs)
    told = {
        run.meta.files: [issue.key for issue in run.issues if issue.key == "parts_not_joined"]
        for run in runs
    }
    assert list(told.values()) == [["parts_not_joined"]] * 4
    parsers = parsers_for(ReadOptions())
    units = list(walk(logs, parsers, {}).units)
    assert [unit.is_crowded for unit in units] == [True] * 4
    for unit in units:
        found = read_groups(logs, unit.groups, parsers, logs=unit.logs, is_crowded=unit.is_crowded)
        for run in found:
            keys = [issue.key for issue in run.issues if issue.key == "parts_not_joined"]
            assert keys == told[run.meta.files]
