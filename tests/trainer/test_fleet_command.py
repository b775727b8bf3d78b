"""The commands of both fleets: options, a fleet of remedies in pieces, and other folders."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import targeted, trial_fleet
from analyzer.trainer.command import main
from analyzer.trainer.fleet_command import fleet_parser, remedies_parser


def test_both_fleets_have_their_options() -> None:
    fleet = fleet_parser("train").parse_args(["-o", "x", "--tasks", "world"])
    remedies = remedies_parser("train").parse_args(["-o", "x", "--minutes", "30"])
    assert (fleet.runs, fleet.tasks) == (256, "world")
    assert (remedies.runs, remedies.minutes, remedies.seed) == (256, 30, 0)


def test_a_fleet_of_remedies_is_trained_and_then_found_complete(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "trials"
    command = ["remedies", "-o", str(folder), "--runs", "1", "--seed", "6", "--device", "cpu"]
    assert main(command) == 0
    path = folder / trial_fleet.FILE
    assert capsys.readouterr().out.strip() == str(path)
    (part,) = (folder / "parts").iterdir()
    made, changed = path.read_bytes(), part.stat().st_mtime_ns
    assert main(command) == 0
    assert (path.read_bytes(), part.stat().st_mtime_ns) == (made, changed)


def test_runs_are_added_to_a_fleet_where_remedies_lack_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = {("plateau", "cosine"): 3, ("plateau", "wider"): 7}
    monkeypatch.setattr(targeted, "make", lambda *_, **__: lacking)
    command = ["remedies", "-o", str(tmp_path), "--until", "9", "--device", "cpu"]
    assert main(command) == 0
    assert capsys.readouterr().out.splitlines() == [
        "plateau, cosine: 3 runs of 9",
        "plateau, wider: 7 runs of 9",
        str(tmp_path / targeted.FOLDER),
    ]


def test_a_folder_of_another_fleet_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "manifest.json").write_text("{}\n", encoding="utf-8")
    assert main(["remedies", "-o", str(tmp_path), "--runs", "1", "--device", "cpu"]) == 2
    error = capsys.readouterr().err
    assert "of another fleet" in error
    assert error.count("\n") == 1
