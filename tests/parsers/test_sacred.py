"""Sacred's run folders: metrics with their configuration, and what lies beside them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from analyzer.reading.load import load, scan

RUN = {
    "command": "main",
    "experiment": {"name": "toy", "base_dir": "/home/me"},
    "host": {"hostname": "box"},
}


def stored(values: list[Any]) -> dict[str, Any]:
    times = [f"2026-11-29T02:11:{number:02d}.900000" for number in range(len(values))]
    return {"steps": list(range(len(values))), "timestamps": times, "values": values}


def run_folder(
    folder: Path, metrics: dict[str, Any], config: Any = None, number: str = "1"
) -> Path:
    place = folder / number
    place.mkdir(parents=True)
    (place / "metrics.json").write_text(json.dumps(metrics, indent=2))
    (place / "run.json").write_text(json.dumps(RUN, indent=2))
    text = config if isinstance(config, str) else json.dumps(config or {"lr": 0.1, "seed": 7})
    (place / "config.json").write_text(text)
    (place / "cout.txt").write_text("INFO - toy - Started\nepoch 1 loss 0.5\n")
    return place


CURVES = {
    "training.loss": stored([0.8**n for n in range(12)]),
    "validation.loss": stored([0.85**n for n in range(12)]),
}


def test_each_folder_is_a_run_with_its_configuration(tmp_path: Path) -> None:
    run_folder(tmp_path, CURVES, {"lr": 0.1, "model": {"depth": 3}})
    run_folder(tmp_path, CURVES, number="2")
    first, second = load(tmp_path)
    assert (first.name, second.name) == ("1", "2")
    assert first.config == {"lr": 0.1, "model": {"depth": 3}}
    assert [(series.split, series.metric) for series in first.series] == [
        ("train", "loss"),
        ("val", "loss"),
    ]
    assert first.series[0].step.tolist() == list(range(12))
    assert first.series[0].wall_time[1] - first.series[0].wall_time[0] == 1.0
    assert "box" not in repr(vars(first.meta))


def test_the_file_alone_is_read(tmp_path: Path) -> None:
    place = run_folder(tmp_path, CURVES)
    assert load(place / "metrics.json")[0].points == 24


def test_values_that_are_not_finite_and_values_that_are_no_numbers(tmp_path: Path) -> None:
    run_folder(tmp_path, {"loss": stored([1.0, math.nan, math.inf, {"py/object": "x"}, 0.5])})
    (run,) = load(tmp_path)
    value = run.series[0].value.tolist()
    assert math.isnan(value[1])
    assert (value[0], value[2:]) == (1.0, [math.inf, 0.5])
    assert [(issue.key, issue.lost) for issue in run.issues] == [("points_unfit", 1)]


def test_a_torn_configuration_costs_only_itself(tmp_path: Path) -> None:
    run_folder(tmp_path, CURVES, '{"lr": ')
    (run,) = load(tmp_path)
    assert (run.points, run.config) == (24, {})
    assert [(issue.severity, issue.key) for issue in run.issues] == [("info", "not_json")]


def test_a_run_without_metrics_is_named(tmp_path: Path) -> None:
    (run_folder(tmp_path, CURVES) / "metrics.json").unlink()
    assert {skipped.key for skipped in scan(tmp_path).skipped} == {"sacred_no_metrics"}


def test_a_configuration_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"loss": [3, 2, 1], "val_loss": [3, 2, 2]}')
    assert load(tmp_path)[0].meta.format == "history JSON"
