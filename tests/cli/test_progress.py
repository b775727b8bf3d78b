"""Progress: silent in a pipe, a bar on a terminal, gone when the work is done."""

from __future__ import annotations

import io
import sys

import pytest

from analyzer.cli._progress import batch_progress, reading_progress

LONG = 64 << 20  # bytes


class Terminal(io.StringIO):
    """Collects what would be seen on a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("NO_COLOR", raising=False)


def terminal_in(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal in the place of stderr; pytest would take the place of a fixture's."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    return screen


def test_a_pipe_gets_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    with reading_progress() as progress:
        assert progress is None
    with batch_progress("en") as show:
        show("walk", 1, 0)
        show("read", 1, 10)
    assert pipe.getvalue() == ""


def test_a_long_read_is_shown_with_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_in(monkeypatch)
    with reading_progress() as progress:
        assert progress is not None
        progress(LONG // 4, LONG, "runs/long.csv")
        progress(LONG, LONG, "runs/long.csv")
    assert "runs/long.csv" in terminal.getvalue()
    assert "67.1" in terminal.getvalue()  # megabytes


def test_a_short_read_is_over_before_a_bar_appears(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_in(monkeypatch)
    with reading_progress() as progress:
        assert progress is not None
        progress(100, 200, "runs/short.csv")
    assert "short.csv" not in terminal.getvalue()


def test_a_long_name_is_shown_by_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_in(monkeypatch)
    with reading_progress() as progress:
        assert progress is not None
        progress(1, LONG, "a" * 60 + "/" + "[bold]run.csv")
    shown = terminal.getvalue()
    assert "[bold]run.csv" in shown  # the name of a file is no markup
    assert "a" * 40 not in shown


@pytest.mark.parametrize(
    ("lang", "walking", "reading"),
    [("en", "looking for logs", "diagnosing"), ("es", "buscando logs", "diagnosticando")],
)
def test_a_batch_says_what_it_does_in_the_language(
    monkeypatch: pytest.MonkeyPatch, lang: str, walking: str, reading: str
) -> None:
    terminal = terminal_in(monkeypatch)
    with batch_progress(lang) as show:
        show("walk", 3, 0)
    assert walking in terminal.getvalue()
    assert "3/?" in terminal.getvalue()  # how many there are is not known yet
    with batch_progress(lang) as show:
        show("read", 3, 12)
        show("read", 12, 12)
    assert reading in terminal.getvalue()
    assert "12/12" in terminal.getvalue()
