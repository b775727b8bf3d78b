"""Read console output by the user's own expressions, one for each kind of line.

The named groups of an expression are the names of axes and metrics. A search that takes too long
is given up: an expression may backtrack for years on a single line. A timer interrupts it; where
there is none (Windows, a thread), the search is made in a process that can be ended.
"""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Iterable, Mapping, Sequence
from types import FrameType

import numpy as np

from analyzer.errors import ConfigError, ParseError
from analyzer.parsers._column import number
from analyzer.parsers._text_apart import Match, searcher, serve
from analyzer.parsers._text_names import named_axis
from analyzer.parsers._text_plan import EPOCH, STEP, VALUE, Cells, Key

SECONDS = 10.0  # for one chunk of a file, which usually takes a tenth of a second
_LONGEST_LINE = 2000  # characters; a longer line is read up to here
_REPEATED_REPEAT = re.compile(r"[+*}][)][+*{]")

Found = dict[Key, tuple[list[int], list[float]]]  # rows and values


def compiled(pattern: str) -> re.Pattern[str]:
    """Return the expression of a line.

    Raises ConfigError if it is not valid, names no axis or no metric, or repeats a repeat.
    """
    try:
        found = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ConfigError(f"text.lines: {pattern!r} is not a valid expression: {error}") from error
    roles = {_key(name).role for name in found.groupindex}
    if not roles & {EPOCH, STEP} or VALUE not in roles:
        raise ConfigError(
            f"text.lines: {pattern!r} must name an epoch or step and a metric,"
            r" e.g. 'ep (?P<epoch>\d+) L=(?P<train_loss>\S+)'"
        )
    if _REPEATED_REPEAT.search(pattern):
        raise ConfigError(
            f"text.lines: {pattern!r} repeats a group that ends in a repeat, which can take"
            " forever; repeat only one of them"
        )
    return found


def read_own(
    chunks: Iterable[bytes], patterns: Sequence[str], *, seconds: float = SECONDS
) -> Mapping[Key, Cells]:
    """Return the numbers of the lines that an expression fits, by column.

    Raises ParseError if a search takes too long.
    """
    own = [compiled(pattern) for pattern in patterns]
    found: Found = {}
    row = 0
    search = _with_timer if _has_timer() else _apart
    for chunk in chunks:
        text = chunk.decode(errors="replace")
        for pattern in own:
            try:
                _add(search(text, pattern, seconds), row, found)
            except TimeoutError as error:
                values = {"pattern": pattern.pattern[:100], "seconds": seconds}
                raise ParseError("text_pattern_slow", **values) from error
        row += text.count("\n") + 1
    return {key: _cells(rows, values) for key, (rows, values) in found.items()}


def _cells(rows: list[int], values: list[float]) -> Cells:
    order = np.argsort(np.array(rows, dtype=np.int64), kind="stable")
    return Cells(np.array(rows, dtype=np.int64)[order], np.array(values)[order])


def matches(text: str, pattern: re.Pattern[str]) -> list[Match]:
    """Return the numbers of the lines that an expression fits, in the order of the lines."""
    found = []
    for row, line in enumerate(text.split("\n")):
        match = pattern.search(line, 0, _LONGEST_LINE)
        if match is None:
            continue
        for name, written in match.groupdict().items():
            value = None if written is None else number(written.strip(" ,;%"))
            if value is not None:
                found.append(Match(name, row, value))
    return found


def _add(some: Iterable[Match], first: int, found: Found) -> None:
    """Add numbers to those of earlier chunks; ``first`` is the row of the first line."""
    for name, row, value in some:
        rows, values = found.setdefault(_key(name), ([], []))
        rows.append(first + row)
        values.append(value)


def _key(name: str) -> Key:
    """Return the column of a named group."""
    role, rank = named_axis(name)
    return Key(role or VALUE, name, rank=rank)


def _has_timer() -> bool:
    """Say whether a timer can interrupt a search: only in a main thread, and not on Windows."""
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and hasattr(signal, "setitimer")


def _apart(text: str, pattern: re.Pattern[str], seconds: float) -> list[Match]:
    """Return the matches of a text. Raises TimeoutError if that takes longer in another process.

    Where there can be none, nothing limits the search.
    """
    found = searcher(__name__).search(text, pattern, seconds)
    return matches(text, pattern) if found is None else found


def _with_timer(text: str, pattern: re.Pattern[str], seconds: float) -> list[Match]:
    """Return the matches of a text. Raises TimeoutError if that takes longer."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return matches(text, pattern)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


if __name__ == "__main__":
    serve(matches)
