"""Record framing of .wandb files: whole records are read, damage costs its block, bytes add up."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers import _leveldb
from analyzer.parsers._leveldb import BLOCK, HEADER, frame, records
from analyzer.parsers._tfrecord import Damage

SMALL = [b"first", b"", b"third" * 5]


def written(payloads: list[bytes]) -> bytes:
    out = HEADER
    for payload in payloads:
        out += frame(payload, len(out))
    return out


def read(data: bytes) -> tuple[list[bytes], list[Damage]]:
    items = list(records(io.BytesIO(data), len(data)))
    damage = [item for item in items if isinstance(item, Damage)]
    return [item.payload for item in items if not isinstance(item, Damage)], damage


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def is_within(some: list[bytes], others: list[bytes]) -> bool:
    """Say whether records are some of others, in their order."""
    rest = iter(others)
    return all(payload in rest for payload in some)


def test_a_record_stands_in_the_file_as_leveldb_frames_it() -> None:
    header = struct.pack("<IHB", zlib.crc32(b"\1loss"), 4, 1)
    assert written([b"loss"]) == b":W&B\xe1\xbe\0" + header + b"loss"


def test_the_header_alone_holds_nothing() -> None:
    assert read(HEADER) == ([], [])


def test_an_empty_file_holds_nothing() -> None:
    assert read(b"") == ([], [])


@pytest.mark.parametrize("size", [BLOCK - 14 - extra for extra in range(-8, 9)])
def test_a_record_may_end_anywhere_in_a_block(size: int) -> None:
    payloads = [bytes(size), b"next", b"x" * size]
    assert read(written(payloads)) == (payloads, [])


def test_records_cross_blocks() -> None:
    payloads = [bytes([number]) * (number * 9000) for number in range(14)]
    assert read(written(payloads)) == (payloads, [])


@given(st.lists(st.integers(0, 3 * BLOCK), max_size=8))
def test_what_was_written_comes_back(sizes: list[int]) -> None:
    payloads = [bytes([at % 256]) * size for at, size in enumerate(sizes)]
    assert read(written(payloads)) == (payloads, [])


def test_a_file_cut_at_any_byte_gives_every_whole_record() -> None:
    data = written(SMALL)
    ends = [len(written(SMALL[:count])) for count in range(len(SMALL) + 1)]
    for size in range(len(data)):
        whole = sum(end <= size for end in ends[1:])
        found, damage = read(data[:size])
        left = size - (ends[whole] if size >= ends[0] else 0)
        assert found == SMALL[:whole]
        assert [(item.key, item.bytes) for item in damage] == (
            [("truncated_record", left)] if left else []
        )


def test_a_record_cut_in_a_later_block_is_left_over_whole() -> None:
    data = written([b"kept", b"x" * 2 * BLOCK])
    found, damage = read(data[:-1])
    assert found == [b"kept"]
    assert damage == [
        Damage("truncated_record", len(written([b"kept"])), len(data) - 1 - len(written([b"kept"])))
    ]


@pytest.mark.parametrize("bit", range(8))
def test_no_flipped_bit_goes_unnoticed_or_changes_a_record(bit: int) -> None:
    data = written(SMALL)
    for at in range(len(data)):
        found, damage = read(flipped(data, at, bit))
        assert is_within(found, SMALL)
        assert len(damage) == 1
        assert damage[0].key != "truncated_record" or at >= len(written(SMALL[:-1])), at


def test_damage_inside_a_record_costs_that_record_alone() -> None:
    payloads = [bytes([number]) * 1000 for number in range(100)]
    starts = [len(written(payloads[:number])) for number in range(100)]
    found, damage = read(flipped(written(payloads), starts[5] + 50))
    assert found == payloads[:5] + payloads[6:]
    assert damage == [Damage("bad_block", starts[5], starts[6] - starts[5])]


def test_a_record_damaged_in_its_length_and_elsewhere_costs_that_record_alone() -> None:
    payloads = [bytes([number]) * 1000 for number in range(100)]
    starts = [len(written(payloads[:number])) for number in range(100)]
    data = flipped(flipped(written(payloads), starts[5] + 1), starts[5] + 5)
    assert read(data) == (
        payloads[:5] + payloads[6:],
        [Damage("bad_block", starts[5], starts[6] - starts[5])],
    )


@pytest.mark.parametrize("gone", [1, 3, 7, 500])
def test_bytes_that_are_missing_or_too_many_cost_the_records_they_stand_in(gone: int) -> None:
    payloads = [bytes([number]) * 300 for number in range(40)]
    starts = [len(written(payloads[:number])) for number in range(40)]
    data = written(payloads)
    found, damage = read(data[: starts[5]] + b"\x02" * gone + data[starts[5] :])
    assert found[:40] == payloads
    assert damage == [Damage("bad_block", starts[5], gone)]
    found, _ = read(data[: starts[5] + 20] + data[starts[5] + 20 + gone :])
    assert found[:5] == payloads[:5]
    assert found[-33:] == payloads[-33:]


def test_the_search_for_a_whole_record_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    payloads = [bytes([number]) * 1000 for number in range(1, 30)]
    data = flipped(flipped(written(payloads), len(HEADER) + 1), len(HEADER) + 5)
    assert read(data)[0] == payloads[1:]
    monkeypatch.setattr(_leveldb, "_MOST_HASHED", 10)
    assert read(data)[0] == []


def test_a_length_beyond_the_end_of_the_last_block_does_not_end_the_file() -> None:
    payloads = [bytes([number]) * 100 for number in range(20)]
    start = len(written(payloads[:8]))
    data = written(payloads)
    bomb = b"\1\2\3\4\xff\x7f\1"
    assert read(data[:start] + bomb + data[start:]) == (
        payloads,
        [Damage("bad_block", start, len(bomb))],
    )


def test_the_search_for_the_end_of_damaged_records_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_leveldb, "_MOST_SEARCHED", 10)
    found, _ = read(flipped(written([b"a" * 100, b"b", b"c"]), len(HEADER) + 20))
    assert found == []


def test_a_record_that_lost_a_fragment_is_lost_whole() -> None:
    payloads = [b"a" * 10, b"b" * 4 * BLOCK, b"c" * 10]
    start, end = len(written(payloads[:1])), len(written(payloads[:2]))
    data = flipped(written(payloads), 2 * BLOCK + 100)
    assert read(data) == ([payloads[0], payloads[2]], [Damage("bad_block", start, end - start)])


def test_several_damaged_blocks_in_a_row_are_one_stretch() -> None:
    payloads = [b"x" * 5000] * 40
    data = bytearray(written(payloads))
    data[BLOCK : 4 * BLOCK] = bytes(3 * BLOCK)
    found, damage = read(bytes(data))
    assert set(found) == {payloads[0]}
    assert [item.key for item in damage] == ["bad_block"]
    assert 3 * BLOCK <= damage[0].bytes < 3 * BLOCK + 2 * 5100


@given(st.lists(st.integers(0, 2 * BLOCK), min_size=1, max_size=6), st.data())
def test_every_byte_is_read_or_counted(sizes: list[int], draw: st.DataObject) -> None:
    payloads = [bytes([at % 256]) * size for at, size in enumerate(sizes)]
    data = written(payloads)
    at = draw.draw(st.integers(len(HEADER), len(data) - 1))
    found, damage = read(flipped(data, at, draw.draw(st.integers(0, 7))))
    assert is_within(found, payloads)
    counted = sum(item.bytes for item in damage)
    assert len(data) - len(HEADER) - counted >= sum(map(len, found))
    assert counted >= len(data) - len(HEADER) - sum(
        len(payload) + 20 + len(payload) // BLOCK * 20 for payload in found
    )


def test_a_damaged_length_is_not_taken_for_a_cut_file() -> None:
    data = written([b"a", b"b" * 100, b"c"])
    at = len(written([b"a"])) + 5  # the upper byte of the length
    found, damage = read(data[:at] + b"\x40" + data[at + 1 :])
    assert found == [b"a", b"c"]
    assert [item.key for item in damage] == ["bad_block"]


def test_records_inside_a_damaged_one_are_never_taken_for_records() -> None:
    hidden = frame(b"smuggled", 0) * 50
    data = written([b"kept", hidden, b"later"])
    for at in range(len(written([b"kept"])), len(data)):
        assert b"smuggled" not in read(flipped(data, at))[0]


def test_a_record_too_large_is_passed_over_without_being_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_leveldb, "LARGEST", BLOCK)
    payloads = [b"a", b"b" * 5 * BLOCK, b"c"]
    start, end = len(written(payloads[:1])), len(written(payloads[:2]))
    assert read(written(payloads)) == (
        [b"a", b"c"],
        [Damage("record_too_large", start, end - start)],
    )


@pytest.mark.parametrize("room", range(1, 7))
def test_the_rest_of_a_block_without_room_for_a_header_holds_zeros(room: int) -> None:
    payloads = [bytes(BLOCK - len(HEADER) - 7 - room), b"next"]
    data = written(payloads)
    assert read(data) == (payloads, [])
    assert read(flipped(data, BLOCK - 1)) == (payloads, [Damage("bad_block", BLOCK - room, room)])


def test_a_damaged_header_is_reported_and_the_records_are_read() -> None:
    for at in range(len(HEADER)):
        assert read(flipped(written(SMALL), at)) == (
            SMALL,
            [Damage("bad_wandb_header", 0, len(HEADER))],
        )


def test_fragments_in_a_wrong_order_give_no_record() -> None:
    first, last = (
        struct.pack("<IHB", zlib.crc32(bytes([kind]) + b"x"), 1, kind) + b"x" for kind in (2, 4)
    )
    assert read(HEADER + last + frame(b"ok", 15)) == ([b"ok"], [Damage("bad_block", 7, 8)])
    assert read(HEADER + first + frame(b"ok", 15)) == ([b"ok"], [Damage("bad_block", 7, 8)])


def test_a_file_that_shrinks_while_it_is_read_ends_there() -> None:
    data = written([b"x" * 1000] * 100)
    items = list(records(io.BytesIO(data[: BLOCK + 10]), len(data)))
    assert isinstance(items[-1], Damage)


def test_a_record_over_several_blocks_has_the_types_of_leveldb() -> None:
    data = written([b"x" * 3 * BLOCK])
    starts = [len(HEADER), BLOCK, 2 * BLOCK, 3 * BLOCK]
    assert [data[start + 6] for start in starts] == [2, 3, 3, 4]  # first, middle, middle, last
