"""Inspect: how each file and name was recognised."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result


def test_inspect_shows_how_each_name_was_read_and_what_was_passed_over(
    call: Callable[..., Result], healthy: Path
) -> None:
    (healthy / "notes.txt").write_text("dear diary")
    (healthy / "old.pkl").write_bytes(b"\x80\x04.")
    result = call("inspect", healthy)
    assert result.exit_code == 0
    assert "good: read as history JSON" in result.stdout
    assert "  val_accuracy  split val, metric accuracy, " in result.stdout
    assert "no step or epoch column: epochs counted from 0" in result.stdout
    assert "skipped: notes.txt: not recognised as a training log" in result.stdout
    assert "skipped: old.pkl: a pickle can run code" in result.stdout


def test_inspect_as_json(call: Callable[..., Result], healthy: Path) -> None:
    (healthy / "notes.txt").write_text("dear diary")
    (healthy / "torn.json").write_text('{"loss": [')
    data = json.loads(call("inspect", healthy, "--json").stdout)
    assert list(data) == ["schema", "runs", "folder_settings", "refused", "passed_over"]
    (run,) = data["runs"]
    assert run["counted"] is True
    keys = ("split", "metric", "kind")
    curves = {series["tag"]: tuple(series[key] for key in keys) for series in run["series"]}
    assert curves == {
        "loss": ("train", "loss", "loss"),
        "val_loss": ("val", "loss", "loss"),
        "accuracy": ("train", "accuracy", "score"),
        "val_accuracy": ("val", "accuracy", "score"),
    }
    assert [(entry["source"], entry["key"]) for entry in data["refused"]] == [
        ("torn.json", "not_json")
    ]
    assert [(entry["source"], entry["key"]) for entry in data["passed_over"]] == [
        ("notes.txt", "not_a_log")
    ]


def test_inspect_of_a_folder_without_logs_says_why_of_each_file(
    call: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "notes.txt").write_text("dear diary")
    (tmp_path / "none" / "empty.csv").write_bytes(b"")
    result = call("inspect", tmp_path / "none")
    assert result.exit_code == 4
    assert [line.split(":")[1].strip() for line in result.stdout.splitlines()] == [
        "empty.csv",
        "notes.txt",
    ]
    assert "no training log found among 2 files" in result.stderr
    data = json.loads(call("inspect", tmp_path / "none", "--json").stdout)
    assert [entry["key"] for entry in data["passed_over"]] == ["empty_file", "not_a_log"]


def test_inspect_of_an_empty_folder_gives_exit_code_4(
    call: Callable[..., Result], only_error: Callable[[Result, int], str], tmp_path: Path
) -> None:
    (tmp_path / "none").mkdir()
    assert "contains no file that could be a log" in only_error(
        call("inspect", tmp_path / "none"), 4
    )


def test_inspect_offers_to_map_a_name_where_none_is_known(
    call: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text("epoch,quux\n1,3\n2,2\n3,1\n", encoding="utf-8")
    assert "--map 'quux=val/loss'" in call("inspect", tmp_path / "x.csv").stdout
    assert "asígnela" in call("inspect", tmp_path / "x.csv", "--lang", "es").stdout


def test_an_empty_log_beside_a_good_one_is_named(
    call: Callable[..., Result], healthy: Path
) -> None:
    (healthy.parent / "empty.csv").write_bytes(b"")
    (healthy.parent / "events.out.tfevents.1").write_bytes(b"")
    shown = call("inspect", healthy.parent).stdout
    assert "skipped: empty.csv: empty file: 0 bytes." in shown
    assert "events.out.tfevents.1: opened by a writer that never flushed a value" in shown
