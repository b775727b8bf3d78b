"""Event files in windows: the same records, points and damage as one record at a time."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
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

from analyzer.parsers import _event_blocks, _event_file, _event_walks
from analyzer.parsers._event_blocks import EventBlocks, Piece
from analyzer.parsers._event_file import EventLog
from analyzer.parsers._event_points import gathered
from analyzer.parsers._tfrecord import Damage, Record, frame, records

SHARED = Path(__file__).parents[3] / "shared" / "wild"
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


KINDS: list[Callable[[str, float], Summary]] = [
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


def event(summary: Summary, step: int, at: float = 0.0) -> bytes:
    return Event(wall_time=1.7e9 + at, step=step, summary=summary).SerializeToString()


def new_log() -> EventLog:
    return EventLog(None, None)  # type: ignore[arg-type]


def one_by_one(data: bytes) -> tuple[EventLog, list[Damage]]:
    log, damage = new_log(), []
    for item in records(io.BytesIO(data), len(data)):
        if isinstance(item, Record):
            damage += _event_file._take_record(item, log)
        else:
            damage.append(item)
    return log, damage


def by_column(data: bytes) -> tuple[EventLog, list[Damage]]:
    log, damage = new_log(), []
    for item in EventBlocks().pieces(io.BytesIO(data), len(data)):
        if isinstance(item, Piece):
            damage += _event_file._take_piece(item, log)
        else:
            damage.append(item)
    return log, damage


def check(data: bytes) -> None:
    """Check that windows give what single records give: points, counts and damage."""
    (slow, lost), (fast, also_lost) = one_by_one(data), by_column(data)
    assert also_lost == lost
    assert (fast.start, fast.points, fast.records, fast.passed_over) == (
        slow.start,
        slow.points,
        slow.records,
        slow.passed_over,
    )
    assert list(fast.tags()) == list(slow.tags())
    found, expected = (gathered(list(log.tags().values())) for log in (fast, slow))
    for ours, theirs in zip(found, expected, strict=True):
        for column, same in zip(ours, theirs, strict=True):
            assert column.dtype == same.dtype
            np.testing.assert_array_equal(column, same)


def in_columns(data: bytes) -> int:
    """Return how many points of a file are read by column."""
    pieces = EventBlocks().pieces(io.BytesIO(data), len(data))
    columns = [columns for piece in pieces if isinstance(piece, Piece) for columns in piece.columns]
    return sum(column.step.size for column in columns)


def run_of(tags: list[str], steps: range, kind: Callable[[str, float], Summary]) -> list[bytes]:
    """Return the events of a program that logs some tags at every step."""
    random.seed(len(tags))
    return [
        event(kind(tag, random.gauss(0, 1)), step, step + place / 100)
        for step in steps
        for place, tag in enumerate(tags)
    ]


def framed(payloads: list[bytes]) -> bytes:
    return b"".join(map(frame, payloads))


@pytest.fixture(
    params=[
        (1 << 18, 4 << 20, 1 << 19, 256, 128),
        (64, 300, 150, 2, 128),
        (1 << 10, 4096, 1, 8, 1),
        (1 << 18, 4 << 20, 1 << 19, 1 << 20, 1),
    ]
)
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with the sizes of windows and tables as they are, and with tiny ones."""
    first, window, table, repeated, walked = request.param
    monkeypatch.setattr(_event_walks, "_FEWEST_WALKED", walked)
    monkeypatch.setattr(_event_blocks, "_FIRST_WINDOW", first)
    monkeypatch.setattr(_event_blocks, "_WINDOW", window)
    monkeypatch.setattr(_event_blocks, "_TABLE", table)
    monkeypatch.setattr(_event_blocks, "_LEAST_ROWS", min(64, table // 100 + 1))
    monkeypatch.setattr(_event_blocks, "_FEWEST_REPEATED", repeated)


TAGS = ["loss", "lass", "val/loss", "a" * 130, "é"]
events = st.lists(
    st.tuples(
        st.sampled_from(range(len(KINDS))),
        st.sampled_from(TAGS),
        st.one_of(st.integers(0, 300), st.integers(-(2**63), 2**63 - 1)),
        st.floats(width=32),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(events)
def test_any_mixture_gives_the_same_points(made: list[tuple[int, str, int, float]]) -> None:
    check(framed([event(KINDS[kind](tag, value), step) for kind, tag, step, value in made]))


stretches = st.lists(
    st.tuples(
        st.sampled_from(range(len(KINDS))),
        st.lists(st.sampled_from(TAGS), min_size=1, max_size=6),
        st.one_of(st.integers(-300, 300), st.integers(16_000, 17_000)),
        st.integers(1, 90),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(stretches, st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 255)), max_size=4))
def test_scalars_that_repeat_give_the_same_points_whatever_was_damaged(
    made: list[tuple[int, list[str], int, int]], spoilt: list[tuple[int, int]]
) -> None:
    payloads = []
    for kind, tags, first, count in made:
        payloads += run_of(tags, range(first, first + count), KINDS[kind])
    data = bytearray(framed(payloads))
    check(bytes(data))
    for place, byte in spoilt:
        data[place % len(data)] = byte
    check(bytes(data))
    check(bytes(data[: len(data) * 2 // 3]))


@pytest.mark.parametrize("kind", range(len(KINDS)))
@pytest.mark.usefixtures("sizes")
def test_a_long_log_of_one_kind_gives_the_same_points(kind: int) -> None:
    check(framed(run_of(["loss", "acc"], range(700), KINDS[kind])))


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("period", [1, 3, 40])
def test_what_is_logged_between_breaks_no_period(period: int) -> None:
    tags = [f"tag/{number}" for number in range(period)]
    payloads = []
    for epoch in range(6):
        payloads += run_of(tags, range(epoch * 130, epoch * 130 + 130), simple)
        payloads += run_of(["w", "v"], range(epoch, epoch + 1), histogram)
        payloads += run_of(["val/loss"], range(epoch, epoch + 1), scalar_pb)
    check(framed(payloads))


@pytest.mark.parametrize("kind", [simple, scalar_pb])
def test_nearly_all_scalars_that_repeat_are_read_by_column(
    kind: Callable[[str, float], Summary],
) -> None:
    data = framed(run_of(["loss", "acc", "lr"], range(1, 20_000), kind))
    assert in_columns(data) > 59_900


def in_no_order(tags: int) -> bytes:
    """Return a log in which each step has some of the tags, and a few other records."""
    order = random.Random(tags)
    payloads = []
    for step in range(3000 // tags):
        for tag in range(tags):
            if order.random() < 0.6:
                kind = KINDS[0 if order.random() < 0.97 else order.randrange(len(KINDS))]
                payloads.append(event(kind(f"t{tag}", order.gauss(0, 1)), step, order.random()))
    return framed(payloads)


def test_most_scalars_in_no_order_are_read_by_column() -> None:
    assert in_columns(in_no_order(5)) > 1500


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("tags", [3, 40])
def test_scalars_in_no_order_give_the_same_points(tags: int) -> None:
    data = in_no_order(tags)
    check(data)
    spoilt = bytearray(data)
    for place in (len(data) // 5, len(data) // 2, len(data) // 2 + 900):
        spoilt[place] ^= 0x40
    check(bytes(spoilt))


@pytest.mark.usefixtures("sizes")
def test_a_byte_changed_anywhere_costs_its_record_alone() -> None:
    payloads = run_of(["loss", "acc", "lr"], range(1, 60), simple)
    whole = framed(payloads)
    for place in range(len(whole) // 2, len(whole) // 2 + 300, 3):
        data = bytearray(whole)
        data[place] ^= 0x10
        check(bytes(data))


@pytest.mark.usefixtures("sizes")
def test_a_file_cut_anywhere_keeps_the_whole_records() -> None:
    whole = framed(run_of(["loss", "acc", "lr"], range(100, 160), simple))
    for length in range(0, len(whole), 61):
        check(whole[:length])


@pytest.mark.parametrize("place", [20, 25, 34, 40])
def test_two_changes_that_would_cancel_in_one_checksum_are_both_found(place: int) -> None:
    payloads = [frame(payload) for payload in run_of(["loss", "acc"], range(200, 400), simple)]
    spoilt = [bytearray(payload) for payload in payloads]
    for number in (100, 102):
        spoilt[number][place] ^= 0xFF
    check(b"".join(map(bytes, spoilt)))


@pytest.mark.parametrize("first", [-5000, 1, 120, 16_000, 2**31, 2**62])
def test_steps_of_any_length_are_read_by_column(first: int) -> None:
    data = framed(run_of(["a"], range(first, first + 600), simple))
    assert in_columns(data) > 580
    check(data)


def test_more_tags_than_a_window_holds_give_the_same_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_event_blocks, "_WINDOW", 1 << 12)
    check(framed(run_of([f"tag/{number}" for number in range(300)], range(10), simple)))


def test_more_periods_than_are_remembered_give_the_same_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_event_blocks, "_MOST_PERIODS", 2)
    monkeypatch.setattr(_event_blocks, "_MOST_STARTS", 1)
    payloads = []
    for tag in ("b", "c", "d", "b", "c", "e"):
        payloads += run_of(["a", tag], range(100, 180), simple)
    check(framed(payloads))


def test_the_second_file_of_a_run_is_read_with_what_the_first_taught() -> None:
    data = framed(run_of(["loss", "acc"], range(100, 500), simple))
    blocks = EventBlocks()
    for _ in range(2):
        (piece, *rest) = blocks.pieces(io.BytesIO(data), len(data))
        assert isinstance(piece, Piece)
        counts = [item.count for item in (piece, *rest) if isinstance(item, Piece)]
        assert sum(counts) == 800


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_the_sample_logs_give_the_same_points(path: Path) -> None:
    check(path.read_bytes())


@pytest.mark.shared
@pytest.mark.skipif(not WILD, reason="needs the reference material beside the checkout")
def test_real_event_files_give_the_same_points() -> None:
    for path in WILD:
        data = path.read_bytes()
        if not data.startswith(b"version https://git-lfs"):
            check(data)


def same_records(data: bytes) -> None:
    """Check that windows give the records and the damage of any content, one by one."""
    slow = list(records(io.BytesIO(data), len(data)))
    fast: list[object] = []
    for item in EventBlocks().pieces(io.BytesIO(data), len(data)):
        if isinstance(item, Piece):
            assert not item.columns
            fast += [record for _, record in item.rest]
        else:
            fast.append(item)
    assert fast == slow


@given(
    st.lists(st.binary(max_size=300), max_size=40),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255))),
)
def test_windows_give_the_same_records_whatever_was_damaged(
    payloads: list[bytes], damage: list[tuple[int, int]]
) -> None:
    data = bytearray(b"".join(map(frame, payloads)))
    for place, byte in damage:
        if place < len(data):
            data[place] = byte
    same_records(bytes(data))
    same_records(bytes(data[: len(data) * 2 // 3]))


def test_windows_of_a_long_file_meet_without_a_seam() -> None:
    payloads = [bytes([index % 256]) * (index % 700) for index in range(30_000)]
    same_records(b"".join(map(frame, payloads)))
    payloads[20_000] = bytes(5 << 20)  # larger than a block
    same_records(b"".join(map(frame, payloads)))


def test_a_file_damaged_everywhere_costs_no_more_than_its_length() -> None:
    whole = frame(b"x" * 40)
    bad_payload = whole[:20] + b"y" + whole[21:]
    bad_length = b"\xff" + whole[1:]
    for broken in (bad_payload, bad_length):
        data = (whole + broken) * 4000
        read: list[int] = []

        class Counted(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                part = super().read(size)
                read.append(len(part))  # noqa: B023
                return part

        items = EventBlocks().pieces(Counted(data), len(data))
        assert sum(isinstance(item, Damage) for item in items) == 4000
        assert sum(read) < 60 * len(data)


def test_a_table_reaches_to_the_next_record_of_another_kind() -> None:
    made = [
        *run_of(["a", "b"], range(200, 1037), simple),
        event(histogram("w", 1), 1037),
        *run_of(["a", "b"], range(1037, 2000), simple),
    ]
    data = framed(made)
    check(data)
    pieces = EventBlocks().pieces(io.BytesIO(data), len(data))
    tables = [columns for piece in pieces if isinstance(piece, Piece) for columns in piece.columns]
    rows = [table.step.shape[1] for table in tables if len(table.layouts) == 2]
    assert len(rows) == 2
    assert sum(rows) > 1700
