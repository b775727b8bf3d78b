"""The scenarios: each trains, its log loads, and what is wrong with it is really so."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import analyzer
from analyzer.trainer.scenarios import SCENARIOS

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")
pytest.importorskip("sklearn", reason="needs scikit-learn (extra trainer)")

from analyzer.trainer.command import main  # noqa: E402 - behind the skip

TORCH = [name for name, value in SCENARIOS.items() if "torch" in value.frameworks]


def trained(folder: Path, *arguments: str) -> dict[str, Any]:
    """Train on the CPU into a folder and return what is true of the run."""
    assert main([*arguments, "-o", str(folder), "--device", "cpu"]) == 0
    return tomllib.loads((folder / "truth.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", TORCH)
def test_each_scenario_trains_and_its_log_loads(name: str, tmp_path: Path) -> None:
    truth = trained(tmp_path / name, name, "--epochs", "4", "--no-counterfactual")
    assert truth["scenario"] == name
    assert truth["is_complete"]
    found = analyzer.load(tmp_path / name)
    (run,) = found
    assert run.name == name
    assert [issue for issue in run.issues if issue.key != "restart"] == []
    curve = run.curve("loss", "val")
    assert curve.epoch.tolist() == [1, 2, 3, 4]
    assert len(run.curve("loss", "train")) == 4
    assert {series.metric for series in run.series} >= {"lr", "grad_norm", "weight_norm"}
    assert run.config["epochs"] == 4
    assert {skipped.source.rpartition("/")[2] for skipped in found.skipped} == {
        "predictions.csv",
        "truth.toml",
    }


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    options = ("overfitting", "--epochs", "3", "--start-time", "1767225600")
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        trained(tmp_path / name, *options, "--seed", seed)
    content = {path.parent.name: path.read_bytes() for path in tmp_path.rglob("*tfevents*")}
    assert content["a"] == content["b"]
    assert content["a"] != content["c"]
    truth = {name: (tmp_path / name / "truth.toml").read_bytes() for name in "abc"}
    assert truth["a"] == truth["b"] != truth["c"]


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    """The order of a map in a protobuf changes from process to process."""
    for name in "ab":
        command = [
            sys.executable,
            "-m",
            "analyzer.trainer",
            "healthy",
            "-o",
            str(tmp_path / name),
            "--epochs",
            "2",
            "--no-counterfactual",
            "--no-rich",
            "--start-time",
            "1767225600",
        ]
        subprocess.run(command, check=True, capture_output=True)
    first, second = (next((tmp_path / name).glob("events*")).read_bytes() for name in "ab")
    assert first == second


def test_healthy_is_healthy(tmp_path: Path) -> None:
    labels = trained(tmp_path / "run", "healthy", "--no-rich")["labels"]
    assert labels["healthy"] == {"holds": True, "grey": False}
    assert not any(value.get("holds") for name, value in labels.items() if name != "healthy")


def test_overfitting_costs_more_than_a_fifth(tmp_path: Path) -> None:
    truth = trained(tmp_path / "run", "overfitting", "--no-rich")
    assert truth["labels"]["overfitting"]["holds"]
    assert truth["labels"]["overfitting"]["value"] > 0.2
    first, last = truth["labels"]["overfitting"]["stretch"]
    assert first <= truth["labels"]["overfitting"]["onset"] <= last < 20


def test_underfitting_lacks_the_room_and_not_the_time(tmp_path: Path) -> None:
    truth = trained(tmp_path / "run", "underfitting", "--no-rich")
    assert not truth["labels"]["undertrained"]["holds"]
    assert not truth["labels"]["learning_rate_too_low"]["holds"]
    assert truth["constructed"]["wider_network_train_loss"] < 0.7 * truth["measured"]["train_last"]
    assert abs(truth["labels"]["gap"]["end"]) < 0.1 * truth["measured"]["train_last"]


def test_most_units_of_dead_relu_are_dead(tmp_path: Path) -> None:
    truth = trained(tmp_path / "run", "dead-relu", "--no-rich", "--no-counterfactual")
    assert truth["constructed"]["dead_unit_share"] > 0.5
    assert truth["measured"]["train_last"] > 0.95 * truth["constructed"]["trivial_loss"]


def test_the_gradient_of_the_first_layer_vanishes(tmp_path: Path) -> None:
    truth = trained(
        tmp_path / "run", "vanishing-gradient", "--no-rich", "--no-counterfactual", "--epochs", "5"
    )
    assert truth["constructed"]["first_to_last_gradient"] < 1e-4


def test_diverging_ends_in_no_number(tmp_path: Path) -> None:
    truth = trained(tmp_path / "run", "diverging", "--no-rich", "--no-per-step")
    assert truth["labels"]["diverged"]["holds"]
    assert 10 < truth["constructed"]["non_finite_epoch"] < 60
    (run,) = analyzer.load(tmp_path / "run")
    assert not np.isfinite(run.curve("loss", "train").value[-1])
    assert analyzer.diagnose(run).verdict == "diverged"


def test_leaked_rows_hide_the_overfitting(tmp_path: Path) -> None:
    truth = trained(tmp_path / "run", "leakage", "--no-rich", "--no-counterfactual")
    assert truth["constructed"]["leaked_share"] == 0.9
    assert truth["constructed"]["best_val_epoch"] > 20
    assert truth["measured"]["population_last"] > 1.2 * truth["measured"]["population_lowest"]


def test_a_drop_of_the_rate_frees_the_plateau(tmp_path: Path) -> None:
    truth = trained(
        tmp_path / "run", "plateau", "--no-rich", "--no-counterfactual", "--no-per-step"
    )
    (drop,) = truth["constructed"]["lr_drop_epochs"]
    (run,) = analyzer.load(tmp_path / "run")
    loss = run.curve("loss", "train").value
    stuck = loss[1 : drop - 1]
    assert np.median(stuck) > 0.95 * truth["constructed"]["trivial_loss"]
    assert loss[-1] < 0.7 * np.median(stuck)


def test_dropout_holds_the_logged_train_loss_above_validation(tmp_path: Path) -> None:
    truth = trained(
        tmp_path / "run", "dropout-batchnorm", "--no-rich", "--no-counterfactual", "--epochs", "20"
    )
    assert truth["constructed"]["val_below_train_share"] > 0.9
    assert truth["measured"]["train_last"] < truth["measured"]["val_lowest"] * 1.02


def test_early_stopping_waits_as_long_as_it_says(tmp_path: Path) -> None:
    built = trained(tmp_path / "run", "early-stopped", "--no-rich", "--no-counterfactual")[
        "constructed"
    ]
    assert built["stopped_epoch"] - built["best_val_epoch"] == built["patience"] == 12


def test_a_restart_repeats_the_steps_since_the_checkpoint(tmp_path: Path) -> None:
    truth = trained(tmp_path / "run", "resumed", "--no-rich", "--no-counterfactual")
    assert len(list((tmp_path / "run").glob("*tfevents*"))) == 2
    (run,) = analyzer.load(tmp_path / "run")
    steps = next(series for series in run.series if series.tag == "train/loss_step")
    assert int(steps.superseded.sum()) == truth["constructed"]["repeated_steps"] > 0
    assert steps.step[steps.superseded].min() == truth["constructed"]["resumed_after_step"] + 1
    assert "restart" in {issue.key for issue in run.issues}
