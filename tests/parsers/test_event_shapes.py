"""Scalars of many tags: read together as the protobuf reader reads each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.plugins.scalar.summary_v2 import scalar_pb

from analyzer.parsers._event import decode_event, scalar
from analyzer.parsers._event_shapes import Shapes, read_shapes
from analyzer.parsers._tfrecord import FOOTER, HEADER, frame


def simple(tag: str, number: float) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, simple_value=number)])


def histogram(tag: str, number: float) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, histo=HistogramProto(num=number))])


def read(payloads: list[bytes], broken: int | None = None) -> Shapes:
    """Read whole records, one of them with a wrong byte in its payload."""
    lengths = np.array([len(payload) for payload in payloads], dtype=np.int64)
    ends = np.cumsum(lengths + HEADER.size + FOOTER.size)
    start = ends - lengths - FOOTER.size
    data = bytearray(b"".join(map(frame, payloads)))
    if broken is not None:
        data[start[broken] + lengths[broken] - 1] ^= 1
    return read_shapes(bytes(data), start, lengths, np.arange(len(payloads)))


def event(summary: Summary, step: int, time: float) -> bytes:
    return Event(wall_time=time, step=step, summary=summary).SerializeToString()


def points(shapes: Shapes) -> dict[int, tuple[str, int, float, float]]:
    """Return the tag, the step, the time and the value of each record that was read."""
    found = {}
    for mixed in shapes.mixed:
        columns = (mixed.record, mixed.step, mixed.wall_time, mixed.value)
        for tag, number, step, time, value in zip(
            mixed.tags, *(column.tolist() for column in columns), strict=True
        ):
            found[number] = (tag, step, time, value)
    return found


tags = st.one_of(st.text("ab", min_size=3, max_size=4), st.text(max_size=4))
scalars = st.lists(
    st.tuples(
        st.sampled_from([simple, simple, scalar_pb, histogram]),
        tags,
        st.one_of(st.integers(0, 300), st.integers(-(2**63), 2**63 - 1)),
        st.floats(width=32, allow_nan=False),
    ),
    max_size=80,
)


@given(scalars)
@settings(max_examples=50, deadline=None)
def test_each_record_is_read_as_protobuf_reads_it(made: list) -> None:  # type: ignore[type-arg]
    payloads = [
        event(kind(tag, number), step, place / 7)
        for place, (kind, tag, step, number) in enumerate(made)
    ]
    shapes = read(payloads)
    found = points(shapes)
    assert shapes.wrong is None
    assert sorted([*found, *shapes.rest.tolist()]) == list(range(len(payloads)))
    for number, point in found.items():
        expected = decode_event(payloads[number]).event
        (value,) = expected.summary.value
        assert point[:3] == (value.tag, expected.step, expected.wall_time)
        plugin = value.metadata.plugin_data.plugin_name
        assert point[3] == scalar(value, plugin)


def of_many_tags(count: int) -> list[bytes]:
    return [event(simple(f"layer_{at:03}", at / 3), 5, 1.7e9 + at) for at in range(count)]


def test_all_scalars_of_one_shape_are_read_together() -> None:
    shapes = read(of_many_tags(300))
    (mixed,) = shapes.mixed
    assert len(mixed.tags) == 300
    assert not len(shapes.rest)


@pytest.mark.parametrize("broken", [0, 120, 299])
def test_a_wrong_checksum_is_told(broken: int) -> None:
    assert read(of_many_tags(300), broken).wrong == broken


def test_a_tag_that_is_not_utf_8_is_left_to_the_reader_of_single_records() -> None:
    payloads = [payload.replace(b"layer", b"l\xe4yer") for payload in of_many_tags(20)]
    assert len(read(payloads).rest) == 20


def test_few_records_are_left() -> None:
    assert read(of_many_tags(7)).rest.tolist() == list(range(7))
    assert read([]).rest.tolist() == []
