"""Runs appended to one file: where they begin, in tables, records, histories and text."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.engine import diagnose
from analyzer.model.run import Run, RunSet
from analyzer.parsers._appended import FEWEST_ROWS, MOST_APPENDED, run_starts
from analyzer.reading.load import load

FORMATS = ("log.csv", "log.jsonl", "log.json", "log.txt")


def starts(*axes: list[float], **options: Any) -> list[int]:
    return run_starts([np.array(axis, dtype=float) for axis in axes], **options)


def rows_of(lengths: list[int], first: int = 1) -> list[dict[str, Any]]:
    """Return the epochs of runs of some lengths; each run has a level of its own."""
    return [
        {
            "epoch": first + epoch,
            "train_loss": round(number + 2 / (epoch + 2), 4),
            "val_loss": round(number + 3 / (epoch + 3), 4),
        }
        for number, length in enumerate(lengths)
        for epoch in range(length)
    ]


def save(folder: Path, rows: list[dict[str, Any]], name: str) -> Path:
    """Write rows in the format that a file's name says."""
    path = folder / name
    if name.endswith(".csv"):
        lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
    elif name.endswith(".jsonl"):
        lines = [json.dumps(row) for row in rows]
    elif name.endswith(".json"):
        lines = [json.dumps(rows)]
    else:
        lines = [" ".join(f"{key} {value}" for key, value in row.items()) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def curves(run: Run) -> dict[str, list[float]]:
    return {split: run.curve("loss", split).value.tolist() for split in ("train", "val")}


def keys(runs: RunSet) -> list[list[str]]:
    return [[issue.key for issue in run.issues] for run in runs]


@pytest.mark.parametrize("name", FORMATS)
@given(lengths=st.lists(st.integers(5, 12), min_size=1, max_size=4), first=st.integers(0, 3))
def test_what_was_appended_is_read_as_if_each_run_had_a_file(
    tmp_path_factory: pytest.TempPathFactory, name: str, lengths: list[int], first: int
) -> None:
    folder = tmp_path_factory.mktemp("appended")
    rows = rows_of(lengths, first)
    runs = load(save(folder, rows, name))
    ends = np.cumsum([0, *lengths]).tolist()
    parts = [rows[low:high] for low, high in pairwise(ends)]
    assert [curves(run) for run in runs] == [
        {
            "train": [row["train_loss"] for row in part],
            "val": [row["val_loss"] for row in part],
        }
        for part in parts
    ]
    assert not any(series.superseded.any() for run in runs for series in run.series)
    if len(lengths) > 1:
        assert [run.name for run in runs] == [f"log #{at + 1}" for at in range(len(lengths))]
        assert keys(runs) == [["runs_appended"], *[[] for _ in lengths[1:]]]


@pytest.mark.parametrize("name", FORMATS)
def test_a_shorter_second_run_is_not_judged_by_the_end_of_the_first(
    name: str, tmp_path: Path
) -> None:
    epochs = np.arange(60)
    noise = 0.01 * np.random.default_rng(4).standard_normal((2, 60))
    train = 2 * np.exp(-epochs / 15) + 0.2 + noise[0]
    val = 2 * np.exp(-epochs / 15) + 0.3 + 0.02 * np.maximum(epochs - 25, 0) + noise[1]
    rows = [
        {"epoch": at, "train_loss": round(train[at], 5), "val_loss": round(val[at], 5)}
        for at in [*range(60), *range(22)]
    ]
    runs = load(save(tmp_path, rows, name))
    verdicts = [diagnose(run).verdict for run in runs]
    assert verdicts[0] == "overfitting"
    assert verdicts[1] != "overfitting"


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_killed_at_once_belongs_to_the_next(name: str, tmp_path: Path) -> None:
    runs = load(save(tmp_path, rows_of([8, 2, 9]), name))
    assert [len(run.series[0]) for run in runs] == [8, 11]
    assert curves(runs[1])["train"] == [row["train_loss"] for row in rows_of([8, 2, 9])[10:]]


@pytest.mark.parametrize("name", FORMATS)
def test_a_point_at_the_first_epoch_behind_all_is_no_run(name: str, tmp_path: Path) -> None:
    rows = rows_of([9, 1])
    (run,) = load(save(tmp_path, rows, name))
    assert curves(run)["val"] == [row["val_loss"] for row in rows[:9]]
    assert "evaluated_again" in [issue.key for issue in run.issues]


def test_a_step_that_counts_within_the_epoch_begins_no_run() -> None:
    epoch = [float(number) for number in range(1, 6) for _ in range(4)]
    step = [10.0, 20, 30, 40] * 5
    assert starts(step, epoch) == []
    assert starts(step * 2, epoch * 2) == [20]


def test_an_epoch_that_begins_again_while_the_step_goes_on_is_the_same_run() -> None:
    assert starts([1, 2, 3, 4, 1, 2, 3, 4], [10, 20, 30, 40, 50, 60, 70, 80]) == []


def test_an_epoch_that_stays_does_not_hide_a_step_that_begins_again() -> None:
    assert starts([0.0] * 8, [10, 20, 30, 40, 10, 20, 30, 40]) == [4]


def test_a_return_to_the_middle_begins_no_run() -> None:
    assert starts([0, 1, 2, 3, 4, 5, 3, 4, 5, 6]) == []


def test_a_log_that_says_that_it_goes_on_has_one_run() -> None:
    assert starts([0, 1, 2, 3, 0, 1, 2, 3], resumed=[4]) == []


def test_a_run_begins_with_the_phase_that_the_log_began_with() -> None:
    epochs = [0.0, 1, 2, 0, 1, 2] * 2
    words = ["head"] * 3 + ["all"] * 3
    assert starts(epochs, words=[words * 2]) == [6]
    assert starts(epochs[:6], words=[words]) == []
    assert starts(epochs, words=[["best", ""] * 6]) == [3, 6, 9]


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_every_run_has_enough_points(lengths: list[int]) -> None:
    axis = [float(at) for length in lengths for at in range(length)]
    edges = [0, *starts(axis), len(axis)]
    parts = [axis[low:high] for low, high in pairwise(edges)]
    if len(parts) > 1:
        assert min(map(len, parts)) >= FEWEST_ROWS
        assert {part[0] for part in parts} == {0.0}


def test_what_begins_again_too_often_counts_within_something() -> None:
    axis = [0.0, 1, 2]
    assert len(starts(axis * MOST_APPENDED)) == MOST_APPENDED - 1
    assert starts(axis * (MOST_APPENDED + 1)) == []
    assert starts(axis * 2000) == []


@pytest.mark.parametrize("axis", ["iteration", "iter"])
def test_an_iteration_counts_through_a_run_if_the_curve_is_back_at_its_start(
    axis: str, tmp_path: Path
) -> None:
    noise = 0.02 * np.random.default_rng(6).standard_normal(400)
    again: list[dict[str, Any]] = [
        {axis: at * 10, "total_loss": 0.3 + 2 * np.exp(-at / 40) + noise[at]}
        for at in [*range(200), *range(80)]
    ]
    runs = load(save(tmp_path, again, "log.jsonl"))
    assert [run.points for run in runs] == [200, 80]
    within: list[dict[str, Any]] = [
        {axis: at % 80 * 10, "total_loss": 0.3 + 2 * np.exp(-at / 160) + noise[at]}
        for at in range(400)
    ]
    assert len(load(save(tmp_path, within, "within.jsonl"))) == 1


def test_nothing_begins_again_without_an_axis() -> None:
    assert run_starts([]) == []
    assert starts([]) == []
