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


@pytest.mark.parametrize("digits", [3, 4])
def test_values_with_few_significant_digits_are_the_same(tmp_path: Path, digits: int) -> None:
    reward = [9.1234 * 1.37**at for at in range(12)]
    small = [0.0123456 / 1.1**at for at in range(12)]
    rows = [f"{at},{reward[at]},{small[at]}" for at in range(12)]
    (tmp_path / "progress.csv").write_text(
        "\n".join(["step,rollout/ep_rew_mean,train/loss", *rows]) + "\n", encoding="utf-8"
    )
    printed = [
        f"step {at} rollout/ep_rew_mean: {reward[at]:.{digits}g} train/loss: "
        f"{small[at]:.{digits}g}\n"
        for at in range(12)
    ]
    (tmp_path / "log.txt").write_text("".join(printed), encoding="utf-8")
    (run,) = load(tmp_path)
    assert [(issue.key, issue.values["agree"]) for issue in run.issues] == [("same_run_twice", 24)]


def test_other_values_with_few_digits_differ() -> None:
    left, right = np.array([12.8, 0.0219]), np.array([12.7, 0.021941])
    half = twins._last_digits(left, right)
    assert half.tolist() == pytest.approx([0.051, 0.000051])
    assert twins._same(twins._Paired(left, left, right), is_printed=True).tolist() == [False, True]


def test_steps_that_count_lines_are_paired_by_epoch(tmp_path: Path) -> None:
    history = [
        {"eval_loss": 2.0 / (at + 1), "eval_runtime": 0.5, "epoch": at + 1.0, "step": 19 * (at + 1)}
        for at in range(8)
    ]
    train = [
        {"loss": 3.0 / (at + 1), "learning_rate": 0.01, "epoch": 0.2632 * (at + 1), "step": 5 * at}
        for at in range(30)
    ]
    records = sorted([*train, *history], key=lambda record: record["epoch"])
    state = {"log_history": records, "epoch": 8.0, "global_step": 152}
    (tmp_path / "trainer_state.json").write_text(json.dumps(state), encoding="utf-8")
    printed = [{key: f"{record[key]:.4g}" for key in record if key != "step"} for record in records]
    printed.append({"eval_loss": "0.2613", "eval_runtime": "0.5", "epoch": "8"})
    (tmp_path / "nohup.out").write_text("".join(f"{record}\n" for record in printed))
    (run,) = load(tmp_path)
    (issue,) = [issue for issue in run.issues if issue.source == "nohup.out"]
    assert issue.values.get("differ", 0) <= 1
    assert issue.values["agree"] >= 75
