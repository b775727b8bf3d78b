"""Expressions of the user for lines of console output."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from analyzer.errors import ConfigError, ParseError
from analyzer.parsers import _text_own
from analyzer.parsers._text_apart import searcher
from analyzer.parsers._text_own import compiled, read_own
from analyzer.parsers._text_plan import Key

LINE = r"e(?P<epoch>\d+) (?P<loss>\S+)"


def test_named_groups_become_columns() -> None:
    found = read_own([b"e1 0.5\nx\n", b"e2 0.4%\ne3 none\n"], [LINE])
    assert found[Key("value", "loss")].values.tolist() == [0.5, 0.4]
    assert found[Key("value", "loss")].rows.tolist() == [0, 3]
    assert found[Key("epoch", "epoch")].values.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        (r"e(?P<epoch>\d+", "not a valid expression"),
        (r"e(?P<epoch>\d+)", "must name"),
        (r"(?P<loss>\d+)", "must name"),
        (r"(?P<epoch>(\d+)+) (?P<loss>\S+)", "repeats a group"),
    ],
)
def test_an_expression_that_cannot_work_is_refused(pattern: str, part: str) -> None:
    with pytest.raises(ConfigError, match=part):
        compiled(pattern)


def test_an_expression_that_backtracks_for_ever_is_given_up() -> None:
    pattern = LINE + r" (?:a|aa)+$"
    with pytest.raises(ParseError) as error:
        read_own([b"e1 0.5 " + b"a" * 200 + b"b\n"], [pattern], seconds=0.2)
    assert error.value.key == "text_pattern_slow"


@pytest.fixture
def without_timer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take the timer away, as on Windows."""
    monkeypatch.delattr(signal, "setitimer")
    yield
    searcher(_text_own.__name__).stop()


@pytest.mark.usefixtures("without_timer")
def test_without_a_timer_another_process_searches() -> None:
    chunks = [b"e1 0.5\nx\n", b"e2 0.4%\ne3 none\n"]
    found = read_own(chunks, [LINE])
    assert found[Key("value", "loss")].values.tolist() == [0.5, 0.4]
    assert found[Key("epoch", "epoch")].rows.tolist() == [0, 3, 4]


@pytest.mark.usefixtures("without_timer")
def test_without_a_timer_an_expression_that_backtracks_for_ever_is_given_up() -> None:
    pattern = LINE + r" (?:a|aa)+$"
    with pytest.raises(ParseError) as error:
        read_own([b"e1 0.5 " + b"a" * 200 + b"b\n"], [pattern], seconds=0.2)
    assert error.value.key == "text_pattern_slow"
    assert read_own([b"e1 0.5\n"], [LINE])  # by a new process


def test_in_a_thread_too() -> None:
    pattern = LINE + r" (?:a|aa)+$"
    with ThreadPoolExecutor(1) as pool:
        task = pool.submit(read_own, [b"e1 0.5 " + b"a" * 200 + b"b\n"], [pattern], seconds=0.2)
        with pytest.raises(ParseError):
            task.result()
    searcher(_text_own.__name__).stop()
