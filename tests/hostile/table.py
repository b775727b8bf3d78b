"""Damage event files and CSV tables and ask each reader: ``python -m tests.hostile.table``.

Per kind of damage: the points that ours, TensorBoard, tbparse and pandas keep, and whether the loss
was reported (by an issue, a warning, a log line or an exception). A reader that is not installed is
named as such. The table is Markdown; docs/security.md has it.
"""

from __future__ import annotations

import io
import logging
import struct
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from tests.hostile.outcome import outcome
from tests.hostile.small import BOTH, LOGS, SINGLE, event_records, saved, table

HEAVY = 1 << 60  # bytes that a record claims


class Answer(NamedTuple):
    """What a reader made of a file: points that are right, points that are not, what it said."""

    right: int
    wrong: int
    is_told: bool


class Case(NamedTuple):
    """A damaged file: its kind, its name and its bytes, and the points that can be kept."""

    kind: str
    name: str
    data: bytes


def event_cases() -> Iterator[Case]:
    """Yield event files with each kind of damage at several places."""
    name, records = LOGS["events"].name, event_records()
    whole = b"".join(records)
    middle = len(b"".join(records[:9]))
    for at in (3, 9, 15):
        start = len(b"".join(records[:at]))
        yield Case("one bit of a payload", name, flipped(whole, start + 20))
        yield Case("one bit of a length", name, flipped(whole, start + 2))
        yield Case("one bit of a checksum", name, flipped(whole, start + 9))
        yield Case("garbage between records", name, whole[:start] + b"\x9c" * 37 + whole[start:])
        yield Case("a hole of zeros", name, whole[:start] + b"\0" * 512 + whole[start:])
        bomb = struct.pack("<Q", HEAVY) + b"\0" * 8
        yield Case("a length of 2^60 bytes", name, whole[:start] + bomb + whole[start:])
        zeroed = whole[:start] + b"\0" * len(records[at]) + whole[start + len(records[at]) :]
        yield Case("a record of zeros", name, zeroed)
    for cut in (1, 5, 13):
        yield Case("cut inside a record", name, whole[:-cut])
        yield Case("cut inside a record", name, whole[: middle + cut])


def table_cases() -> Iterator[Case]:
    """Yield CSV tables with each kind of damage."""
    text = table().decode()
    lines = text.splitlines()
    for at in (2, 6, 11):
        before, after = lines[:at], lines[at:]
        for kind, between in {
            "a line of text": ["Traceback (most recent call last):"],
            "the header again": [lines[0]],
            "an unclosed quote": [f'"{at}'],
            "NUL bytes": ["\0" * 40],
            "a row with a cell too many": [f"{at},1,2,3"],
        }.items():
            data = "\n".join([*before, *between, *after]) + "\n"
            yield Case(kind, "log.csv", data.encode())
    for cut in (1, 2, 3, 7):
        yield Case("cut inside the last row", "log.csv", text.rstrip("\n")[:-cut].encode())


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 8]) + data[at + 1 :]


def ours(folder: Path) -> tuple[Mapping[str, Sequence[float]], bool]:
    """Return the values that we read, and whether we said what was lost."""
    found = outcome(folder)
    return found.curves, bool(found.losses or found.notes)


def tensorboard(folder: Path) -> tuple[Mapping[str, Sequence[float]], bool]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    events.Reload()
    tags = events.Tags()["scalars"]
    return {tag: [point.value for point in events.Scalars(tag)] for tag in tags}, False


def tbparse(folder: Path) -> tuple[Mapping[str, Sequence[float]], bool]:
    from tbparse import SummaryReader

    frame = SummaryReader(str(folder)).scalars
    tags = () if frame.empty else frame["tag"].unique()
    return {tag: frame[frame["tag"] == tag]["value"].tolist() for tag in tags}, False


def pandas(folder: Path) -> tuple[Mapping[str, Sequence[float]], bool]:
    import pandas as pd

    frame = pd.read_csv(folder / "log.csv")
    numbers = {str(name): frame[name] for name in frame if frame[name].dtype.kind in "fi"}
    return {name: column.dropna().tolist() for name, column in numbers.items()}, False


Reader = Callable[[Path], tuple[Mapping[str, Sequence[float]], bool]]
READERS: dict[str, dict[str, Reader]] = {
    "event files": {"ours": ours, "TensorBoard": tensorboard, "tbparse": tbparse},
    "CSV": {"ours": ours, "pandas": pandas},
}


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """Catch what a reader prints, logs and warns of."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setLevel(logging.WARNING)
    roots = [logging.getLogger(), logging.getLogger("tensorboard")]
    for logger in roots:
        logger.addHandler(handler)
    try:
        with (
            warnings.catch_warnings(record=True) as warned,
            redirect_stderr(heard),
            redirect_stdout(heard),
        ):
            warnings.simplefilter("always", UserWarning)
            yield heard
        heard.write("".join(str(warning.message) for warning in warned))
    finally:
        for logger in roots:
            logger.removeHandler(handler)


def asked(reader: Reader, case: Case, truth: Mapping[str, Sequence[float]]) -> Answer | None:
    """Return what a reader makes of a case, None if it is not installed."""
    with tempfile.TemporaryDirectory() as place, listening() as heard:
        folder = saved(Path(place), LOGS["csv"]._replace(name=case.name), case.data)
        try:
            curves, is_told = reader(folder)
        except ImportError:
            return None
        except Exception as error:  # a reader that fails says so
            heard.write(f"{type(error).__name__}: {error}")
            curves, is_told = {}, True
    right = wrong = 0
    for tag, values in truth.items():
        left = list(values)
        for value in curves.get(tag, ()):
            if value in left:
                left.remove(value)
                right += 1
            else:
                wrong += 1
    return Answer(right, wrong, is_told or bool(heard.getvalue().strip()))


def rows_of(
    cases: Sequence[Case], readers: Mapping[str, Reader], truth: Mapping[str, Sequence[float]]
) -> Iterator[str]:
    """Yield the rows of a Markdown table, one for each kind of damage."""
    every = sum(map(len, truth.values()))
    yield "| damage | files | " + " | ".join(readers) + " |"
    yield "|---" * (2 + len(readers)) + "|"
    for kind in dict.fromkeys(case.kind for case in cases):
        same = [case for case in cases if case.kind == kind]
        cells = [cell(reader, same, truth) for reader in readers.values()]
        yield f"| {kind} | {len(same)} x {every} | " + " | ".join(cells) + " |"


def cell(reader: Reader, cases: Sequence[Case], truth: Mapping[str, Sequence[float]]) -> str:
    """Return what a reader keeps of all files of a kind, and how often it says what was lost."""
    answers = [asked(reader, case, truth) for case in cases]
    known = [answer for answer in answers if answer is not None]
    if not known:
        return "not installed"
    right, wrong = (sum(part) for part in zip(*[answer[:2] for answer in known], strict=True))
    told = sum(answer.is_told for answer in known)
    made_up = f", {wrong} wrong" if wrong else ""
    return f"{right}{made_up}; told {told} of {len(known)}"


def main() -> int:
    """Print the tables."""
    logging.disable(logging.NOTSET)
    for title, cases, truth in (
        ("event files", list(event_cases()), SINGLE),
        ("CSV", list(table_cases()), BOTH),
    ):
        print(f"\n{title}: {len(cases)} damaged files\n")
        for row in rows_of(cases, READERS[title], truth):
            print(row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
