"""The same run in two formats is one run, with a note on what the logs agree on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyzer.reading import twins
from analyzer.reading.load import load

LOSS = [2.0, 1.5, 1.25, 1.125, 1.0625]


def write(folder: Path, *, csv_loss: list[float] = LOSS, extra: bool = False) -> None:
    folder.mkdir(exist_ok=True)
    history = {"loss": LOSS, "val_loss": [value + 0.1 for value in LOSS]}
    (folder / "history.json").write_text(json.dumps(history), encoding="utf-8")
    header = "epoch,loss" + (",lr" if extra else "")
    rows = [f"{epoch},{value}" + (",0.01" if extra else "") for epoch, value in enumerate(csv_loss)]
    (folder / "training.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def test_two_logs_of_one_run_are_one_run_with_what_either_holds(tmp_path: Path) -> None:
    write(tmp_path / "exp", extra=True)
    (run,) = load(tmp_path / "exp")
    assert {(series.split, series.metric) for series in run.series} == {
        ("train", "loss"),
        ("val", "loss"),
        ("", "lr"),
    }
    assert run.meta.files == ("history.json", "training.csv")
    (issue,) = run.issues
    assert issue.key == "same_run_twice"
    assert issue.values["agree"] == 5


def test_a_difference_is_said_with_its_place_and_both_values(tmp_path: Path) -> None:
    write(tmp_path / "exp", csv_loss=[*LOSS[:3], 9.0, LOSS[4]])
    (run,) = load(tmp_path / "exp")
    (issue,) = run.issues
    assert issue.key == "formats_disagree"
    assert "4 agree, 1 differs, the first at step 3" in str(issue)
    assert "(9 here, 1.125 there)" in str(issue)
    np.testing.assert_array_equal(run.curve("loss", "train").value, LOSS)


def test_logs_that_mostly_differ_are_two_runs(tmp_path: Path) -> None:
    write(tmp_path / "exp", csv_loss=[9.0, 8.0, 7.0, 6.0, LOSS[4]])
    assert len(load(tmp_path / "exp")) == 2


def test_the_same_values_in_another_folder_are_another_run(tmp_path: Path) -> None:
    write(tmp_path / "exp")
    (tmp_path / "other").mkdir()
    (tmp_path / "exp" / "training.csv").rename(tmp_path / "other" / "training.csv")
    assert len(load(tmp_path)) == 2


def test_two_files_of_one_format_stay_two_runs(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(
            "epoch,loss\n" + "".join(f"{at},{1 / (at + 1)}\n" for at in range(6))
        )
    assert [run.name for run in load(tmp_path)] == ["a", "b"]


def curves(folder: Path, name: str, *, seed: int = 0) -> None:
    """Write one run of twelve epochs as CSV or JSON, by the suffix of the name."""
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).normal(0, 0.01, 12)
    loss = (np.exp(-np.arange(12) / 4) + 0.1 + noise).tolist()
    if name.endswith(".json"):
        (folder / name).write_text(json.dumps({"loss": loss}), encoding="utf-8")
        return
    rows = [f"{epoch},{value:.6f}" for epoch, value in enumerate(loss)]
    (folder / name).write_text("\n".join(["epoch,loss", *rows]) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("csv_logs/version_0", "tb_logs/version_0"),
        ("lightning_logs/version_0", "lightning_logs/version_1"),
        ("logs/mine/version_2", "other/model/version_2"),
        ("out", "out/logs"),
        ("exp/csv", "exp/json"),
    ],
)
def test_the_same_run_in_folders_beside_each_other_is_one(
    left: str, right: str, tmp_path: Path
) -> None:
    curves(tmp_path / left, "metrics.csv")
    curves(tmp_path / right, "history.json")
    (run,) = load(tmp_path)
    assert run.points == 12
    assert [issue.key for issue in run.issues] == ["same_run_twice"]


def test_repeats_with_two_loggers_are_paired_each_with_its_own(tmp_path: Path) -> None:
    for seed in range(3):
        curves(tmp_path / "csv" / f"version_{seed}", "metrics.csv", seed=seed)
        curves(tmp_path / "json" / f"version_{seed}", "history.json", seed=seed)
    runs = load(tmp_path)
    assert [run.name for run in runs] == [f"csv/version_{seed}" for seed in range(3)]
    assert all(len(run.meta.files) == 2 for run in runs)


def test_other_values_in_a_folder_beside_are_another_run(tmp_path: Path) -> None:
    curves(tmp_path / "csv" / "version_0", "metrics.csv")
    curves(tmp_path / "json" / "version_0", "history.json", seed=1)
    assert len(load(tmp_path)) == 2


def test_two_versions_in_one_format_are_two_runs(tmp_path: Path) -> None:
    for version in ("version_0", "version_1"):
        curves(tmp_path / version, "metrics.csv")
    assert len(load(tmp_path)) == 2


@pytest.mark.parametrize(
    ("left", "right", "rounding"),
    [
        ([0.5, 0.25], [0.5, 0.2], 0.051),
        ([0.52, 0.25], [0.5213, 0.2512], 0.0051),
        ([2.0, 1.0], [1.6, 1.2], 0.0),  # whole numbers are counts, not rounded values
        ([np.nan, 0.5], [np.inf, 0.51], 0.051),
    ],
)
def test_a_printed_value_is_good_to_half_of_its_last_decimal(
    left: list[float], right: list[float], rounding: float
) -> None:
    assert twins._rounding(np.array(left), np.array(right)) == pytest.approx(rounding)
