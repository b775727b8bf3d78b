"""The option --every: rounds until Ctrl-C, and a word only when something changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import Result

from analyzer.cli._repeat import repeat
from analyzer.errors import NothingReadable


def batch_of(*verdicts: str, interrupted: bool = False) -> Any:
    runs = [SimpleNamespace(source=str(at), verdict=word) for at, word in enumerate(verdicts)]
    return SimpleNamespace(runs=runs, unread=[], interrupted=interrupted)


def rounds(monkeypatch: pytest.MonkeyPatch, *results: Any) -> tuple[list[Any], list[float]]:
    """Repeat until no result is left, then press Ctrl-C; return what was shown, the waits."""
    left: Iterator[Any] = iter(results)
    shown: list[Any] = []
    waits: list[float] = []

    def make() -> Any:
        found = next(left)
        if isinstance(found, Exception):
            raise found
        return found

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == len(results):
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    repeat(make, 30.0, shown.append)
    return shown, waits


def test_tells_of_the_first_round_and_of_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    first, same, other = batch_of("healthy"), batch_of("healthy"), batch_of("healthy", "plateau")
    shown, waits = rounds(monkeypatch, first, same, other, same)
    assert [batch is first for batch in shown] == [True, False, False]
    assert waits == [30.0] * 4


def test_waits_for_a_folder_that_has_no_log_yet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = NothingReadable("runs: the folder is empty")
    shown, _ = rounds(monkeypatch, empty, empty, batch_of("healthy"))
    assert len(shown) == 1
    assert capsys.readouterr().err == "runs: the folder is empty\n"


def test_an_interrupted_round_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(click.exceptions.Exit) as ended:
        rounds(monkeypatch, batch_of("healthy", interrupted=True))
    assert ended.value.exit_code == 130


def test_the_command_updates_its_site_until_it_is_stopped(
    call: Callable[..., Result], healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        if seconds == 300.0:
            waits.append(seconds)
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    made = call("batch", healthy, "-o", "site", "--every", "5m", "--workers", "1")
    assert made.exit_code == 0
    assert made.stdout.count("index.html") == 1
    assert waits == [300.0]


@pytest.mark.parametrize("time_given", ["0s", "-1", "soon", "1 day", ""])
def test_another_time_is_one_line(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    healthy: Path,
    time_given: str,
) -> None:
    line = only_error(call("batch", healthy, "-o", "site", "--every", time_given), 2)
    assert "must be one second or more, e.g. 30s, 5m or 1h." in line
    assert not Path("site").exists()
