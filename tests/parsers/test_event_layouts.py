"""Layouts of scalars: both encodings have one, a record of any other shape has none."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.scalar.summary_v2 import scalar_pb

from analyzer.parsers import _event_layouts
from analyzer.parsers._event_layouts import Layouts, layout_of, scalar_of
from analyzer.parsers._wire import BYTES, FIXED32, FIXED64, VARINT, Field, encode

TIME = encode(Field(1, FIXED64, 0, np.array(1.7e9, "<f8").tobytes()))
STEP = encode(Field(2, VARINT, 3, b""))
TAG = encode(Field(1, BYTES, 0, b"loss"))
BAD_TAG = encode(Field(1, BYTES, 0, b"\xff"))
NUMBER = encode(Field(2, FIXED32, 0, np.array(0.5, "<f4").tobytes()))


def summary_of(*fields: bytes) -> bytes:
    value = encode(Field(1, BYTES, 0, b"".join(fields)))
    return encode(Field(5, BYTES, 0, value))


SUMMARY = summary_of(TAG, NUMBER)
ODD = {
    "nothing": b"",
    "no time": STEP + SUMMARY,
    "a time that is a varint": encode(Field(1, VARINT, 5, b"")) + STEP + SUMMARY,
    "two times": TIME + TIME + STEP + SUMMARY,
    "two steps": TIME + STEP + STEP + SUMMARY,
    "a step of eight bytes": TIME + encode(Field(2, FIXED64, 0, bytes(8))) + SUMMARY,
    "two summaries": TIME + STEP + SUMMARY + SUMMARY,
    "an unknown field": TIME + STEP + SUMMARY + encode(Field(77, VARINT, 1, b"")),
    "no tag": TIME + STEP + summary_of(NUMBER),
    "a tag that is a number": TIME + STEP + summary_of(encode(Field(1, VARINT, 1, b"")), NUMBER),
    "a tag that is not UTF-8": TIME + STEP + summary_of(BAD_TAG, NUMBER),
    "no number": TIME + STEP + summary_of(TAG),
    "two numbers": TIME + STEP + summary_of(TAG, NUMBER, NUMBER),
    "a number of eight bytes": TIME
    + STEP
    + summary_of(TAG, encode(Field(2, FIXED64, 0, bytes(8)))),
}


def test_a_scalar_says_where_its_numbers_are() -> None:
    record = TIME + STEP + SUMMARY
    layout = layout_of(record)
    assert layout is not None
    assert (layout.tag, layout.plugin, layout.length) == ("loss", "", len(record))
    assert struct.unpack_from("<d", record, layout.time) == (1.7e9,)
    assert record[layout.step] == b"\3"
    assert struct.unpack_from("<f", record, layout.value) == (0.5,)


@pytest.mark.parametrize("record", ODD.values(), ids=ODD)
def test_a_record_of_another_shape_has_no_layout(record: bytes) -> None:
    assert layout_of(record) is None
    assert Layouts().find(record) is None


def event(summary: Summary, step: int, time: float = 1.7e9) -> bytes:
    return Event(wall_time=time, step=step, summary=summary).SerializeToString()


def simple(tag: str, number: float) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, simple_value=number)])


@pytest.mark.parametrize("encoding", [simple, scalar_pb])
def test_time_step_and_value_change_no_layout(encoding) -> None:  # type: ignore[no-untyped-def]
    layouts = Layouts()
    layout = layouts.find(event(encoding("loss", 0.5), 1))
    assert layout is not None
    assert layouts.find(event(encoding("loss", -7e30), 127, 3.0)) is layout


def test_a_tag_a_longer_step_and_an_encoding_are_layouts_of_their_own() -> None:
    layouts = Layouts()
    records = [
        event(simple("loss", 0.5), 1),
        event(simple("lass", 0.5), 1),
        event(simple("loss", 0.5), 128),
        event(simple("loss", 0.5), 0),
        event(scalar_pb("loss", 0.5), 1),
    ]
    found = [layouts.find(record) for record in records]
    assert None not in found
    assert len({id(layout) for layout in found}) == 5
    assert [layouts.find(record) for record in records] == found


def test_a_record_too_long_for_a_scalar_has_no_layout() -> None:
    record = event(simple("t" * _event_layouts.LONGEST, 0.5), 1)
    assert layout_of(record) is not None
    assert Layouts().find(record) is None


def test_layouts_are_limited_in_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_event_layouts, "_MOST", 2)
    layouts = Layouts()
    found = [layouts.find(event(simple(tag, 1), 1)) for tag in "abca"]
    assert found[2] is None
    assert found[0] is found[3] is not None


def test_lengths_that_never_were_scalars_are_no_longer_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_event_layouts, "_MOST_TRIALS", 2)
    layouts = Layouts()
    scalar = event(simple("abcd", 1), 1)
    for _ in range(2):
        assert layouts.find(b"\xff" * len(scalar)) is None
    assert layouts.find(scalar) is None
    assert layouts.find(event(simple("abcde", 1), 1)) is not None


@pytest.mark.parametrize("encoding", [simple, scalar_pb])
@pytest.mark.parametrize("step", [0, 1, 127, 128, 2**40, 2**63 - 1, -1, -(2**63)])
def test_the_numbers_of_a_record_are_those_of_the_event(encoding, step: int) -> None:  # type: ignore[no-untyped-def]
    record = event(encoding("loss", 0.1), step, time=1.7e9 + 0.25)
    layout = layout_of(record)
    assert layout is not None
    found = scalar_of(layout, record)
    assert (found.step, found.wall_time, found.value) == (step, 1.7e9 + 0.25, np.float32(0.1))
