"""Read console output by the user's own expressions, one for each kind of line.

The named groups of an expression are the names of axes and metrics. A search that takes too long
is given up: an expression may backtrack for years on a single line.
"""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

import numpy as np

from analyzer.errors import ConfigError, ParseError
from analyzer.parsers._column import number
from analyzer.parsers._text_names import named_axis
from analyzer.parsers._text_plan import EPOCH, STEP, VALUE
from analyzer.parsers._text_scan import Cells, Key

SECONDS = 10.0  # for one chunk of a file, which usually takes a tenth of a second
_LONGEST_LINE = 2000  # characters; a longer line is read up to here
_REPEATED_REPEAT = re.compile(r"[+*}][)][+*{]")


class _Slow(Exception):
    """A search was interrupted."""


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
    found: dict[Key, tuple[list[int], list[float]]] = {}
    row = 0
    for chunk in chunks:
        lines = chunk.decode(errors="replace").split("\n")
        for pattern in own:
            try:
                with _limit(seconds):
                    _add(lines, row, pattern, found)
            except _Slow as error:
                values = {"pattern": pattern.pattern[:100], "seconds": seconds}
                raise ParseError("text_pattern_slow", **values) from error
        row += len(lines)
    return {key: _cells(rows, values) for key, (rows, values) in found.items()}


def _cells(rows: list[int], values: list[float]) -> Cells:
    order = np.argsort(np.array(rows, dtype=np.int64), kind="stable")
    return Cells(np.array(rows, dtype=np.int64)[order], np.array(values)[order])


def _add(
    lines: Sequence[str],
    first: int,
    pattern: re.Pattern[str],
    found: dict[Key, tuple[list[int], list[float]]],
) -> None:
    """Add the numbers of the lines that one expression fits."""
    for row, line in enumerate(lines, first):
        match = pattern.search(line, 0, _LONGEST_LINE)
        if match is None:
            continue
        for name, text in match.groupdict().items():
            value = None if text is None else number(text.strip(" ,;%"))
            if value is not None:
                rows, values = found.setdefault(_key(name), ([], []))
                rows.append(row)
                values.append(value)


def _key(name: str) -> Key:
    """Return the column of a named group."""
    role, rank = named_axis(name)
    return Key(role or VALUE, name, rank=rank)


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer; outside a main thread nothing can be interrupted."""
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _Slow

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
