"""The terminal: its width, and colours that only a terminal gets."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from analyzer import synthetic
from analyzer.cli._terminal import coloured, colours_of, has_colour, width_or
from analyzer.engine import diagnose

Call = Callable[..., Result]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let stdout be a terminal of 100 columns."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "fileno", lambda: 1, raising=False)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((100, 30)))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("columns", "width"), [(100, 100), (20, 60), (400, 120), (0, 92)])
def test_the_width_is_that_of_the_terminal_within_reason(
    columns: int, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((columns, 30)))
    assert width_or(92) == width


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("variable", ["NO_COLOR", "TERM"])
def test_a_variable_switches_colours_off(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert has_colour()
    monkeypatch.setenv(variable, {"NO_COLOR": "1", "TERM": "dumb"}[variable])
    assert not has_colour()


@pytest.mark.usefixtures("terminal")
def test_a_verdict_has_the_colour_of_its_worst_finding() -> None:
    made = [diagnose(getattr(synthetic, kind)(2).run) for kind in ("healthy", "non_finite")]
    colours = colours_of(made, "en")
    assert (colours["healthy"], colours["diverged"], colours["warning"]) == (
        "green",
        "red",
        "yellow",
    )


@pytest.mark.parametrize(
    "line", ["a: diverged", "- diverged, almost certain", "a  diverged  epoch 3", "a: diverged, b"]
)
def test_only_the_word_itself_is_coloured(line: str) -> None:
    shown = coloured(line, {"diverged": "red"})
    assert shown.count("\x1b[") == 3
    assert shown.replace("\x1b[31m\x1b[1m", "").replace("\x1b[0m", "") == line
    assert coloured("diverged runs", {"diverged": "red"}) == "diverged runs"


def test_a_pipe_has_no_colour_and_the_usual_width(call: Call, overfitted: Path) -> None:
    assert width_or(92) == 92
    assert "\x1b" not in call("report", overfitted).stdout
    assert "\x1b" not in call("check", overfitted.parent).stdout


def test_more_than_three_runs_are_a_table(call: Call, overfitted: Path) -> None:
    text = (overfitted / "history.json").read_text(encoding="utf-8")
    for number in range(4):
        folder = overfitted.parent / f"copy{number}"
        folder.mkdir()
        (folder / "history.json").write_text(text, encoding="utf-8")
    result = call("report", overfitted.parent)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) < 12
    top = call("report", overfitted.parent, "--top", "2").stdout
    assert "more runs; a larger --top N shows them" in top
    assert call("report", overfitted.parent, "--top", "0").exit_code == 2
