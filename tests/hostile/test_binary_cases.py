"""Damaged event files and .wandb logs by script: what is kept, what is said, the exit code."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

from analyzer.parsers._leveldb import BLOCK, HEADER
from analyzer.parsers._tfrecord import frame, masked_crc
from tests.hostile.judge import expect
from tests.hostile.small import (
    BINARIES,
    BOTH,
    COUNT,
    LOSS,
    SINGLE,
    START,
    VAL,
    event_records,
    float32,
    history,
    saved,
    wandb_file,
    wandb_records,
)

EVENTS, WANDB = BINARIES["events"], BINARIES["wandb"]
RECORDS = event_records()  # a version, then a loss and a validation loss in turn
PLACES = {"the first": 1, "the fifth": 5, "the last": len(RECORDS) - 1}
LENGTHS = {"an exabyte": 2**60, "4 GiB": 2**32, "63 MiB": 63 << 20, "more than is left": 5000}


def events(folder: Path, data: bytes) -> Path:
    return saved(folder, EVENTS, data)


def counts(loss: int, val: int) -> dict[str, int]:
    return {tag: count for tag, count in (("loss", loss), ("val_loss", val)) if count}


def without(record: int) -> dict[str, int]:
    """Return how many points are left without a record of an event file."""
    return counts(COUNT - record % 2, COUNT - (record + 1) % 2)


def joined(records: Sequence[bytes]) -> bytes:
    return b"".join(records)


def bomb(length: int) -> bytes:
    """Return a length with a valid checksum."""
    head = struct.pack("<Q", length)
    return head + struct.pack("<I", masked_crc(head))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("at", [*range(12), 20, -4, -1])
def test_a_wrong_byte_of_an_event_file_costs_its_record(
    at: int, place: str, tmp_path: Path
) -> None:
    number = PLACES[place]
    record = bytearray(RECORDS[number])
    record[at] ^= 0x41
    data = joined([*RECORDS[:number], bytes(record), *RECORDS[number + 1 :]])
    is_length = 0 <= at < 12
    key = "bad_length_crc" if is_length else "bad_payload_crc"
    expect(events(tmp_path, data), without(number), {key}, truth=SINGLE)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("length", LENGTHS)
def test_a_length_past_the_end_costs_no_record(length: str, place: str, tmp_path: Path) -> None:
    number = PLACES[place]
    data = joined([*RECORDS[:number], bomb(LENGTHS[length]), *RECORDS[number:]])
    expect(events(tmp_path, data), counts(COUNT, COUNT), {"length_past_end"}, truth=SINGLE)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_length_past_the_end_at_the_end_is_half_a_record(length: str, tmp_path: Path) -> None:
    data = joined([*RECORDS, bomb(LENGTHS[length]), b"half"])
    expect(events(tmp_path, data), counts(COUNT, COUNT), {"truncated_record"}, truth=SINGLE)


GARBAGE = {
    "zeros": bytes(100),
    "many zeros": bytes(300_000),
    "ones": b"\xff" * 100,
    "text": b"Traceback (most recent call last):\n" * 5,
    "one byte": b"\x07",
    "half a record": RECORDS[1][:20],
}


@pytest.mark.parametrize("kind", GARBAGE)
@pytest.mark.parametrize("place", ["the first", "the fifth"])
def test_garbage_between_the_records_of_an_event_file_costs_none(
    place: str, kind: str, tmp_path: Path
) -> None:
    number = PLACES[place]
    data = joined([*RECORDS[:number], GARBAGE[kind], *RECORDS[number:]])
    kept = counts(COUNT, COUNT)
    key = "bad_length_crc"
    if kind == "half a record":  # its length is believed: it holds the record behind it
        kept, key = without(number), "bad_payload_crc"
        expect(events(tmp_path, data), kept, {key, "bad_length_crc"}, truth=SINGLE)
        return
    expect(events(tmp_path, data), kept, {key}, truth=SINGLE)


@pytest.mark.parametrize("gone", [1, 8, 12, 20, 30])
def test_missing_bytes_of_an_event_file_cost_two_records_at_most(gone: int, tmp_path: Path) -> None:
    start = len(joined(RECORDS[:5]))
    data = EVENTS.data[:start] + EVENTS.data[start + gone :]
    from tests.hostile.outcome import missing, outcome, wrong

    found = outcome(events(tmp_path, data))
    assert not wrong(found, SINGLE)
    assert missing(found, SINGLE) <= 2
    assert found.losses


def tensor(kind: int, shape: Sequence[int] = (), **fields: Any) -> TensorProto:
    dims = [TensorShapeProto.Dim(size=size) for size in shape]
    return TensorProto(dtype=kind, tensor_shape=TensorShapeProto(dim=dims), **fields)


TENSORS = {
    "a text": tensor(7, string_val=[b"0.5"]),
    "a vector": tensor(1, (2,), float_val=[1, 2]),
    "a matrix": tensor(1, (2, 2), float_val=[1, 2, 3, 4]),
    "a type of none": tensor(0, float_val=[1]),
    "a type that is unknown": tensor(99, float_val=[1]),
    "a complex number": tensor(8, scomplex_val=[1, 2]),
    "half of its bytes": tensor(1, tensor_content=b"ab"),
    "too many bytes": tensor(1, tensor_content=b"abcdefgh"),
    "two numbers for one": tensor(1, float_val=[1, 2]),
    "a reference type": tensor(101, float_val=[1]),
    "a resource": tensor(20),
}


def scalar(step: int, tag: str, value: TensorProto) -> bytes:
    plugin = SummaryMetadata.PluginData(plugin_name="scalars")
    found = Summary.Value(tag=tag, metadata=SummaryMetadata(plugin_data=plugin), tensor=value)
    event = Event(wall_time=START + step, step=step, summary=Summary(value=[found]))
    return frame(event.SerializeToString())


@pytest.mark.parametrize("kind", TENSORS)
def test_a_scalar_that_is_not_a_number_is_told(kind: str, tmp_path: Path) -> None:
    records = [RECORDS[0]]
    for step in range(COUNT):
        good = tensor(1, float_val=[LOSS[step]])
        records.append(scalar(step, "loss", TENSORS[kind] if step == 5 else good))
        records.append(scalar(step, "val_loss", tensor(1, float_val=[VAL[step]])))
    expect(
        events(tmp_path, joined(records)), counts(COUNT - 1, COUNT), {"bad_scalar"}, truth=SINGLE
    )


# ------------------------------------------------------------------ .wandb


WANDB_RECORDS = wandb_records()
STARTS = list(accumulate((7 + len(record) for record in WANDB_RECORDS), initial=len(HEADER)))
WANDB_PLACES = {"the first": 0, "the fifth": 4, "the last": COUNT - 1}


def wandb(folder: Path, data: bytes) -> Path:
    return saved(folder, WANDB, data)


def test_the_places_of_the_records_are_known() -> None:
    assert STARTS[-1] == len(WANDB.data) < BLOCK


@pytest.mark.parametrize("place", WANDB_PLACES)
@pytest.mark.parametrize("at", [*range(7), 20])
def test_a_wrong_byte_of_a_wandb_log_costs_its_record(at: int, place: str, tmp_path: Path) -> None:
    data = bytearray(WANDB.data)
    data[STARTS[WANDB_PLACES[place]] + at] ^= 0x41
    kept = counts(COUNT - 1, COUNT - 1)
    key = "bad_block"
    if place == "the last" and at in (4, 5):  # 0x41 makes the length larger than what is left
        key = "bad_block"
    expect(wandb(tmp_path, bytes(data)), kept, {key})


@pytest.mark.parametrize("place", ["the first", "the fifth"])
@pytest.mark.parametrize("at", [(0, 4), (4, 6), (4, 30), (5, 6), (1, 2, 4, 5, 6)])
def test_several_wrong_bytes_of_a_record_cost_that_record(
    at: tuple[int, ...], place: str, tmp_path: Path
) -> None:
    data = bytearray(WANDB.data)
    for byte in at:
        data[STARTS[WANDB_PLACES[place]] + byte] ^= 0x41
    expect(wandb(tmp_path, bytes(data)), counts(COUNT - 1, COUNT - 1), {"bad_block"})


def claim(length: int, kind: int = 1) -> bytes:
    """Return the header of a fragment whose checksum holds for less than it claims."""
    body = bytes([kind]) + b"x" * 10
    return struct.pack("<IH", zlib.crc32(body), length) + body


WANDB_GARBAGE = {
    "a length of a block": claim(0x7FFF),
    "the largest length": claim(0xFFFF),
    "a length of half the file": claim(500),
    "zeros": bytes(60),
    "ones": b"\xff" * 60,
    "text": b"Traceback (most recent call last):\n",
    "one byte": b"\x01",
    "half a record": WANDB.data[STARTS[3] : STARTS[3] + 25],
}


@pytest.mark.parametrize("place", ["the first", "the fifth"])
@pytest.mark.parametrize("kind", WANDB_GARBAGE)
def test_garbage_between_the_records_of_a_wandb_log_costs_none(
    kind: str, place: str, tmp_path: Path
) -> None:
    start = STARTS[WANDB_PLACES[place]]
    data = WANDB.data[:start] + WANDB_GARBAGE[kind] + WANDB.data[start:]
    expect(wandb(tmp_path, data), counts(COUNT, COUNT), {"bad_block"})


@pytest.mark.parametrize("gone", [1, 6, 7, 30])
def test_missing_bytes_of_a_wandb_log_cost_one_record(gone: int, tmp_path: Path) -> None:
    data = WANDB.data[: STARTS[4]] + WANDB.data[STARTS[4] + gone :]
    expect(wandb(tmp_path, data), counts(COUNT - 1, COUNT - 1), {"bad_block"})


@pytest.mark.parametrize("left", [1, 6, 7, 8, 40])
def test_half_a_last_record_of_a_wandb_log_is_told(left: int, tmp_path: Path) -> None:
    data = WANDB.data[: STARTS[-2] + left]
    expect(wandb(tmp_path, data), counts(COUNT - 1, COUNT - 1), {"truncated_record"})


HUGE = b"9" * 400
ODD = {
    "a clock of 400 digits": ({"_timestamp": HUGE}, {"bad_wandb_value"}),
    "a clock of -400 digits": ({"_timestamp": b"-" + HUGE}, {"bad_wandb_value"}),
    "a clock of 1e999": ({"_timestamp": b"1e999"}, set()),
    "a clock that is a text": ({"_timestamp": "noon"}, set()),
    "a step of 400 digits": ({"_step": HUGE}, {"bad_wandb_value"}),
    "a step that is a text": ({"_step": "x"}, set()),
    "an epoch of 400 digits": ({"epoch": HUGE}, {"bad_wandb_value"}),
    "a loss of 400 digits": ({"loss": HUGE}, {"bad_wandb_value"}),
    "a loss of 5000 digits": ({"loss": b"9" * 5000}, {"bad_wandb_value"}),
    "a loss that is not JSON": ({"loss": b"0.5.5"}, {"bad_wandb_value"}),
    "a loss that is a text": ({"loss": "oops"}, {"text_cells"}),
    "a loss that is a list": ({"loss": [1, 2]}, {"text_cells"}),
    "a loss that is an object": ({"loss": {"_type": "image"}}, {"text_cells"}),
    "a loss that is null": ({"loss": None}, set()),
    "a list beside the loss": ({"words": ["a", "b"]}, set()),
    "brackets without end": ({"words": b"[" * 5000}, {"bad_wandb_value"}),
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_value_of_a_wandb_log_costs_that_value(kind: str, tmp_path: Path) -> None:
    odd, losses = ODD[kind]
    row = {"_step": 5, "_timestamp": START + 5, "loss": LOSS[5], "val_loss": VAL[5], **odd}
    records = [*WANDB_RECORDS[:5], history(row), *WANDB_RECORDS[6:]]
    kept = counts(COUNT - ("loss" in odd), COUNT)
    expect(wandb(tmp_path, wandb_file(records)), kept, losses)


def test_a_run_of_twenty_records_survives_one_bit(tmp_path: Path) -> None:
    records = [history({"_step": step, "loss": 1 / (step + 1)}, step) for step in range(20)]
    data = bytearray(wandb_file(records))
    data[len(HEADER) + 5] ^= 1
    truth = {"loss": [1 / (step + 1) for step in range(20)]}
    expect(wandb(tmp_path, bytes(data)), {"loss": 19}, {"bad_block"}, truth=truth)


@pytest.mark.parametrize("block", [0, 1, 2])
def test_one_wrong_bit_in_a_long_log_costs_the_records_that_it_stands_in(
    block: int, tmp_path: Path
) -> None:
    values = [round(1 / (step + 1), 9) for step in range(2000)]
    records = [history({"_step": step, "loss": value}, step) for step, value in enumerate(values)]
    data = bytearray(wandb_file(records))
    for at in (5, 6, 17):
        data[block * BLOCK + 10_000 + at] ^= 0x41
    from tests.hostile.outcome import outcome, wrong

    found = outcome(wandb(tmp_path, bytes(data)))
    assert not wrong(found, {"loss": values})
    assert len(found.curves["loss"]) >= 1998
    assert found.losses == ("bad_block",)


def test_a_log_of_floats_is_what_32_bits_hold() -> None:
    assert SINGLE["loss"] == float32(BOTH["loss"])
