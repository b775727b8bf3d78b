"""The command ``note``: a note reaches the register, and an error is one line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from analyzer.cli import main


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with two runs and their site, once: a batch starts processes."""
    place = tmp_path_factory.mktemp("made")
    for name, start in (("first", 2.0), ("second", 1.5)):
        folder = place / "runs" / name
        folder.mkdir(parents=True)
        fall = [start / (1 + epoch) for epoch in range(20)]
        history = {"loss": fall, "val_loss": [value + 0.1 for value in fall]}
        (folder / "history.json").write_text(json.dumps(history), encoding="utf-8")
    arguments = ["batch", str(place / "runs"), "-o", str(place / "site")]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    return place


@pytest.fixture
def place(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the folder, which is the current folder."""
    shutil.copytree(made, tmp_path / "place")
    monkeypatch.chdir(tmp_path / "place")
    return tmp_path / "place"


def test_a_note_and_a_tick_reach_the_register(place: Path) -> None:
    made = CliRunner().invoke(main, ["note", "first", "too slow", "--done", "1"])
    assert (made.exit_code, made.stdout) == (0, "first: noted in site/notes.jsonl\n")
    assert "too slow" in (place / "site" / "register.md").read_text(encoding="utf-8")
    shown = CliRunner().invoke(main, ["note", "first"]).stdout
    assert "too slow" in shown
    assert "[x] 1:" in shown


def test_the_date_is_today_or_what_the_user_says(place: Path) -> None:
    CliRunner().invoke(main, ["note", "first", "then", "--date", "2024-02-29"])
    CliRunner().invoke(main, ["note", "first", "now"])
    entries = (place / "site" / "notes.jsonl").read_text(encoding="utf-8").splitlines()
    then, now = (json.loads(line)["date"] for line in entries)
    assert then == "2024-02-29"
    assert then < now


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["third", "x"], 'no run "third"; there are: first, second'),
        (["first", "x", "--site", "runs"], "runs: is not a site of 'analyzer batch'"),
        (["first", "--done", "40"], "no item 40"),
        (["first", "x", "--date", "tomorrow"], "tomorrow"),
    ],
)
def test_an_error_is_one_line(place: Path, arguments: list[str], line: str) -> None:
    made = CliRunner().invoke(main, ["note", *arguments])
    assert made.exit_code == 2
    assert line in made.stderr
    assert made.stderr.count("\n") == 1
    assert not (place / "site" / "notes.jsonl").exists()
