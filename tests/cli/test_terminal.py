"""The terminal: its width, and colours that only a terminal gets."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from analyzer import synthetic
from analyzer.cli._terminal import coloured, colours_of, has_colour, width_or
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Finding
from analyzer.report.headline import badge
from analyzer.text import words
from tests.cli.test_unread import history

Call = Callable[..., Result]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let stdout be a terminal of 100 columns."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "fileno", lambda: 1, raising=False)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((100, 30)))
    for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("columns", "width"), [(100, 100), (20, 40), (400, 120), (0, 92)])
def test_the_width_is_that_of_the_terminal_within_reason(
    columns: int, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((columns, 30)))
    assert width_or(92) == width


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(
    ("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("CLICOLOR", "0")]
)
def test_a_variable_switches_colours_off(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert has_colour()
    monkeypatch.setenv(variable, value)
    assert not has_colour()


def test_colours_can_be_forced_but_not_against_no_color(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history(tmp_path / "a")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("CLICOLOR_FORCE", "0")
    assert "\x1b" not in call("check", str(tmp_path / "a")).stdout
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    assert "\x1b[" in call("check", str(tmp_path / "a")).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in call("check", str(tmp_path / "a")).stdout


@pytest.mark.usefixtures("terminal")
def test_a_verdict_has_the_colour_of_its_worst_finding() -> None:
    made = [diagnose(getattr(synthetic, kind)(2).run) for kind in ("healthy", "non_finite")]
    colours = colours_of(made, "en")
    assert (colours["healthy"], colours["diverged"], colours["warning"]) == (
        "green",
        "red",
        "yellow",
    )


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_badge_of_a_report_has_a_colour(lang: str) -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    checks = [
        replace(check, status="clear", findings=()) if check.detector == "overfitting" else check
        for check in diagnosis.checks
    ]
    gap = Finding("generalization_gap", "warning", "loss", "val", None, {"share": 0.5})
    checks = [
        replace(check, status="found", findings=(gap,), explained_by=None)
        if check.detector == gap.detector
        else check
        for check in checks
    ]
    alone = replace(diagnosis, checks=tuple(checks))
    assert colours_of([alone], lang)[badge(alone, words(lang))] == "yellow"


@pytest.mark.usefixtures("terminal")
def test_only_a_run_that_is_simply_healthy_is_green() -> None:
    falling = synthetic.of_curves("r", {("", "reward"): np.linspace(0, 100, 300)})
    assert "green" not in colours_of([diagnose(falling)], "en").values()
    flat = diagnose(synthetic.of_curves("r", {("", "reward"): np.ones(60)}))
    assert "green" not in colours_of([flat], "en").values()


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


@pytest.mark.skipif(os.name == "nt", reason="needs a terminal of POSIX")
@pytest.mark.parametrize(
    ("columns", "env"),
    [
        (40, {"TERM": "dumb", "PYTHONIOENCODING": "cp1252"}),
        (300, {"TERM": "xterm", "NO_COLOR": "1"}),
    ],
)
def test_lines_fit_into_a_real_terminal(columns: int, env: dict[str, str], tmp_path: Path) -> None:
    history(tmp_path / "señal")
    raw = in_terminal(tmp_path, ["report", "señal", "--lang", "es"], columns, env)
    assert "Traceback" not in raw
    assert not re.search(r"\x1b\[[0-9;]*m", raw)  # colours; a progress bar hides the cursor
    assert env["TERM"] != "dumb" or "\x1b" not in raw
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", raw).splitlines()
    assert max(map(len, lines)) <= min(columns, 120)


def in_terminal(
    folder: Path, arguments: Sequence[str], columns: int, env: Mapping[str, str]
) -> str:
    """Return what a command prints on a terminal of so many columns."""
    import fcntl
    import struct
    import termios

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    start = "from analyzer.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", start, *arguments],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "", "PYTHONUTF8": "0", **env},
    ) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                part = os.read(ours, 1 << 16)
            except OSError:  # Linux says so that the other end is closed
                break
            if not part:
                break
            said += part
        process.wait()
    os.close(ours)
    return said.decode(env.get("PYTHONIOENCODING", "utf-8"))
