"""The option --open: a browser where a person looks at a terminal, and nothing elsewhere."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from analyzer.cli._opening import show_page


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    addresses: list[str] = []

    def open_address(address: str) -> bool:
        addresses.append(address)
        return "none" not in address

    monkeypatch.setattr(webbrowser, "open", open_address)
    return addresses


def test_nothing_is_opened_where_the_output_is_no_terminal(
    call: Callable[..., Result], healthy: Path, opened: list[str]
) -> None:
    assert call("report", healthy, "-o", "a.html", "--open").exit_code == 0
    assert call("batch", healthy, "-o", "site", "--open", "--workers", "1").exit_code == 0
    assert opened == []


def test_a_terminal_gets_the_file(
    monkeypatch: pytest.MonkeyPatch, opened: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show_page(Path("my report.html"), open_page=False)
    assert opened == []
    show_page(Path("my report.html"), open_page=True)
    assert opened == [Path("my report.html").resolve().as_uri()]
    show_page(Path("none.html"), open_page=True)
    assert "open none.html yourself" in capsys.readouterr().err


def test_without_a_file_there_is_nothing_to_open(
    call: Callable[..., Result], only_error: Callable[[Result, int], str], healthy: Path
) -> None:
    for command in ("report", "compare"):
        assert "name one with -o" in only_error(call(command, healthy, "--open"), 2)
