"""The exercise as a command: its text in both languages, its chart, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.trainer.command import main


def answers(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["steps", *options]) == 0
    return capsys.readouterr().out


def test_each_rate_has_its_steps(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, *lines = answers(capsys, "--lr", ".03", ".1", "1").splitlines()
    assert [line.split(":")[0].strip() for line in lines] == [
        "0.03  40 steps",
        "0.1  11 steps",
        "1  never arrives",
    ]


def test_the_rates_of_the_lesson_are_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert answers(capsys) == answers(capsys, "--lr", ".03", ".1", "1")


def test_a_rate_on_the_edge_and_a_tiny_one_have_their_own_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = answers(capsys, "--lr", ".55", ".0001", ".275")
    assert "0.55  never arrives: it jumps between two points" in said
    assert "not within 1,000 steps: it comes from one side" in said
    assert "1 step: it lands on the minimum at once" in said


def test_the_answer_is_in_spanish_too(capsys: pytest.CaptureFixture[str]) -> None:
    said = answers(capsys, "--lang", "es")
    assert "0,03  40 pasos: llega por un lado" in said
    assert "no llega nunca" in said


def test_another_parabola_has_other_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert "1 step:" in answers(capsys, "--lr", "1", "--best-rate", "1")


@pytest.mark.parametrize(
    ("suffix", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_the_chart_is_written_the_same_every_time(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, suffix: str, start: bytes
) -> None:
    path = tmp_path / f"steps.{suffix}"
    assert str(path) in answers(capsys, "-o", str(path))
    first = path.read_bytes()
    assert first.startswith(start)
    answers(capsys, "-o", str(path))
    assert path.read_bytes() == first


def test_the_chart_names_each_rate(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "steps.svg"
    answers(capsys, "-o", str(path), "--lr", ".2", "2")
    drawn = path.read_text(encoding="utf-8")
    assert "0.2: 4 steps" in drawn
    assert "2: never" in drawn


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--lr", "0"], 'must be a number above 0, not "0"'),
        (["--lr", "nan"], 'not "nan"'),
        (["--lr", "fast"], 'not "fast"'),
        (["--lr", *"1234567"], "7 rates; give at most 6"),
        (["-o", "steps.gif"], "steps.gif: use a name that ends in .svg, .pdf, .png"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], options: list[str], line: str
) -> None:
    assert main(["steps", *options]) == 2
    printed = capsys.readouterr()
    assert line in printed.err
    assert printed.err.count("\n") == 1
