"""Search for the user's expressions in a process of its own, which can be ended.

A search of Python's ``re`` lets no other thread run and hears only signals of a timer, which
Windows and the threads of any system lack. The process is asked in lines of JSON, stays for the
next search and ends with the one that started it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import IO, Any, NamedTuple

_START = 60.0  # seconds in which the process must have loaded the package


class Match(NamedTuple):
    """A number that a line has under the name of a group of an expression."""

    name: str
    row: int
    value: float


class Searcher:
    """The process, started with the first search; threads use it in turn.

    ``module`` is the module that, run as a program, calls ``answer``.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._turn = Lock()
        self._process: _Process | None = None

    def search(self, text: str, pattern: re.Pattern[str], seconds: float) -> list[Match] | None:
        """Return the matches of a text, None if no process is available or it has died.

        Raises TimeoutError if the search takes longer than so many seconds.
        """
        with self._turn:
            try:
                if self._process is None:
                    self._process = _Process(self._module)
                return self._process.search(text, pattern, seconds)
            except TimeoutError:
                self._end()
                raise
            except OSError:
                self._end()
                return None
            except BaseException:  # an interrupt: the answer that is still to come is of no use
                self._end()
                raise

    def stop(self) -> None:
        """End the process; another search starts a new one."""
        with self._turn:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.stop()


@cache
def searcher(module: str) -> Searcher:
    """Return the only one of this process: to start a Python takes longer than most searches."""
    return Searcher(module)


class _Process:
    def __init__(self, module: str) -> None:
        """Start it. Raises OSError if that fails."""
        self._process = subprocess.Popen(  # noqa: S603 - Python itself, without a shell
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
        )
        self._answers: SimpleQueue[str] = SimpleQueue()
        self._reader = Thread(target=self._pass_on, daemon=True)
        self._reader.start()
        try:
            self._next(_START)
        except OSError:
            self.stop()
            raise OSError("no answer") from None

    def search(self, text: str, pattern: re.Pattern[str], seconds: float) -> list[Match]:
        """Return the matches of a text. Raises TimeoutError, or OSError if the process died."""
        requests: Any = self._process.stdin
        requests.write(json.dumps([text, pattern.pattern, pattern.flags]) + "\n")
        requests.flush()
        return [Match(*match) for match in json.loads(self._next(seconds))]

    def stop(self) -> None:
        """Kill it and close the pipes."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):  # what it had to write has nobody to read it
                    stream.close()

    def _pass_on(self) -> None:
        """Let answers wait; an empty one stands for the end."""
        stream: Any = self._process.stdout
        for line in stream:
            self._answers.put(line)
        self._answers.put("")

    def _next(self, seconds: float) -> str:
        try:
            answer = self._answers.get(timeout=seconds)
        except Empty as error:
            raise TimeoutError from error
        if not answer:
            raise OSError("the process has died")
        return answer


def answer(
    requests: IO[str], answers: IO[str], search: Callable[[str, re.Pattern[str]], list[Match]]
) -> None:
    """Answer requests until there are no more, after a first line that nobody asked for."""
    answers.write("ready\n")
    answers.flush()
    for line in requests:
        text, pattern, flags = json.loads(line)
        answers.write(json.dumps(search(text, re.compile(pattern, flags))) + "\n")
        answers.flush()
