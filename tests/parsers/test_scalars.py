"""Scalars by column: the same points, in the same order, as from one message at a time."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.plugins.text.summary_v2 import text_pb

from analyzer.parsers import _event_file, _tfrecord
from analyzer.parsers._event_file import EventLog
from analyzer.parsers._scalars import scalars_of
from analyzer.parsers._tfrecord import Block, Record, frame
from analyzer.parsers._wire import BYTES, FIXED32, FIXED64, VARINT, Field, encode

SHARED = Path(__file__).parents[3] / "shared" / "wild" / "tensorboard"
SAMPLES = sorted((Path(__file__).parents[2] / "sample_logs").glob("*/**/*tfevents*"))
WILD = sorted(SHARED.rglob("*tfevents*")) if SHARED.is_dir() else []


def simple(tag: str, number: float) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, simple_value=number)])


def tensor(tag: str, number: float, plugin: str = "scalars") -> Summary:
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name=plugin))
    value = TensorProto(dtype=1, float_val=[number])
    return Summary(value=[Summary.Value(tag=tag, tensor=value, metadata=metadata)])


def bare_tensor(tag: str, number: float) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, tensor=TensorProto(dtype=1, float_val=[number]))])


def histogram(tag: str, number: float) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, histo=HistogramProto(num=number))])


def two(tag: str, number: float) -> Summary:
    return Summary(value=[Summary.Value(tag=name, simple_value=number) for name in (tag, "other")])


def double(tag: str, number: float) -> Summary:
    value = TensorProto(dtype=2, double_val=[number])
    metadata = scalar_pb(tag, 1.0).value[0].metadata
    return Summary(value=[Summary.Value(tag=tag, tensor=value, metadata=metadata)])


def text(tag: str, number: float) -> Summary:
    return tensor(tag, number, "text")


KINDS = [
    simple,
    tensor,
    text,
    bare_tensor,
    histogram,
    two,
    double,
    scalar_pb,
    lambda tag, number: text_pb(tag, str(number)),
]


class Log(EventLog):
    """A log without a file."""

    def __init__(self) -> None:
        super().__init__(None, "")  # type: ignore[arg-type]


def one_by_one(data: bytes) -> Log:
    log = Log()
    for item in _tfrecord.records(io.BytesIO(data), len(data)):
        assert isinstance(item, Record)
        assert not _event_file._take_record(item, log)
    return log


def by_column(data: bytes) -> Log:
    log = Log()
    for item in _tfrecord.blocks(io.BytesIO(data), len(data)):
        records = _event_file._take_scalars(item, log) if isinstance(item, Block) else [item]
        for record in records:
            assert not _event_file._take_record(record, log)
    return log


def check(data: bytes) -> None:
    slow, fast = one_by_one(data), by_column(data)
    assert list(fast.tags()) == list(slow.tags())
    for tag, arrays in slow.tags().items():
        for ours, theirs in zip(fast.tags()[tag], arrays, strict=True):
            assert ours.dtype == theirs.dtype
            np.testing.assert_array_equal(ours, theirs)
    assert (fast.start, fast.points, fast.passed_over) == (
        slow.start,
        slow.points,
        slow.passed_over,
    )


events = st.lists(
    st.tuples(
        st.sampled_from(range(len(KINDS))),
        st.sampled_from(["loss", "lass", "val/loss", "a" * 130, "é"]),
        st.one_of(st.integers(0, 300), st.integers(-(2**63), 2**63 - 1)),
        st.floats(width=32),
    ),
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(events)
def test_any_mixture_gives_the_same_points(made: list[tuple[int, str, int, float]]) -> None:
    payloads = [
        Event(wall_time=1.7e9 + at, step=step, summary=KINDS[kind](tag, number)).SerializeToString()
        for at, (kind, tag, step, number) in enumerate(made)
    ]
    check(b"".join(map(frame, payloads)))


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_a_long_log_of_one_kind_gives_the_same_points(kind: int) -> None:
    payloads = [
        Event(
            wall_time=1.7e9 + at,
            step=at // 2,
            summary=KINDS[kind](("loss", "acc")[at % 2], 1 / (1 + at)),
        ).SerializeToString()
        for at in range(3000)
    ]
    check(b"".join(map(frame, payloads)))


def test_scalars_of_both_encodings_are_read_by_the_column() -> None:
    for kind in (simple, tensor):
        payloads = [
            Event(wall_time=at, step=at, summary=kind("loss", at)).SerializeToString()
            for at in range(1, 500)
        ]
        found = scalars_of(whole(payloads))
        assert not found.rest
        values = np.concatenate([scalars.value for scalars in found.columns])
        assert sorted(values.tolist()) == list(range(1, 500))


@pytest.mark.parametrize("first", [-5000, 1, 120, 16_000, 2**31, 2**62])
def test_steps_of_any_length_are_read_by_the_column(first: int) -> None:
    steps = range(first, first + 300)
    found = scalars_of(
        whole(
            [
                Event(wall_time=1, step=step, summary=simple("a", 1)).SerializeToString()
                for step in steps
            ]
        )
    )
    assert not found.rest
    read = np.concatenate([scalars.step for scalars in found.columns])
    assert sorted(read.tolist()) == list(steps)


def test_fewer_records_than_pay_for_a_layout_are_left() -> None:
    payloads = [Event(wall_time=1, step=9, summary=simple("a", 1)).SerializeToString()] * 8
    assert scalars_of(whole(payloads)).rest == []
    assert scalars_of(whole(payloads[:7])).rest == list(range(7))


TIME = encode(Field(1, FIXED64, 0, np.array(1.7e9, "<f8").tobytes()))
STEP = encode(Field(2, VARINT, 3, b""))
TAG = encode(Field(1, BYTES, 0, b"loss"))
NUMBER = encode(Field(2, FIXED32, 0, np.array(0.5, "<f4").tobytes()))


def summary_of(*fields: bytes) -> bytes:
    value = encode(Field(1, BYTES, 0, b"".join(fields)))
    return encode(Field(5, BYTES, 0, value))


SUMMARY = summary_of(TAG, NUMBER)
ODD = {
    "no time": STEP + SUMMARY,
    "a time that is a varint": encode(Field(1, VARINT, 5, b"")) + STEP + SUMMARY,
    "two times": TIME + TIME + STEP + SUMMARY,
    "two steps": TIME + STEP + STEP + SUMMARY,
    "a step of eight bytes": TIME + encode(Field(2, FIXED64, 0, bytes(8))) + SUMMARY,
    "two summaries": TIME + STEP + SUMMARY + SUMMARY,
    "an unknown field": TIME + STEP + SUMMARY + encode(Field(77, VARINT, 1, b"")),
    "no tag": TIME + STEP + summary_of(NUMBER),
    "a tag that is a number": TIME + STEP + summary_of(encode(Field(1, VARINT, 1, b"")), NUMBER),
    "no number": TIME + STEP + summary_of(TAG),
    "two numbers": TIME + STEP + summary_of(TAG, NUMBER, NUMBER),
    "a number of eight bytes": TIME
    + STEP
    + summary_of(TAG, encode(Field(2, FIXED64, 0, bytes(8)))),
}


def test_a_scalar_as_written_here_is_read_by_the_column() -> None:
    (column,) = scalars_of(whole([TIME + STEP + SUMMARY] * 9)).columns
    assert (column.tag, column.plugin) == ("loss", "")
    assert column.step.tolist() == [3] * 9
    assert column.value.tolist() == [0.5] * 9
    assert column.wall_time.tolist() == [1.7e9] * 9


@pytest.mark.parametrize("payload", ODD.values(), ids=ODD)
def test_a_record_of_another_shape_is_left_to_the_caller(payload: bytes) -> None:
    found = scalars_of(whole([payload] * 9))
    assert (found.columns, found.rest) == ([], list(range(9)))
    check(b"".join(map(frame, [payload] * 9)))


def whole(payloads: list[bytes]) -> Block:
    data = b"".join(map(frame, payloads))
    return _tfrecord._whole(0, data)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_the_sample_logs_give_the_same_points(path: Path) -> None:
    data = path.read_bytes()
    good = b"".join(
        frame(item.payload)
        for item in _tfrecord.records(io.BytesIO(data), len(data))
        if isinstance(item, Record)
    )
    check(good)


@pytest.mark.shared
@pytest.mark.skipif(not WILD, reason="needs the reference material beside the checkout")
def test_real_event_files_give_the_same_points() -> None:
    for path in WILD:
        data = path.read_bytes()
        if data.startswith(b"version https://git-lfs"):
            continue
        read = _tfrecord.records(io.BytesIO(data), len(data))
        check(b"".join(frame(item.payload) for item in read if isinstance(item, Record)))
