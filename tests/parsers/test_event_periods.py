"""Tables of records that repeat: rows up to the first that differs or whose checksum is wrong."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary

from analyzer.parsers._event_layouts import layout_of
from analyzer.parsers._event_periods import Bytes, Columns, Period
from analyzer.parsers._tfrecord import frame

TAGS = {"loss": 0, "val/accuracy": 100}  # the step of each in the first row
ROWS = 20


def row(number: int) -> bytes:
    """Return the records of a step; the step of one tag has two bytes where that of both may."""
    records = []
    for tag, first in TAGS.items():
        value = Summary.Value(tag=tag, simple_value=number / 4)
        step = 1 + number + 2 * first
        event = Event(wall_time=1.7e9 + number, step=step, summary=Summary(value=[value]))
        records.append(frame(event.SerializeToString()))
    return b"".join(records)


def period() -> Period:
    first = row(0)
    layouts, at = [], 0
    while at < len(first):
        length = int.from_bytes(first[at : at + 8], "little")
        layout = layout_of(first[at + 12 : at + 12 + length])
        assert layout is not None
        layouts.append(layout)
        at += length + 16
    return Period(layouts, first)


def table() -> Bytes:
    data = b"".join(map(row, range(ROWS)))
    return np.frombuffer(data, np.uint8).reshape(ROWS, -1).copy()


def check(columns: Columns, rows: int) -> None:
    """Check that the first rows were read, and no others."""
    assert [layout.tag for layout in columns.layouts] == list(TAGS)
    assert columns.record == range(0, 2 * rows, 2)
    number = np.arange(rows)
    assert columns.step.tolist() == [[*(1 + number)], [*(201 + number)]]
    assert columns.wall_time.tolist() == [[*(1.7e9 + number)]] * 2
    assert columns.value.tolist() == [[*(number / 4)]] * 2


def test_all_rows_are_read() -> None:
    check(period().read(table()), ROWS)


@pytest.mark.parametrize("place", range(len(row(0))))
def test_a_change_of_any_byte_ends_the_table_before_its_row(place: int) -> None:
    rows = table()
    rows[7, place] ^= 0x21
    check(period().read(rows), 7)


def test_a_first_row_that_is_damaged_gives_nothing() -> None:
    rows = table()
    rows[0, 25] ^= 1  # of the time: only the checksum can tell
    assert period().read(rows).step.shape == (2, 0)


def test_a_period_is_recognised_by_what_its_records_share() -> None:
    data = row(0) + row(9)
    found = period()
    assert found.matches(data, 0)
    assert found.matches(data, found.size)
    assert not found.matches(data, 1)
    assert not found.matches(data, len(data) - 3)
    assert not found.matches(data[:-1], found.size)
    assert not found.matches(data[:30] + b"\xff" + data[31:], 0)
