"""The settings of a site under one spelling, in the index, its tables and the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analyzer.batch.result import Options
from analyzer.batch.spelled import records_alike, spelled_alike

Make = dict[str, Callable[..., Any]]


def test_runs_and_the_settings_they_are_grouped_by_share_their_names(make: Make) -> None:
    settings = [{"lr": 0.1}, {"learning_rate": "1e-3"}, {"lr": 0.001}]
    records = [make["record"](at, run) for at, run in enumerate(settings)]
    batch, options = spelled_alike(make["batch"](records), Options(group=("learning_rate",)))
    assert [record.summary.settings for record in batch.records] == [
        {"lr": 0.1},
        {"lr": 0.001},
        {"lr": 0.001},
    ]
    assert options.group == ("lr",)


def test_records_that_are_spelled_alike_already_are_themselves(make: Make) -> None:
    records = make["grid"]()
    assert all(new is old for new, old in zip(records_alike(records), records, strict=True))


def test_the_files_of_a_site_have_one_column_for_a_setting(make: Make) -> None:
    settings = [{"lr": 0.1, "bn": 0}, {"learning_rate": 0.2, "bn": False}, {"lr": 0.3, "bn": 0.0}]
    records = [make["record"](at, run) for at, run in enumerate(settings)]
    files = make["files"](records)
    head = files["runs.csv"].decode().splitlines()[0]
    assert head.endswith("level_high,config.lr")
    assert "lr 0.1 → 0.2" in files["register.md"].decode()
    assert "bn" not in files["index.md"].decode()
