"""Damage small logs of a parser at random and read them: ``python -m tests.fuzz PARSER``.

Anything but our own errors is a finding, and so are a hang and too much memory. Each finding is
saved with the seed that gives it again. ``--seconds`` bounds the time, ``--seed`` the numbers.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from analyzer.engine import diagnose
from analyzer.errors import AnalyzerError
from analyzer.model.run import RunSet
from analyzer.reading.failures import FAILED
from analyzer.reading.load import scan
from analyzer.report.terminal import render_terminal
from tests.hostile.formats import FORMATS

SLOWEST = 10  # seconds of the processor for one file of a few kilobytes
LONGEST = 120  # seconds on the clock: a file that waits for something takes no processor
MOST_MEMORY = 2 << 30  # bytes of the process
NUMBERS = (
    *(b"9" * 400, b"-1", b"1e308", b"-1e308", b"1e999", b"NaN", b"Infinity", b"-Infinity"),
    *(b"0", b"1e-320", b"9223372036854775808", b"18446744073709551616", b"0x10", b"1_0", b"2" * 30),
    *(b"null", b"true", b"[]", b"{}", b'""', b"[[[[", b'{"a":' * 30, b"\xff\xfe", b"\0", b"\n"),
    *(b'"', b",", b"\r", b"\x1b[31m", b"\xed\xa0\x80", "٣".encode(), "½".encode(), b"1e5", b"-0.0"),
)


class Finding(NamedTuple):
    """What went wrong, in a line that is the same for the same fault, and the seed of a file."""

    fault: str
    seed: int


class Slow(BaseException):
    """A file took longer than it may; no handler for exceptions must catch this."""


def mutated(data: bytes, draw: random.Random) -> bytes:
    """Return bytes with one to six random changes."""
    out = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 6))):
        draw.choice(CHANGES)(out, draw)
    return bytes(out)


def _place(out: bytearray, draw: random.Random) -> int:
    return draw.randrange(len(out) + 1)


def flip(out: bytearray, draw: random.Random) -> None:
    if out:
        out[draw.randrange(len(out))] ^= 1 << draw.randrange(8)


def overwrite(out: bytearray, draw: random.Random) -> None:
    at, size = _place(out, draw), draw.choice((1, 2, 4, 8, 64))
    kind = draw.choice((b"\0", b"\xff", b"\x7f", b"\x80", b"\x01"))
    out[at : at + size] = draw.choice((kind * size, draw.randbytes(size)))


def cut(out: bytearray, draw: random.Random) -> None:
    del out[_place(out, draw) :]


def remove(out: bytearray, draw: random.Random) -> None:
    at = _place(out, draw)
    del out[at : at + draw.choice((1, 2, 7, 40, 500))]


def repeat(out: bytearray, draw: random.Random) -> None:
    at, size = _place(out, draw), draw.choice((1, 8, 60, 600))
    out[at:at] = out[at : at + size] * draw.choice((1, 2, 20))


def move(out: bytearray, draw: random.Random) -> None:
    at, size = _place(out, draw), draw.choice((4, 30, 300))
    piece = bytes(out[at : at + size])
    del out[at : at + size]
    to = _place(out, draw)
    out[to:to] = piece


def insert(out: bytearray, draw: random.Random) -> None:
    at = _place(out, draw)
    out[at:at] = draw.choice(NUMBERS)


def replace_number(out: bytearray, draw: random.Random) -> None:
    """Put an extreme value in the place of a run of digits, as a text log has them."""
    at = _place(out, draw)
    while at < len(out) and not chr(out[at]).isdigit():
        at += 1
    end = at
    while end < len(out) and chr(out[end]) in "0123456789.eE+-":
        end += 1
    if end > at:
        out[at:end] = draw.choice(NUMBERS)


CHANGES: Sequence[Callable[[bytearray, random.Random], None]] = (
    *(flip, overwrite, cut, remove, repeat, move, insert, replace_number, replace_number),
)


def read(folder: Path) -> str:
    """Read and judge a folder as ``check`` and ``report`` do; return the fault, "" if none."""
    try:
        return _kept_fault(scan(folder))
    except AnalyzerError:
        return ""
    except Slow:
        return f"slow: {_last(sys.exc_info()[2])}"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:80]} at {_last(error.__traceback__)}"


def _kept_fault(found: RunSet) -> str:
    """Return the exception that a parser or a detector raised and that became an issue."""
    for issue in (*found.issues, *found.skipped):
        if issue.key == FAILED:
            return f"{issue.source}: {issue.values['error']}"
    for run in found:
        diagnosis = diagnose(run)
        for check in diagnosis.checks:
            if check.status == "error":
                return f"{check.detector}: {check.reason_values}"
        render_terminal(diagnosis, "en")
    return ""


def _last(trace: object) -> str:
    """Return the last place of our own in a traceback."""
    frames = [frame for frame in traceback.extract_tb(trace) if "analyzer" in frame.filename]  # type: ignore[arg-type]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def attempt(parser: str, seed: int, place: Path) -> str:
    """Write the log that a seed gives, read it, and return the fault."""
    draw = random.Random(seed)
    folder = place / str(seed)
    folder.mkdir(parents=True)
    try:
        path = draw.choice(FORMATS[parser])(folder)
        path.write_bytes(mutated(path.read_bytes(), draw))
        signal.setitimer(signal.ITIMER_PROF, SLOWEST)
        signal.alarm(LONGEST)
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            return read(folder)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        shutil.rmtree(folder, ignore_errors=True)


def fuzz(parser: str, seconds: float, seed: int = 0) -> tuple[int, list[Finding]]:
    """Try seeds one after the other; return how many, and the first seed of each fault."""
    findings: dict[str, Finding] = {}
    counts: Counter[str] = Counter()
    for number in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(number, _too_slow)
    before = _peak(reset=True)
    end = time.monotonic() + seconds
    tried = 0
    with tempfile.TemporaryDirectory() as place:
        while time.monotonic() < end:
            fault = attempt(parser, seed + tried, Path(place))
            if fault:
                counts[fault] += 1
                findings.setdefault(fault, Finding(fault, seed + tried))
            tried += 1
    memory = _peak()
    if memory > max(before, MOST_MEMORY):
        findings["memory"] = Finding(f"memory: {memory >> 20} MiB", seed)
    return tried, list(findings.values())


def _peak(*, reset: bool = False) -> int:
    """Return the most memory of this process in bytes, since the last reset where Linux has one."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    if reset:
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) << 10


def _too_slow(signum: int, frame: FrameType | None) -> None:
    raise Slow


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz one parser, or "all", and print what was found; 1 if there was anything."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("parser", choices=[*FORMATS, "all"])
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args(arguments)
    failed = False
    for parser in FORMATS if chosen.parser == "all" else [chosen.parser]:
        tried, findings = fuzz(parser, chosen.seconds, chosen.seed)
        print(f"{parser}: {tried} files, {len(findings)} findings", flush=True)
        for finding in findings:
            print(f"  seed {finding.seed}: {finding.fault}", flush=True)
        failed |= bool(findings)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
