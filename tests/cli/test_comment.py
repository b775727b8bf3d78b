"""Comment: what is printed for a run or its repeats, and what stops it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from analyzer import synthetic
from analyzer.report.comment import marker

Call = Callable[..., Result]
Save = Callable[..., Path]


def repeat(save: Save, folder: Path, seed: int, *, lr: float = 0.1, end: float = 1.0) -> Path:
    """Write a run that differs from its siblings in its seed and a little in its loss."""
    loss = np.linspace(2, end + seed / 100, 40)
    run = synthetic.of_curves("r", {("train", "loss"): loss * 0.9, ("val", "loss"): loss})
    return save(folder / f"seed{seed}", run, lr=lr, seed=seed)


def test_a_run_is_printed_as_markdown_that_names_its_verdict(call: Call, overfitted: Path) -> None:
    result = call("comment", overfitted)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "overfitting" in result.stdout.lower()
    assert "| " in result.stdout
    assert "from history.json" in result.stdout


def test_a_later_call_edits_the_comment_of_the_same_path_and_run(
    call: Call, healthy: Path, overfitted: Path
) -> None:
    runs = healthy.parent
    assert marker(f"{healthy.as_posix()}\0") in call("comment", healthy).stdout
    assert marker(f"{runs.as_posix()}\0over") in call("comment", runs, "--run", "over").stdout
    assert overfitted.parent == runs


def test_repeats_share_a_comment(call: Call, save: Save, tmp_path: Path) -> None:
    for seed in range(3):
        repeat(save, tmp_path / "new", seed)
    result = call("comment", tmp_path / "new")
    assert result.exit_code == 0
    assert "n = 3" in result.stdout


def test_runs_that_are_not_repeats_stop_it_with_what_to_do(
    call: Call, only_error: Callable[[Result, int], str], save: Save, tmp_path: Path
) -> None:
    for seed, lr in enumerate((0.1, 0.2)):
        repeat(save, tmp_path / "new", seed, lr=lr)
    line = only_error(call("comment", tmp_path / "new"), 2)
    assert "contains 2 runs (seed0, seed1)" in line
    assert "--run NAME" in line
    assert call("comment", tmp_path / "new", "--run", "seed1").exit_code == 0
    unknown = only_error(call("comment", tmp_path / "new", "--run", "seed7"), 2)
    assert "seed7" in unknown


def test_a_baseline_is_compared_with(call: Call, save: Save, tmp_path: Path) -> None:
    for seed in range(3):
        repeat(save, tmp_path / "base", seed)
        repeat(save, tmp_path / "new", seed, end=0.5)
    alone = call("comment", tmp_path / "new").stdout
    result = call("comment", tmp_path / "new", "--baseline", tmp_path / "base")
    assert result.exit_code == 0
    told, untold = (text.lower().count("baseline") for text in (result.stdout, alone))
    assert told > untold  # a healthy run is kept "as the baseline" either way


def test_a_missing_baseline_is_one_line(
    call: Call, only_error: Callable[[Result, int], str], healthy: Path
) -> None:
    line = only_error(call("comment", healthy, "--baseline", "nowhere"), 2)
    assert "nowhere" in line


def test_a_file_that_gave_no_run_is_said_on_stderr(call: Call, healthy: Path) -> None:
    whole = call("comment", healthy).stdout
    (healthy / "torn.json").write_text('{"loss": [1, 2, 3}', encoding="utf-8")
    result = call("comment", healthy)
    assert result.exit_code == 0
    assert result.stderr.startswith("torn.json:1: ")
    assert result.stderr.count("\n") == 1
    assert result.stdout.splitlines()[:3] == whole.splitlines()[:3]


def test_what_a_run_lost_stands_in_its_comment(call: Call, damaged: Path) -> None:
    result = call("comment", damaged)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "line 32 (1 row lost, 30 points kept)" in result.stdout


def test_the_language_is_that_asked_for(call: Call, overfitted: Path) -> None:
    spanish = call("comment", overfitted, "--lang", "es").stdout
    assert "Qué hacer ahora" in spanish
    assert "Qué hacer ahora" not in call("comment", overfitted).stdout


def test_a_number_of_a_pull_request_is_positive(call: Call, healthy: Path) -> None:
    result = call("comment", healthy, "--post", "--pr", "0")
    assert result.exit_code == 2
    assert "--pr" in result.stderr


def test_a_link_to_the_report_is_an_address(call: Call, healthy: Path) -> None:
    address = "https://example.org/r/1"
    assert f"({address})" in call("comment", healthy, "--report-url", address).stdout
    for bad in ("javascript:x", "https://a)b"):
        result = call("comment", healthy, "--report-url", bad)
        assert result.exit_code == 2
        assert "must be an address" in result.stderr


def test_a_comment_is_written_to_a_file(call: Call, overfitted: Path, tmp_path: Path) -> None:
    printed = call("comment", overfitted).stdout
    target = tmp_path / "new folder" / "comment.md"
    result = call("comment", overfitted, "-o", target)
    assert (result.exit_code, result.stdout.strip(), result.stderr) == (0, str(target), "")
    assert target.read_text(encoding="utf-8") == printed


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("comment.html", "comment.html: unknown format; use a name that ends in .md"),
        ("folder.md", "folder.md: is a folder; name a file in it"),
        ("folder", "folder: is a folder; name a file in it"),
    ],
)
def test_a_place_that_no_comment_can_be_written_to_is_refused(
    call: Call,
    only_error: Callable[[Result, int], str],
    overfitted: Path,
    tmp_path: Path,
    name: str,
    said: str,
) -> None:
    if "folder" in name:
        (tmp_path / name).mkdir()
    assert said in only_error(call("comment", overfitted, "-o", tmp_path / name), 2)


def test_a_comment_replaces_no_log(
    call: Call, only_error: Callable[[Result, int], str], tmp_path: Path
) -> None:
    log = tmp_path / "notes.md"
    rows = "".join(f"| {epoch} | {2 / epoch:.3f} | {3 / epoch:.3f} |\n" for epoch in range(1, 20))
    log.write_text(f"| epoch | loss | val_loss |\n|---|---|---|\n{rows}", encoding="utf-8")
    before = log.read_bytes()
    line = only_error(call("comment", log, "-o", log), 2)
    assert "is a log that was read; choose another file" in line
    assert log.read_bytes() == before
