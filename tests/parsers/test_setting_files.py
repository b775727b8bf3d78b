"""Files with settings: known by their names, told apart by what else is in these."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.parsers._base import LogFile
from analyzer.parsers._setting_files import (
    core,
    is_loose,
    is_setting_file,
    read_loose,
    read_named_alike,
)


@pytest.mark.parametrize(
    "name",
    [
        *("config.json", "Hparams.YML", "train_args.yaml", "opt.txt", "exp1-config.toml"),
        *("README.md", "config.cfg", "args.ini"),
        *("configuración.json", "parametros.yaml", "Konfiguration.toml"),
    ],
)
def test_a_file_for_settings_is_known_by_its_name(name: str) -> None:
    assert is_setting_file(name)


@pytest.mark.parametrize(
    "name",
    ["metrics.csv", "results.json", "tokenizer_config.json", "notes.txt", "setup.py", "setup.cfg"],
)
def test_other_files_are_not(name: str) -> None:
    assert not is_setting_file(name)


@pytest.mark.parametrize(
    ("log", "settings"),
    [
        ("metrics_lr0.1_s0.csv", "config_lr0.1_s0.json"),
        ("run_a.csv", "run_a.args.yaml"),
        ("resnet-history.json", "hparams-resnet.yml"),
        ("events.out.tfevents.17.host.3", "config.json"),
    ],
)
def test_a_log_and_its_settings_share_what_tells_runs_apart(log: str, settings: str) -> None:
    assert core(log) == core(settings)


def test_two_runs_do_not() -> None:
    assert core("metrics_s0.csv") != core("config_s1.json")


@pytest.mark.parametrize(
    ("content", "settings"),
    [
        (
            {"lr": 0.02, "augment": "flip", "blocks": 6, "val_loss": 0.31, "accuracy": 0.9},
            {"lr": 0.02, "augment": "flip", "blocks": 6},
        ),
        ({"blocks": 6, "val_loss": 0.31}, {}),
        ({"val_loss": 0.31, "accuracy": 0.9}, {}),
    ],
)
def test_a_file_named_like_its_log_gives_its_settings_and_not_its_results(
    content: dict[str, Any], settings: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "run_a.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    file = LogFile(path, Path(path.name), path.name, path.stat().st_size)
    assert read_named_alike(file) == settings


@pytest.mark.parametrize("name", ["experiment.yaml", "train.yml", "run.json", "setup.toml"])
def test_some_names_leave_open_what_is_in_a_file(name: str) -> None:
    assert is_loose(name)
    assert not is_setting_file(name)


@pytest.mark.parametrize("name", ["train.txt", "setup.py", "results.json", "train_results.json"])
def test_names_of_other_files_do_not(name: str) -> None:
    assert not is_loose(name)


@pytest.mark.parametrize(
    ("content", "settings"),
    [
        ({"optimizer": {"lr": 0.1}, "seed": 3}, {"optimizer": {"lr": 0.1}, "seed": 3}),
        (
            {"experiment": {"train": {"batch_size": 8}}},
            {"experiment": {"train": {"batch_size": 8}}},
        ),
        ({"lr": 0.1, "val_loss": 0.5}, {"lr": 0.1}),
        ({"data": [{"text": "a"}], "version": 2}, {}),
        ({"name": "an experiment", "model": "small"}, {}),
        ([1, 2, 3], {}),
    ],
)
def test_a_loose_name_needs_a_usual_setting(
    content: Any, settings: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "experiment.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    assert read_loose(LogFile(path, Path(path.name), path.name, path.stat().st_size)) == settings


def test_a_loose_file_that_is_broken_or_large_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "train.json"
    path.write_text('{"lr": 0.1,')
    assert read_loose(LogFile(path, Path(path.name), path.name, path.stat().st_size)) == {}
    assert read_loose(LogFile(path, Path(path.name), path.name, 1 << 30)) == {}
