"""Search for the user's expressions in a process of its own, which can be ended.

A search of Python's ``re`` lets no other thread run and hears only signals of a timer, which
Windows and the threads of any system lack. The process is asked in lines of JSON, stays for the
next search and ends with the one that started it: it is killed at the exit, sees the end of its
requests, and in the middle of a search, when it could see nothing, its own watchdog ends it.
"""

from __future__ import annotations

import atexit
import faulthandler
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from queue import Empty, SimpleQueue
from threading import Lock, Thread, main_thread
from time import monotonic
from typing import IO, Any, NamedTuple

_START = 60.0  # seconds in which the process must have loaded the package
_LOOK = 0.2  # seconds between two looks at whether this process is ending
_GRACE = 5.0  # seconds after which a search that nobody waits for ends by itself
_TRIES = 2


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
        """Return the matches of a text, None if no process can be started.

        Raises TimeoutError if the search takes longer than so many seconds, or ends the process
        twice.
        """
        with self._turn:
            for _ in range(_TRIES):
                try:
                    if self._process is None:
                        self._process = _Process(self._module)
                except OSError:
                    return None
                try:
                    return self._process.search(text, pattern, seconds)
                except TimeoutError:
                    self._end()
                    raise
                except OSError:  # killed by somebody else: the search itself may be harmless
                    self._end()
                except BaseException:  # an interrupt: the answer to come is of no use
                    self._end()
                    raise
            raise TimeoutError

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
        atexit.register(self._process.terminate)
        self._answers: SimpleQueue[str] = SimpleQueue()
        self._reader = Thread(target=self._pass_on, daemon=True)
        self._reader.start()
        try:
            self._next(_START)
        except BaseException as error:  # an interrupt, too: nobody else knows of the process
            self.stop()
            if isinstance(error, OSError):
                raise OSError("no answer") from None
            raise

    def search(self, text: str, pattern: re.Pattern[str], seconds: float) -> list[Match]:
        """Return the matches of a text. Raises TimeoutError, or OSError if the process died."""
        requests: Any = self._process.stdin
        request = [text, pattern.pattern, pattern.flags, seconds + _GRACE]
        requests.write(json.dumps(request) + "\n")
        requests.flush()
        return [Match(*match) for match in json.loads(self._next(seconds))]

    def stop(self) -> None:
        """Kill it and close the pipes."""
        atexit.unregister(self._process.terminate)
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
        """Return the next answer. Raises TimeoutError without one, or if this process is ending."""
        end = monotonic() + seconds
        while True:
            left = end - monotonic()
            try:
                answer = self._answers.get(timeout=max(min(left, _LOOK), 0.0))
            except Empty as error:
                if left <= 0 or not main_thread().is_alive():
                    raise TimeoutError from error
            else:
                if not answer:
                    raise OSError("the process has died")
                return answer


def answer(
    requests: IO[str], answers: IO[str], search: Callable[[str, re.Pattern[str]], list[Match]]
) -> None:
    """Answer requests until there are no more, after a first line that nobody asked for.

    The watchdog needs no lock of Python, so a search cannot hold it up.
    """
    answers.write("ready\n")
    answers.flush()
    for line in requests:
        text, pattern, flags, seconds = json.loads(line)
        faulthandler.dump_traceback_later(seconds, exit=True)
        found = search(text, re.compile(pattern, flags))
        faulthandler.cancel_dump_traceback_later()
        answers.write(json.dumps(found) + "\n")
        answers.flush()


def serve(search: Callable[[str, re.Pattern[str]], list[Match]]) -> None:
    """Answer requests from standard input; Ctrl-C is for the process that asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answer(sys.stdin, sys.stdout, search)
