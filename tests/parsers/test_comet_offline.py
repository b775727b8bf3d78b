"""Comet's offline experiments: messages old and new, contexts, values that are not finite."""

from __future__ import annotations

import json
import math
import zipfile
from pathlib import Path
from typing import Any

import pytest

from analyzer.model.run import Run
from analyzer.reading.load import load, scan

EXPERIMENT = {"offline_id": "abc", "project_name": "p", "workspace": "w", "start_time": 1}


def metric(name: str, value: Any, step: int | None, **more: Any) -> dict[str, Any]:
    inner = {
        "metricName": name,
        "metricValue": value,
        "step": step,
        "epoch": more.pop("epoch", None),
    }
    payload = {"local_timestamp": 1795918323687, "metric": inner, **more}
    return {"payload": payload, "type": "metric_msg"}


def param(name: str, value: Any, source: str = "manual") -> dict[str, Any]:
    inner = {"paramName": name, "paramValue": value, "source": source, "step": None}
    return {"payload": {"param": inner}, "type": "parameter_msg"}


def messages() -> list[dict[str, Any]]:
    found = [
        {"payload": {"file_name": "x"}, "type": "file_name"},
        {"payload": {"key": "Name", "value": "my run"}, "type": "log_other"},
        param("lr", 0.1),
        param("deep|x", 1),
        param("curr_step", 3, "auto-logged"),
    ]
    for step in range(12):
        found.append(metric("loss", 0.8**step, step, context="train", epoch=step))
        found.append(metric("loss", 0.85**step, step, context="validate"))
        found.append(metric("val_acc", 0.5 + step / 50, step, context="train"))
    return found


def experiment(folder: Path, found: list[dict[str, Any]], *, end: str = "") -> Path:
    path = folder / "abc.zip"
    text = "".join(json.dumps(message) + "\n" for message in found) + end
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("experiment.json", json.dumps(EXPERIMENT))
        archive.writestr("messages.json", text)
    return path


def curves(run: Run) -> dict[str, int]:
    return {f"{series.split}/{series.metric}": len(series) for series in run.series}


def test_an_experiment_is_a_run_with_its_parameters(tmp_path: Path) -> None:
    (run,) = load(experiment(tmp_path, messages()))
    assert run.name == "my run"
    assert curves(run) == {"train/loss": 12, "val/loss": 12, "val/accuracy": 12}
    assert run.config == {"lr": 0.1, "deep/x": 1}
    train = run.series[0]
    assert (train.step.tolist(), train.epoch.tolist()) == (list(range(12)), list(range(12)))
    assert train.wall_time[0] == 1795918323.687


def test_an_unpacked_experiment_reads_the_same(tmp_path: Path) -> None:
    with zipfile.ZipFile(experiment(tmp_path, messages())) as archive:
        archive.extractall(tmp_path / "unpacked")
    (run,) = load(tmp_path / "unpacked")
    assert (run.name, run.points) == ("my run", 36)


def test_values_that_are_not_finite_and_metrics_without_a_step(tmp_path: Path) -> None:
    found = [metric("loss", value, None) for value in (1.0, "NaN", "Infinity", "-Infinity", 0.5)]
    (run,) = load(experiment(tmp_path, found))
    value = run.series[0].value.tolist()
    assert math.isnan(value[1])
    assert value[2:] == [math.inf, -math.inf, 0.5]
    assert run.series[0].step.tolist() == [0, 1, 2, 3, 4]


def test_the_general_messages_of_older_versions_are_read(tmp_path: Path) -> None:
    found = []
    for message in messages():
        payload = message["payload"]
        if payload.get("key") == "Name":
            payload = {"log_other": {"key": "Name", "val": "old run"}}
        if "param" in payload:
            payload = {"params": [payload["param"]]}
        found.append({"payload": payload, "type": "ws_msg"})
    (run,) = load(experiment(tmp_path, found))
    assert (run.name, run.points, run.config["lr"]) == ("old run", 36, 0.1)


def test_a_torn_line_costs_that_line(tmp_path: Path) -> None:
    (run,) = load(experiment(tmp_path, messages(), end='{"payload": {"metr'))
    assert [(issue.key, issue.kept) for issue in run.issues] == [("bad_lines", 36)]


@pytest.mark.parametrize("name", ["messages.json", "experiment.json"])
def test_files_of_that_name_of_others_are_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text('{"loss": [3, 2, 1], "val_loss": [3, 2, 2]}')
    assert load(tmp_path)[0].meta.format == "history JSON"


def test_an_experiment_without_messages_is_named(tmp_path: Path) -> None:
    (tmp_path / "experiment.json").write_text(json.dumps(EXPERIMENT))
    assert [skipped.key for skipped in scan(tmp_path).skipped] == ["comet_no_log"]


def test_points_that_are_no_objects_are_counted(tmp_path: Path) -> None:
    found = messages()
    found.append({"payload": None, "type": "metric_msg"})
    found.append({"payload": {"metric": 7}, "type": "metric_msg"})
    found.append({"payload": {"metric": "text"}, "type": "ws_msg"})
    (run,) = load(experiment(tmp_path, found))
    (issue,) = run.issues
    assert (issue.key, issue.lost, issue.kept, run.points) == ("points_unfit", 3, 36, 36)
