"""Report: printed for each run, written for a single run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from analyzer.report.terminal import WIDTH


def test_report_prints_every_run_in_lines_that_fit(
    call: Callable[..., Result], healthy: Path, overfitted: Path
) -> None:
    result = call("report", healthy.parent)
    assert result.exit_code == 0
    assert [
        line for line in result.stdout.splitlines() if line.startswith(("good: ", "over: "))
    ] == [
        "good: healthy",
        "over: overfitting",
    ]
    assert max(map(len, result.stdout.splitlines())) <= WIDTH


def test_report_speaks_spanish(call: Callable[..., Result], overfitted: Path) -> None:
    assert "sobreajuste" in call("report", overfitted, "--lang", "es").stdout
    assert "sobreajuste" in call("check", overfitted, "--lang", "es").stdout
    assert "leído como" in call("inspect", overfitted, "--lang", "es").stdout


@pytest.mark.parametrize("suffix", [".html", ".json", ".HTML"])
def test_report_writes_a_file_and_says_where(
    call: Callable[..., Result], suffix: str, healthy: Path
) -> None:
    result = call("report", healthy, "-o", f"out{suffix}")
    assert result.exit_code == 0
    assert result.stdout.endswith(f"\nWrote out{suffix}\n")
    text = Path(f"out{suffix}").read_text(encoding="utf-8")
    assert (
        text.startswith("<!doctype html>")
        if suffix.lower() == ".html"
        else json.loads(text)["run"] == "good"
    )
    assert sorted(path.name for path in Path().iterdir()) == [f"out{suffix}"]


def test_report_in_spanish_is_marked_so(call: Callable[..., Result], healthy: Path) -> None:
    call("report", healthy, "-o", "out.html", "--lang", "es")
    assert '<html lang="es">' in Path("out.html").read_text(encoding="utf-8")


def test_report_writes_one_run_of_several_by_its_name(
    call: Callable[..., Result], healthy: Path, overfitted: Path
) -> None:
    assert call("report", healthy.parent, "-o", "out.json", "--run", "over").exit_code == 0
    assert json.loads(Path("out.json").read_text(encoding="utf-8"))["run"] == "over"


def test_report_to_a_file_of_several_runs_names_them(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    healthy: Path,
    overfitted: Path,
) -> None:
    line = only_error(call("report", healthy.parent, "-o", "out.html"), 2)
    assert "contains 2 runs (good, over); pick one with --run NAME" in line
    assert line.endswith(f"or report on all: analyzer batch {healthy.parent} -o out")
    assert not Path("out.html").exists()


def test_json_and_a_file_do_not_mix_on_the_screen(
    call: Callable[..., Result], healthy: Path
) -> None:
    result = call("report", healthy, "--json", "-o", "out.html")
    assert json.loads(result.stdout)["runs"][0]["run"] == "good"
    assert Path("out.html").exists()


def test_damage_is_part_of_the_report(call: Callable[..., Result], damaged: Path) -> None:
    result = call("report", damaged)
    assert "log.csv:32: rows with too many" in result.stdout
    assert result.stderr == ""


UNWRITABLE = {
    "a folder": ("folder.html", "folder.html: is a folder; name a file in it"),
    "below a file": ("file/out.html", "file/out.html: cannot write here: Not a directory"),
    "unknown suffix": ("out.docx", "out.docx: unknown report format; use a name that ends in "),
    "no suffix": ("out", "out: unknown report format"),
}


@pytest.mark.parametrize("case", UNWRITABLE)
def test_an_output_that_cannot_be_written_gives_exit_code_2_and_leaves_nothing(
    call: Callable[..., Result], only_error: Callable[[Result, int], str], case: str, healthy: Path
) -> None:
    Path("folder.html").mkdir()
    Path("file").write_text("mine")
    output, message = UNWRITABLE[case]
    assert only_error(call("report", healthy, "-o", output), 2).startswith(message)
    assert sorted(path.name for path in Path().iterdir()) == ["file", "folder.html"]


def test_an_output_in_a_new_folder_makes_it(call: Callable[..., Result], healthy: Path) -> None:
    for command, output in (("report", "out.html"), ("export", "out.csv"), ("plot", "out.svg")):
        place = Path("new") / command / "folder" / output
        assert call(command, healthy, "-o", place).exit_code == 0
        assert place.is_file()


HOSTILE = [
    "\x1b[2J\x1b]0;owned\x07",
    "a\nb\r\x9b31m",
    "<script>alert(1)</script>",
    "**bold** [x](javascript:1)",
    "a\u202eb",
]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_hostile_names_stay_text_in_a_report(
    call: Callable[..., Result], hostile: Callable[[Path, str], Path], name: str, tmp_path: Path
) -> None:
    call("report", hostile(tmp_path, name), "-o", "out.html")
    page = Path("out.html").read_text(encoding="utf-8")
    assert page.count("<script") == 2  # the data, and ours
    assert "\x1b" not in page
    assert "\x07" not in page


def test_a_table_of_runs_is_followed_by_what_the_logs_lost(
    call: Callable[..., Result], damaged: Path
) -> None:
    for at in range(4):
        copy = damaged / f"run{at}"
        copy.mkdir()
        (copy / "log.csv").write_bytes((damaged / "log.csv").read_bytes())
    result = call("report", damaged)
    assert result.exit_code == 0
    assert "run2/log.csv:" in result.stderr
    assert "log.csv" not in call("report", damaged, "--run", "run1").stderr
