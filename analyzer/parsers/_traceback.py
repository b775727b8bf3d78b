"""The exception in which console output ends: the last line of a Python traceback, if it is there.

Plain tracebacks, those that rich draws in a box, and those with a prefix on each line, as torchrun
and srun print the output of several processes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers._base import LogFile
from analyzer.parsers._text_controls import is_binary
from analyzer.parsers._text_lines import REDRAWN, cleaned
from analyzer.safe import secrets
from analyzer.safe.names import printable, without_end

CONSOLE_ENDS = re.compile(r"(?:|\.log|\.txt|\.out|\.err|\.[oe]\d+)", re.I)  # of console output
_TAIL = 1 << 16  # bytes at the end of a log
START = "Traceback (most recent call last)"
_EXCEPTION = re.compile(r"((?:\w+\.)*[A-Z]\w*)(?::(?: +(.*))?)?")
_LONGEST_PREFIX = 40  # characters before the traceback, on each of its lines
_LONGEST = 160  # characters of the line that are shown
_MOST_AFTER = 20  # lines: with more, the process went on
_TRACKER = "wandb:"  # its closing lines follow the traceback
_NO_VALUES = re.compile(r"\d\d:\d\d:\d\d[.,]\d+|\d+(?:\.\d+){2,}")  # clock times and versions
_VALUE = re.compile(  # of a point, or it may be
    r"\d[.,]\d|\d[eE][+-]\d|\bnan\b|(?:loss|acc|accuracy|p\xe9rdida|perdida)\W{1,3}\d", re.I
)
# what a launcher raises because a process of its own failed; the traceback before says why
_OF_LAUNCHERS = ("ChildFailedError", "ProcessRaisedException", "CalledProcessError")


class Ended(NamedTuple):
    """The exception in which a log ends, "" if in none, and the text that follows it."""

    exception: str = ""
    after: bytes = b""


def last_exception(file: LogFile) -> Ended:
    """Return the exception in which a text ends: "KeyError: 'val'", without paths and secrets."""
    with file.open() as handle:
        handle.seek(max(0, file.length - _TAIL))
        tail = handle.read(_TAIL)
    if is_binary(tail):
        return Ended()
    text = cleaned(tail).replace(REDRAWN, b"").decode("utf-8", "replace")
    if START not in text:
        return Ended()
    lines = text.splitlines()
    found = list(_exceptions(lines))
    if not found:
        return Ended()
    after = [line for line in lines[found[-1][0] + 1 :] if not line.startswith(_TRACKER)]
    if sum(bool(line.strip()) for line in after) > _MOST_AFTER:
        return Ended()
    causes = [said for _, said in found if not said.split(":")[0].endswith(_OF_LAUNCHERS)]
    said = causes[-1] if causes else found[-1][1]
    shown = without_end(printable(secrets.text(said)), _LONGEST)
    return Ended(shown, "\n".join(after).encode())


def exception_alone(file: LogFile, has_points: Callable[[bytes], bool] | None = None) -> str:
    """Return the exception in which console output ends without a number around it, else "".

    So it was raised before the first point. Whole numbers, clock times and versions are none,
    unless ``has_points`` says that the text around has points.
    """
    is_console = CONSOLE_ENDS.fullmatch(file.suffix) is not None and file.length <= _TAIL
    if not is_console or START.encode() not in file.head:
        return ""
    with file.open() as handle:
        lines = cleaned(handle.read(_TAIL)).decode("utf-8", "replace").splitlines()
    around = "\n".join(_outside(lines))
    is_logged = has_points is not None and has_points(around.encode())
    if is_logged or _VALUE.search(_NO_VALUES.sub("", around)):
        return ""
    return last_exception(file).exception


def _outside(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines that are in no traceback."""
    ends = {at for at, _ in _exceptions(lines)}
    is_inside = False
    for at, line in enumerate(lines):
        is_inside = is_inside or START in line
        if not is_inside:
            yield line
        is_inside = is_inside and at not in ends


def _exceptions(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the place of the last line of each traceback, and what it says."""
    prefix: str | None = None  # of the traceback that is open
    for at, line in enumerate(lines):
        start = line.find(START)
        if start >= 0:
            before = line[:start]
            is_prefix = len(before) <= _LONGEST_PREFIX and before.isascii()
            prefix = before if is_prefix else ""
        elif prefix is not None:
            match = _EXCEPTION.fullmatch(line.removeprefix(prefix).rstrip())
            if match is not None:
                yield at, f"{match[1]}: {match[2]}" if match[2] else match[1]
                prefix = None


def with_exception(run: Run, source: str, exception: str) -> Run:
    """Return a run whose log ended in an exception."""
    issue = LogIssue("info", source, "ends_in_traceback", values={"exception": exception})
    meta = replace(run.meta, exception=exception)
    return replace(run, meta=meta, issues=(*run.issues, issue))
