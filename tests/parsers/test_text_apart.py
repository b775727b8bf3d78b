"""A search in a process of its own."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
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
    assert searcher.search("e1 nan\n", LINE, 60.0)
    assert searcher._process is not first
    searcher.stop()


def test_a_search_that_ends_its_process_is_given_up() -> None:
    searcher = Searcher("analyzer.parsers._text_own")
    broken: Any = SimpleNamespace(pattern="(", flags=0)
    with pytest.raises(TimeoutError):
        searcher.search("e1 0.5\n", broken, 60.0)
    assert searcher._process is None


def test_without_processes_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refused)
    assert Searcher("analyzer.parsers._text_own").search("e1 0.5\n", LINE, 1.0) is None


def test_requests_and_answers_are_lines() -> None:
    answers = io.StringIO()
    request = json.dumps(["é\ne1 0.5", LINE.pattern, LINE.flags, 60.0])
    answer(io.StringIO(request + "\n"), answers, matches)
    ready, found = answers.getvalue().splitlines()
    assert (ready, json.loads(found)) == ("ready", [["epoch", 1, 1.0], ["loss", 1, 0.5]])


INTERRUPTED = """
import os, re, signal, sys, threading, time
from analyzer.parsers._text_apart import searcher

own = searcher("analyzer.parsers._text_own")
slow = re.compile("(x+x+)+y (?P<epoch>.)")
search = threading.Thread(
    target=lambda: own.search("x" * 60, slow, 3600.0), daemon=sys.argv[1] == "daemon"
)
search.start()
while own._process is None:
    time.sleep(0.01)
print(own._process._process.pid, flush=True)
time.sleep(0.5)  # into the search
os.kill(os.getpid(), signal.SIGINT)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes of Linux")
@pytest.mark.parametrize("kind", ["daemon", "joined"])
def test_no_process_stays_behind_an_interrupt(kind: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, kind], capture_output=True, text=True, timeout=300
    )
    assert "KeyboardInterrupt" in done.stderr
    assert not is_running(int(done.stdout))


def is_running(pid: int) -> bool:
    """Say whether a process runs; one that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes of Linux")
def test_a_search_ends_by_itself_if_the_process_that_asks_is_killed() -> None:
    """The request allows a second; nobody reads the answer."""
    command = [sys.executable, "-m", "analyzer.parsers._text_own"]
    asked = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    request = json.dumps(["x" * 60, "(x+x+)+y", 0, 1.0])
    out, _ = asked.communicate(request + "\n", timeout=300)
    assert out == "ready\n"
    assert asked.returncode == 1
