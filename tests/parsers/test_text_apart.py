"""A search in a process of its own."""

from __future__ import annotations

import io
import json
import re
import subprocess
from typing import Any

import pytest

from analyzer.parsers._text_apart import Match, Searcher, answer
from analyzer.parsers._text_own import matches

LINE = re.compile(r"e(?P<epoch>\d+) (?P<loss>\S+)")


def test_the_process_stays_for_the_next_search_and_a_dead_one_is_replaced() -> None:
    searcher = Searcher("analyzer.parsers._text_own")
    assert searcher.search("e1 0.5\n", LINE, 60.0) == [
        Match("epoch", 0, 1.0),
        Match("loss", 0, 0.5),
    ]
    first: Any = searcher._process
    assert searcher.search("none\n", LINE, 60.0) == []
    assert searcher._process is first
    first._process.kill()
    first._process.wait()
    assert searcher.search("e1 0.5\n", LINE, 60.0) is None
    assert searcher.search("e1 nan\n", LINE, 60.0)
    searcher.stop()


def test_without_processes_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refused)
    assert Searcher("analyzer.parsers._text_own").search("e1 0.5\n", LINE, 1.0) is None


def test_requests_and_answers_are_lines() -> None:
    answers = io.StringIO()
    request = json.dumps(["é\ne1 0.5", LINE.pattern, LINE.flags])
    answer(io.StringIO(request + "\n"), answers, matches)
    ready, found = answers.getvalue().splitlines()
    assert (ready, json.loads(found)) == ("ready", [["epoch", 1, 1.0], ["loss", 1, 0.5]])
