"""TFRecord framing: records of TensorBoard's own writer are read, every damage is reported."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.summary.writer.record_writer import RecordWriter

from analyzer.parsers import _tfrecord
from analyzer.parsers._checksums import masked_crc
from analyzer.parsers._tfrecord import LARGEST, Damage, Record, frame, records

PAYLOADS = [b"first", b"", b"\0\1\2 third", b"fourth"]
OVERHEAD = 16  # bytes around a payload


class Kept(io.BytesIO):
    """A file that can be read after its writer closed it."""

    def close(self) -> None:
        """Stay open."""


def written(payloads: list[bytes]) -> bytes:
    """Return what TensorBoard's own writer makes of some payloads."""
    file = Kept()
    writer = RecordWriter(file)
    for payload in payloads:
        writer.write(payload)
    writer.close()
    return file.getvalue()


def read(data: bytes) -> tuple[list[bytes], list[Damage]]:
    items = list(records(io.BytesIO(data), len(data)))
    damage = [item for item in items if isinstance(item, Damage)]
    return [item.payload for item in items if not isinstance(item, Damage)], damage


def starts(payloads: list[bytes]) -> list[int]:
    """Return the offset of each record, and the length of the file."""
    out = [0]
    for payload in payloads:
        out.append(out[-1] + OVERHEAD + len(payload))
    return out


def test_what_the_real_writer_wrote_comes_back() -> None:
    assert read(written(PAYLOADS)) == (PAYLOADS, [])


def test_our_frame_is_that_of_the_real_writer() -> None:
    assert b"".join(map(frame, PAYLOADS)) == written(PAYLOADS)


def test_an_empty_file_holds_no_record_and_no_damage() -> None:
    assert read(b"") == ([], [])


def test_an_offset_is_given_for_each_record() -> None:
    data = written(PAYLOADS)
    items = list(records(io.BytesIO(data), len(data)))
    assert [item.position for item in items if not isinstance(item, Damage)] == starts(PAYLOADS)[
        :-1
    ]


def test_a_file_cut_anywhere_keeps_exactly_the_whole_records() -> None:
    data = written(PAYLOADS)
    for length in range(len(data)):
        kept, damage = read(data[:length])
        whole = [start for start in starts(PAYLOADS)[1:] if start <= length]
        assert kept == PAYLOADS[: len(whole)]
        end = whole[-1] if whole else 0
        assert damage == ([] if end == length else [Damage("truncated_record", end, length - end)])


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_a_flipped_byte_costs_its_record_alone_and_is_reported(flip: int) -> None:
    payloads = [b"first", b"\0\1\2 second", b"third" * 9, b"fourth"]
    for place in range(len(written(payloads))):
        data = bytearray(written(payloads))
        data[place] ^= flip
        kept, damage = read(bytes(data))
        hit = next(index for index, start in enumerate(starts(payloads)[1:]) if place < start)
        assert kept == payloads[:hit] + payloads[hit + 1 :]
        assert [(item.position, item.bytes) for item in damage] == [
            (starts(payloads)[hit], OVERHEAD + len(payloads[hit]))
        ]


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=6), st.data())
def test_no_damage_gives_a_record_that_was_not_written(
    payloads: list[bytes], data: st.DataObject
) -> None:
    whole = written(payloads)
    low = data.draw(st.integers(0, len(whole)))
    high = data.draw(st.integers(low, len(whole)))
    torn = whole[:low] + data.draw(st.binary(max_size=20)) + whole[high:]
    kept, damage = read(torn)
    assert kept == payloads or damage or torn == b"".join(map(frame, kept))
    rest = iter(payloads)
    assert all(any(payload == other for other in rest) for payload in kept), (
        "the records are some of those written, in order"
    )


def test_the_bytes_passed_over_and_those_kept_make_up_the_file() -> None:
    data = bytearray(written([b"a" * 50] * 20))
    for place in (3, 70, 71, 300, 1000):
        data[place] ^= 0xFF
    kept, damage = read(bytes(data))
    assert sum(item.bytes for item in damage) + sum(
        OVERHEAD + len(payload) for payload in kept
    ) == len(data)
    assert {item.key for item in damage} == {"bad_length_crc", "bad_payload_crc"}


def test_a_record_that_claims_an_exabyte_is_not_believed() -> None:
    length = struct.pack("<Q", 2**60)
    claim = length + struct.pack("<I", masked_crc(length)) + bytes(64)
    assert len(claim) == 76
    assert read(frame(b"before") + claim) == ([b"before"], [Damage("truncated_record", 22, 76)])


@pytest.mark.parametrize("claimed", [2**60, 2**31, 5000, 200])
def test_behind_a_length_past_the_end_of_the_file_reading_goes_on(claimed: int) -> None:
    payloads = [bytes([number]) * 9 for number in range(1, 7)]
    before, after = written(payloads[:3]), written(payloads[3:])
    length = struct.pack("<Q", claimed)
    bomb = length + struct.pack("<I", masked_crc(length))
    assert read(before + bomb + after) == (
        payloads,
        [Damage("length_past_end", len(before), len(bomb))],
    )


def test_a_record_above_64_mib_is_passed_over_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    assert LARGEST == 64 << 20
    length = struct.pack("<Q", LARGEST + 1)
    with path.open("wb") as file:
        file.write(frame(b"before") + length + struct.pack("<I", masked_crc(length)))
        file.seek(22 + OVERHEAD + LARGEST + 1)  # a hole: no disk is filled
        file.write(frame(b"after"))
    with path.open("rb") as file:
        items = list(records(file, path.stat().st_size))
    end = 22 + OVERHEAD + LARGEST + 1
    assert items == [(0, b"before"), Damage("record_too_large", 22, end - 22), (end, b"after")]


@pytest.mark.parametrize(
    "hole", [b"\0" * 5000, b"\7\0\0\0\0\0\0\0" * 2000, bytes(range(256)) * 40], ids=len
)
def test_reading_goes_on_behind_a_hole(hole: bytes) -> None:
    kept, damage = read(frame(b"before") + hole + frame(b"after"))
    assert kept == [b"before", b"after"]
    assert damage == [Damage("bad_length_crc", 22, len(hole))]


@pytest.mark.parametrize(("gap", "found"), [(4095, True), (4096, False)])
def test_the_search_behind_a_damage_is_bounded(
    gap: int, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_tfrecord, "LARGEST", 4096)
    kept, damage = read(frame(b"before") + b"\1" * gap + frame(b"after"))
    assert kept == ([b"before", b"after"] if found else [b"before"])
    assert damage == [Damage("bad_length_crc", 22, gap if found else gap + 21)]


def test_a_text_inside_a_record_cannot_smuggle_a_record_in() -> None:
    carrier = bytearray(frame(b"text " + frame(b"smuggled") + b" text"))
    carrier[14] ^= 0xFF  # the payload is damaged, its length is not
    assert read(bytes(carrier) + frame(b"after"))[0] == [b"after"]


def test_a_damaged_record_met_during_the_search_cannot_smuggle_a_record_in() -> None:
    carrier = bytearray(frame(b"text " + frame(b"smuggled") + b" text"))
    carrier[14] ^= 0xFF
    assert read(b"garbage!" * 3 + bytes(carrier) + frame(b"after"))[0] == [b"after"]


@pytest.mark.parametrize("size", [1, 11, 12, 13, 255, 256, 267, 268, 5000])
@pytest.mark.parametrize("length", [1, 255, 256, 65536])
def test_the_record_behind_a_hole_of_zeros_is_found(size: int, length: int) -> None:
    first, last = frame(b"first"), frame(b"x" * length)
    content = first + bytes(size) + last
    found = list(records(io.BytesIO(content), len(content)))
    assert found == [
        Record(0, b"first"),
        Damage("bad_length_crc", len(first), size),
        Record(len(first) + size, b"x" * length),
    ]
