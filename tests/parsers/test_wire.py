"""Protobuf wire format: fields as the protobuf library writes them, and bytes of something else."""

from __future__ import annotations

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import DoubleValue, FloatValue, Int64Value, StringValue
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers._wire import (
    BYTES,
    FIXED32,
    FIXED64,
    VARINT,
    Field,
    contents,
    encode,
    fields,
    repair_strings,
    signed,
)


@given(st.integers(-(2**63), 2**63 - 1))
def test_whole_numbers_come_back(number: int) -> None:
    if number:
        (field,) = fields(Int64Value(value=number).SerializeToString())
        assert (field.number, field.kind, signed(field.varint)) == (1, VARINT, number)


def test_a_message_of_several_fields_is_cut_in_their_order() -> None:
    found = list(fields(Timestamp(seconds=1_700_000_000, nanos=5).SerializeToString()))
    assert [(field.number, field.varint) for field in found] == [(1, 1_700_000_000), (2, 5)]


def test_numbers_of_fixed_width_are_bytes() -> None:
    (double,) = fields(DoubleValue(value=0.5).SerializeToString())
    (single,) = fields(FloatValue(value=0.5).SerializeToString())
    assert (double.kind, len(double.content)) == (FIXED64, 8)
    assert (single.kind, len(single.content)) == (FIXED32, 4)


def test_contents_are_the_strings_under_one_number() -> None:
    text = StringValue(value="añb").SerializeToString()
    assert list(contents(text + text, 1)) == ["añb".encode()] * 2
    assert list(contents(text, 2)) == []


@pytest.mark.parametrize("kind", [3, 4, 6, 7])
def test_groups_and_unknown_wire_types_are_not_a_message(kind: int) -> None:
    with pytest.raises(ValueError, match="not a protobuf message"):
        list(fields(bytes([1 << 3 | kind])))


@pytest.mark.parametrize(
    "text", [b"\x0a", b"\x0a\x05abc", b"\x08", b"\x08\x80", b"\x09\0\0", b"\x0d\0", b"\xff" * 11]
)
def test_a_field_that_is_cut_off_is_an_error(text: bytes) -> None:
    with pytest.raises(ValueError, match="cut off"):
        list(fields(text))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_a_value_error(data: bytes) -> None:
    try:
        found = list(fields(data))
    except ValueError:
        return
    assert list(fields(b"".join(map(encode, found)))) == found


def test_a_string_is_repaired_at_its_path_and_nowhere_else() -> None:
    def inside(text: bytes) -> bytes:
        return encode(
            Field(1, BYTES, 0, encode(Field(2, BYTES, 0, text)) + encode(Field(3, BYTES, 0, text)))
        )

    repaired = repair_strings(inside(b"a\xff"), (1, 2))
    (outer,) = fields(repaired)
    assert [field.content for field in fields(outer.content)] == ["a�".encode(), b"a\xff"]
    assert repair_strings(inside(b"fine"), (1, 2)) == inside(b"fine")
