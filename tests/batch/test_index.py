"""What the index of a site says: names, notes, groups, files that gave no run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from analyzer.batch.index import (
    build_index,
    partial_line,
    setting_shown,
    summary_line,
)
from analyzer.batch.result import Options
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]


def test_runs_with_the_same_points_are_noted(make: Make) -> None:
    record = make["record"]
    made = make["files"]
    first, second = record(0), record(1)
    twin = replace(second, summary=replace(second.summary, prints=first.summary.prints))
    assert "same points as" in made([first, twin])["index.html"].decode()


def test_what_runs_were_put_together_by_is_said(make: Make) -> None:
    record = make["record"]
    made = make["files"]
    records = [record(index) for index in range(6)]
    assert "Runs grouped by lr:" in made(records, group=("lr",))["index.html"].decode()


def test_a_run_unlike_its_repeats_is_noted(make: Make) -> None:
    record = make["record"]
    made = make["files"]
    values = [0.50, 0.51, 0.49, 0.52, 0.50, 0.48, 0.51, 0.50, 2.0]
    records = [
        record(at, {"seed": at, "lr": 0.1}, best=Best("val", "loss", 1, None, value))
        for at, value in enumerate(values)
    ]
    assert made(records)["index.html"].decode().count("unlike its repeats") == 1


def test_long_paths_keep_the_end_that_tells_them_apart(make: Make) -> None:
    record = make["record"]
    made = make["files"]
    long = "sweeps/" + "a_folder_of_settings/" * 8 + "lr__{}"
    index = made([record(at, run=long.format(at)) for at in range(2)])["index.html"].decode()
    assert "lr__<wbr>0</a>" in index
    assert "lr__<wbr>1</a>" in index


def test_runs_judged_by_several_metrics_show_which(make: Make) -> None:
    record = make["record"]
    made = make["files"]
    accuracy = record(1, best=Best("val", "accuracy", 1, None, 0.9))
    assert "0.9 validation accuracy" in made([record(0), accuracy])["index.html"].decode()


def test_the_metric_of_most_runs_stands_in_the_head_and_only_another_beside_its_value(
    make: Make,
) -> None:
    record = make["record"]
    accuracy = record(9, best=Best("val", "accuracy", 1, None, 0.9))
    files = make["files"]([*(record(at) for at in range(4)), accuracy])
    for name in ("index.html", "index.md"):
        page = files[name].decode()
        assert "validation loss ↓ level (best point)" in page
        assert page.count("0.9 validation accuracy") == 1
        assert not re.search(r"\d validation loss", page)


def test_an_unknown_setting_to_group_by_puts_nothing_together(make: Make) -> None:
    record = make["record"]
    made = make["files"]
    index = made([record(index) for index in range(6)], group=("dropuot",))["index.html"].decode()
    assert "<h2>Repeats</h2>" not in index


def test_a_name_that_two_runs_share_gets_its_first_file(make: Make) -> None:
    record = make["record"]
    records = [record(0, run="r", source="a/m.csv"), record(1, run="r", source="b/m.csv")]
    index = build_index(make["batch"](records), Options(), missing=0)
    assert index.names == ("r · a/m.csv", "r · b/m.csv")


def test_settings_are_shown_as_they_are_written(make: Make) -> None:
    text = build_index(make["batch"]([]), Options(lang="es"), missing=0).text
    shown = [setting_shown(value, text) for value in (True, 12345, 0.5, None, "adam", [1, 2])]
    assert shown == ["true", text.integer(12345), "0,5", "", "adam", "[1, 2]"]


def test_runs_that_are_to_come_are_counted(make: Make) -> None:
    index = build_index(make["batch"]([make["record"](0)]), Options(), missing=3)
    assert partial_line(index).startswith("Not finished: 3 logs")
    assert summary_line(index) == "1 run; all logs could be read"
