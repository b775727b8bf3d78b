"""Trainer states: checkpoints of one run, means over the run, files of other runs and damage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.reading.load import load


def history(steps: int, *, start: float = 2.0) -> list[dict[str, Any]]:
    """Return a log with a training record each 10 steps and an evaluation each 20."""
    records: list[dict[str, Any]] = []
    for step in range(10, steps + 1, 10):
        rate = 0.001 * (1 - step / 200)
        loss = start / (1 + step / 50)
        records.append({"loss": loss, "learning_rate": rate, "epoch": step / 40, "step": step})
        if step % 20 == 0:
            records.append(
                {
                    "eval_loss": loss + 0.1,
                    "eval_accuracy": 0.5 + step / 400,
                    "eval_runtime": 0.1 * step,
                    "epoch": step / 40,
                    "step": step,
                }
            )
    return records


SUMMARY = {"train_loss": 1.23, "train_runtime": 9.8, "total_flos": 1e9, "epoch": 2.5, "step": 100}


def save(folder: Path, records: list[dict[str, Any]], **more: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "trainer_state.json"
    state = {"global_step": 100, "num_train_epochs": 3, "train_batch_size": 8, **more}
    path.write_text(json.dumps({**state, "log_history": records}), encoding="utf-8")
    return path


def only(path: Path) -> Run:
    (run,) = load(path)
    return run


def points(run: Run) -> dict[tuple[str, str], int]:
    return {(series.split, series.metric): len(series) for series in run.series}


def test_a_state_has_the_curves_of_training_and_evaluation(tmp_path: Path) -> None:
    run = only(save(tmp_path, history(100)))
    assert points(run) == {
        ("train", "loss"): 10,
        ("", "lr"): 10,
        ("val", "loss"): 5,
        ("val", "accuracy"): 5,
        ("val", "runtime"): 5,
    }
    loss = run.curve("loss", "val")
    assert loss.step.tolist() == [20, 40, 60, 80, 100]
    assert loss.epoch.tolist() == [0.5, 1.0, 1.5, 2.0, 2.5]


def test_a_mean_over_the_run_is_no_point_of_the_curve(tmp_path: Path) -> None:
    run = only(save(tmp_path, [*history(100), SUMMARY]))
    assert points(run)["train", "loss"] == 10
    assert ("train_runtime", "mean_over_run", {"count": 1}) in run.meta.passed_over


def test_the_settings_are_those_of_the_state(tmp_path: Path) -> None:
    run = only(save(tmp_path, history(100), trial_params={"weight_decay": 0.1}))
    assert run.config == {
        "num_train_epochs": 3,
        "per_device_train_batch_size": 8,
        "weight_decay": 0.1,
        "largest_logged": {"learning_rate": 0.00095},
    }


def test_checkpoints_are_the_beginning_of_one_run(tmp_path: Path) -> None:
    for steps in (40, 60, 100):
        save(tmp_path / "out" / f"checkpoint-{steps}", history(steps))
    save(tmp_path / "out", [*history(100), SUMMARY])
    run = only(tmp_path)
    assert run.name == "out"
    assert run.meta.files == ("out/trainer_state.json",)
    assert points(run)["train", "loss"] == 10
    assert sum(entry.key == "earlier_checkpoint" for entry in run.meta.passed_over) == 3


def test_the_longest_checkpoint_counts_where_the_run_did_not_end(tmp_path: Path) -> None:
    for steps in (100, 60):
        save(tmp_path / f"checkpoint-{steps}", history(steps))
    run = only(tmp_path)
    assert run.meta.files == ("checkpoint-100/trainer_state.json",)


def test_an_evaluation_that_took_another_time_is_the_same(tmp_path: Path) -> None:
    other = [{**record, "eval_runtime": 7.0} for record in history(40)]
    save(tmp_path / "checkpoint-40", other)
    save(tmp_path / "checkpoint-100", history(100))
    assert len(load(tmp_path)) == 1


def test_a_checkpoint_of_another_training_is_a_run_of_its_own(tmp_path: Path) -> None:
    save(tmp_path / "checkpoint-60", history(60, start=5.0))
    save(tmp_path / "checkpoint-100", history(100))
    assert sorted(run.name for run in load(tmp_path)) == ["checkpoint-100", "checkpoint-60"]


def test_runs_in_folders_of_their_own_stay_apart(tmp_path: Path) -> None:
    for name in ("run-0", "run-1"):
        save(tmp_path / name / "checkpoint-60", history(60))
        save(tmp_path / name, history(100))
    assert [run.name for run in load(tmp_path)] == ["run-0", "run-1"]


def test_the_results_beside_are_no_runs(tmp_path: Path) -> None:
    save(tmp_path, history(100))
    for name in ("all_results.json", "eval_results.json", "config.json"):
        (tmp_path / name).write_text(json.dumps({"epoch": 2.5, "eval_loss": 0.7}))
    assert len(load(tmp_path)) == 1


def test_a_damaged_checkpoint_costs_only_itself(tmp_path: Path) -> None:
    save(tmp_path / "checkpoint-60", history(60))
    path = save(tmp_path / "checkpoint-100", history(100))
    path.write_text(path.read_text()[:900])
    run = only(tmp_path)
    assert points(run)["train", "loss"] == 6
    (issue,) = [issue for issue in run.issues if issue.key == "json_cut"]
    assert issue.source == "checkpoint-100/trainer_state.json"


def test_a_copy_under_another_name_is_recognised_by_its_keys(tmp_path: Path) -> None:
    path = save(tmp_path, history(100))
    assert only(path.rename(tmp_path / "state of monday.json")).meta.format.startswith("Hugging")


@pytest.mark.parametrize("state", ["[]", '{"log_history": 3}', '{"log_history": []}', "{}"])
def test_a_state_without_a_log_is_refused(state: str, tmp_path: Path) -> None:
    path = tmp_path / "trainer_state.json"
    path.write_text(state)
    with pytest.raises(NothingReadable):
        load(path)


def test_names_of_trl_and_sentence_transformers_are_read(tmp_path: Path) -> None:
    records = [
        {"loss": 0.6, "rewards/accuracies": 0.5, "epoch": 0.1, "step": 1},
        {"eval_loss": 0.7, "eval_rewards/accuracies": 0.4, "epoch": 0.1, "step": 1},
        {"eval_sts-dev_spearman_cosine": 0.8, "epoch": 0.1, "step": 1},
    ]
    run = only(save(tmp_path, records))
    assert ("val", "sts-dev_spearman_cosine") in points(run)
    assert ("val", "rewards/accuracies") in points(run)


def test_entries_of_the_log_that_are_no_records_are_told(tmp_path: Path) -> None:
    records: list[Any] = history(100)
    records[3:3] = [7, "text", None]
    run = only(save(tmp_path, records))
    assert points(run) == points(only(save(tmp_path / "whole", history(100))))
    (issue,) = run.issues
    assert (issue.key, issue.kept) == ("odd_entries", run.points)
    assert issue.values == {"count": 3, "place": "log_history[3]"}
