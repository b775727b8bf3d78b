"""Laws of damage: a prefix, one bad record, the order of files, a bad neighbour.

- A longer prefix of a file never gives fewer points.
- One damaged record costs at most that record.
- The order in which files were created and are listed does not matter.
- A bad run changes no byte of what is written about another.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.hostile.effort import IS_LONG, examples
from tests.hostile.formats import FORMATS
from tests.hostile.outcome import Outcome, is_within, missing, outcome
from tests.hostile.small import LOGS, event_records, saved, wandb_records

WRITERS = {
    f"{parser} {number}": writer
    for parser, writers in FORMATS.items()
    for number, writer in enumerate(writers)
}
Writer = Callable[[Path], Path]


def sizes(found: Outcome) -> dict[str, int]:
    return {tag: len(values) for tag, values in found.curves.items()}


@pytest.mark.parametrize("name", WRITERS)
def test_a_longer_prefix_never_gives_fewer_points(name: str, tmp_path: Path) -> None:
    path = WRITERS[name](tmp_path)
    data = path.read_bytes()
    stride = max(1, len(data) // (1000 if IS_LONG else 40))
    before, length_before = Outcome({}, (), ()), 0
    for length in [*range(1, len(data), stride), len(data)]:
        path.write_bytes(data[:length])
        found = outcome(tmp_path)
        for tag, values in before.curves.items():
            place = (tag, length_before, length)
            assert len(found.curves.get(tag, [])) >= len(values), place
            assert is_within(values, found.curves[tag]), place
        before, length_before = found, length


class Records(NamedTuple):
    """A log as its records: where each begins and ends in the file, and how many points it has."""

    path: Path
    data: bytes
    spans: list[tuple[int, int]]
    most: int


def by_line(path: Path, most: int, head: int = 1) -> Records:
    """Split a text by its lines, without those of the head and without the ends of the lines."""
    data = path.read_bytes()
    spans, start = [], 0
    for line in data.splitlines(keepends=True):
        spans.append((start, start + len(line.rstrip(b"\r\n"))))
        start += len(line)
    return Records(path, data, spans[head:], most)


def framed(path: Path, records: list[bytes], head: int, most: int) -> Records:
    """Split a binary log that is a head and framed records one behind another."""
    spans, start = [], head
    for record in records:
        spans.append((start, start + len(record)))
        start += len(record)
    return Records(path, path.read_bytes(), spans, most)


def events(folder: Path) -> Records:
    path = saved(folder, LOGS["events"]) / LOGS["events"].name
    return framed(path, event_records(), 0, 1)


def wandb(folder: Path) -> Records:
    path = saved(folder, LOGS["wandb"]) / LOGS["wandb"].name
    return framed(path, [b"\0" * 7 + record for record in wandb_records()], 7, 2)


def lines_of(writer: Writer, most: int, head: int = 1) -> Callable[[Path], Records]:
    return lambda folder: by_line(writer(folder), most, head)


def first(parser: str, number: int = 0) -> Writer:
    return FORMATS[parser][number]


RECORDS: dict[str, Callable[[Path], Records]] = {
    "events": events,
    "wandb": wandb,
    "csv": lines_of(first("csv_table"), 2),
    "csv quoted": lines_of(first("csv_table", 1), 2),
    "tsv": lines_of(first("csv_table", 2), 2),
    "semicolons": lines_of(first("csv_table", 3), 2),
    "blanks": lines_of(first("csv_table", 4), 2, 2),
    "jsonl": lines_of(first("json_lines"), 2, 0),
    "console": lines_of(first("text_log"), 2),
    "card": lines_of(first("markdown_table"), 2, 4),
    "clearml": lines_of(first("clearml_offline"), 5, 0),
    "comet": lines_of(first("comet_offline", 1), 1, 0),
    "catboost": lines_of(first("catboost_info"), 1),
    "dvclive": lines_of(first("dvclive"), 1),
    "mlflow": lines_of(first("mlflow_files"), 1, 0),
    "tensorboard csv": lines_of(first("tensorboard_download"), 1),
}
FREE = ("console", "blanks", "card")  # where any other line may stand between two rows
TEXT_GARBAGE = st.one_of(
    st.binary(min_size=1, max_size=40).map(
        lambda data: data.translate(None, b"\r\n\f\v\x1c\x1d\x1e")
    ),
    st.sampled_from(
        [
            *(b"", b"Traceback (most recent call last):", b"W0101 warning: lr is 3", b"# name: x"),
            *(b'"', b"'", b"{", b"[1, 2", b"\0" * 20, b"\xff\xfe", b"\x01", b"9" * 400),
            *(b"nan,nan,nan", b"loss: 3", b"a,b,c"),
        ]
    ),
)


def damaged(records: Records, which: int, garbage: bytes, is_binary: bool) -> bytes:
    """Return a log with one record replaced; a binary one keeps its length."""
    start, end = records.spans[which]
    if is_binary:
        cut = min(len(garbage), end - start)
        return records.data[:start] + garbage[:cut] + records.data[start + cut :]
    return records.data[:start] + garbage + records.data[end:]


@pytest.mark.parametrize("name", RECORDS)
@settings(max_examples=examples(25))
@given(chance=st.floats(0, 1, exclude_max=True), garbage=TEXT_GARBAGE)
@example(chance=0.0, garbage=b"\x01\t")
def test_one_damaged_record_costs_at_most_that_record(
    name: str, chance: float, garbage: bytes
) -> None:
    with tempfile.TemporaryDirectory() as place:
        records = RECORDS[name](Path(place))
        truth = outcome(Path(place))
        which = int(chance * len(records.spans))
        data = damaged(records, which, garbage, name in ("events", "wandb"))
        records.path.write_bytes(data)
        found = outcome(Path(place))
        lost = missing(found, truth.curves)
        assert lost <= records.most, (which, garbage, found)
        told = found.losses or found.notes or name in FREE or is_blank(garbage)
        assert told or not lost, (which, garbage, found)


def is_blank(garbage: bytes) -> bool:
    """Say whether nothing was left of a record, or a comment, so that nobody could see it."""
    garbage = garbage.removeprefix(b"\xef\xbb\xbf")  # the mark of UTF-8
    return not garbage.strip(b" \t\0\x85\xa0,;|-") or garbage.startswith(b"#")
