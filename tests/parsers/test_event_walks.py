"""Walks: cut before a record, the end of two whole periods, records found by their headers."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers import _event_walks
from analyzer.parsers._checksums import masked_crc
from analyzer.parsers._event_layouts import Layout
from analyzer.parsers._event_walks import Repeats, Walk, consecutive
from analyzer.parsers._tfrecord import LARGEST, frame


def layout(tag: str) -> Layout:
    nothing = slice(0, 0)
    return Layout(tag, plugin="", length=9, time=0, step=nothing, value=0, mask=0, name=nothing)


LAYOUTS = {tag: layout(tag) for tag in "abcd"}


def first_repeat(tags: str) -> tuple[int, int] | None:
    """Return the record that ends two periods, and their length; a dot is no scalar."""
    repeats = Repeats()
    for number, tag in enumerate(tags):
        if repeats.add(number, LAYOUTS.get(tag)):
            return number, repeats.distance
    return None


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("aa", (1, 1)),
        ("abab", (3, 2)),
        ("abcabc", (5, 3)),
        ("dabcabc", (6, 3)),
        ("ab.abab", (6, 2)),
        ("ab.ab", None),
        ("abcd", None),
        ("abcab", None),
        ("abdabcab", None),
        ("", None),
    ],
)
def test_a_period_is_told_by_its_second_end(tags: str, expected: tuple[int, int] | None) -> None:
    assert first_repeat(tags) == expected


def test_many_records_without_a_period_are_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_event_walks, "_FEWEST_WALKED", 8)
    repeats = Repeats()
    vain = []
    for number, tag in enumerate("abcdabdcabca"):
        repeats.add(number, LAYOUTS[tag])
        vain.append(repeats.is_in_vain)
    assert vain == [False] * 11 + [True]  # three times as many as there are layouts


def test_a_walk_is_cut_before_a_record() -> None:
    walk = Walk(90, [12, 40, 70], [10, 12, 16], [None, None, None])
    walk.cut(3)
    assert walk.end == 90
    walk.cut(1)
    assert (walk.end, walk.start, walk.length, walk.layout) == (28, [12], [10], [None])


def places(data: bytes, at: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    found = consecutive(data, at, len(data) if end is None else end)
    return list(zip(found.start.tolist(), found.length.tolist(), strict=True))


def followed(payloads: list[bytes], at: int = 0) -> list[tuple[int, int]]:
    out = []
    for payload in payloads:
        out.append((at + 12, len(payload)))
        at += len(payload) + 16
    return out


@given(st.lists(st.binary(max_size=40), max_size=20), st.binary(max_size=9))
def test_all_records_are_found_from_any_place(payloads: list[bytes], before: bytes) -> None:
    data = before + b"".join(map(frame, payloads))
    assert places(data, len(before)) == followed(payloads, len(before))


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=8), st.data())
def test_a_cut_leaves_the_records_before_it(payloads: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(map(frame, payloads))
    end = data.draw(st.integers(0, len(whole)))
    expected = [place for place in followed(payloads) if sum(place) + 4 <= end]
    assert places(whole, 0, end) == expected
    assert places(whole[:end]) == expected


@pytest.mark.parametrize("place", range(12))
def test_a_header_that_is_damaged_ends_the_search(place: int) -> None:
    payloads = [bytes([number]) * 30 for number in range(6)]
    data = bytearray(b"".join(map(frame, payloads)))
    data[3 * 46 + place] ^= 4
    assert places(bytes(data)) == followed(payloads[:3])


def test_a_record_inside_another_is_not_found() -> None:
    payloads = [b"a" * 20, b"text " + frame(b"smuggled") + b" text", b"b" * 20]
    data = b"".join(map(frame, payloads))
    assert places(data) == followed(payloads)[:2]


def test_a_length_above_the_largest_is_not_followed() -> None:
    length = struct.pack("<Q", LARGEST + 1)
    data = frame(b"before") + length + struct.pack("<I", masked_crc(length)) + bytes(100)
    assert places(data) == [(12, 6)]


def test_bytes_without_a_record_have_none() -> None:
    assert places(b"") == places(b"\0" * 40) == places(b"no record at all " * 9) == []
