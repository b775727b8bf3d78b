"""Records of JSON Lines that hold settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from analyzer.model.run import Run
from analyzer.parsers._setting_records import SettingRecords, settings_of
from analyzer.reading.load import load

RECORDS = [{"step": step, "loss": 2 / (step + 1)} for step in range(12)]


def read(folder: Path, *records: Mapping[str, Any]) -> list[Run]:
    (folder / "log.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return list(load(folder))


@pytest.mark.parametrize(
    "record",
    [
        {"config": {"lr": 0.1, "batch_size": 32}},
        {"type": "args", "lr": 0.1, "batch_size": 32},
        {"_type": "hparams", "data": {"lr": 0.1, "batch_size": 32}},
        {"event": "config", "epoch": 0, "args": {"lr": 0.1, "batch_size": 32}},
        {"time": 1.7e9, "hyperparameters": {"lr": 0.1, "batch_size": 32}},
        {"lr": 0.1, "batch_size": 32},
    ],
)
def test_settings_are_no_points(tmp_path: Path, record: dict[str, Any]) -> None:
    (run,) = read(tmp_path, record, *RECORDS)
    assert run.config == {"lr": 0.1, "batch_size": 32}
    (series,) = run.series
    assert series.step.tolist() == list(range(12))
    assert not run.issues


@pytest.mark.parametrize(
    "record",
    [
        {"type": "train", "lr": 0.1},
        {"type": "params", "step": 3, "loss": 0.5},
        {"config": {"lr": 0.1}, "reward": 3.0},
        {"step": 0, "lr": 0.1, "batch_size": 32},
        {"count": 1.0, "lr": 0.1, "other": 2.0},
    ],
)
def test_a_record_with_numbers_of_the_run_is_kept(record: dict[str, Any]) -> None:
    assert settings_of(record, is_before=True) == {}


def test_behind_a_loss_a_record_must_say_what_it_is() -> None:
    settings = {"lr": 0.1, "batch_size": 32}
    assert settings_of(settings, is_before=False) == {}
    assert settings_of({"type": "args", **settings}, is_before=False) == settings
    found = SettingRecords()
    assert found.take(settings, 1, is_before=True)
    assert found.take({"lr": 0.2, "batch_size": 32}, 9, is_before=False)


def test_several_records_are_joined(tmp_path: Path) -> None:
    (run,) = read(tmp_path, {"type": "args", "lr": 0.1}, {"type": "hparams", "seed": 3}, *RECORDS)
    assert run.config == {"lr": 0.1, "seed": 3}


def test_a_count_of_epochs_is_not_the_epoch(tmp_path: Path) -> None:
    (run,) = read(tmp_path, {"_type": "hparams", "lr": 0.1, "epochs": 40}, *RECORDS)
    assert run.config["epochs"] == 40
    assert not (run.series[0].epoch == 40).any()


def test_each_appended_run_has_its_own(tmp_path: Path) -> None:
    first, second = read(
        tmp_path, {"config": {"lr": 0.1}}, *RECORDS, {"type": "config", "lr": 0.2}, *RECORDS
    )
    assert (first.config, second.config) == ({"lr": 0.1}, {"lr": 0.2})


def test_a_run_without_its_own_has_those_before(tmp_path: Path) -> None:
    first, second = read(tmp_path, {"type": "args", "lr": 0.1}, *RECORDS, *RECORDS)
    assert first.config == second.config == {"lr": 0.1}
