"""W&B items: names in parts, values in every spelling, nested dicts."""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers._json import Unreadable
from analyzer.parsers._wandb_items import Item, leaves, read_item
from analyzer.parsers._wire import BYTES, FIXED64, VARINT, Field, encode


def part(number: int, content: str | bytes) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return encode(Field(number, BYTES, 0, raw))


def whole(number: int, value: int) -> bytes:
    return encode(Field(number, VARINT, value, b""))


def double(number: int, value: float) -> bytes:
    return encode(Field(number, FIXED64, 0, struct.pack("<d", value)))


def item(*parts: str, value: str) -> bytes:
    """Return an item as newer writers spell it: a name in parts and a value as JSON."""
    return b"".join(part(2, name) for name in parts) + part(16, value)


def test_a_name_is_a_key_or_parts_that_are_joined() -> None:
    plain = read_item(part(1, "loss") + part(16, "1.5"))
    assert (plain.path, plain.name, plain.value) == (("loss",), "loss", 1.5)
    nested = read_item(item("val", "loss", value="2"))
    assert (nested.path, nested.name, nested.value) == (("val", "loss"), "val.loss", 2)


def test_of_two_keys_the_last_one_counts_and_parts_come_before_a_key() -> None:
    assert read_item(part(1, "a") + part(1, "b") + part(16, "1")).path == ("b",)
    assert read_item(part(1, "a") + part(2, "b") + part(16, "1")).path == ("b",)


@pytest.mark.parametrize("name", ["a", "a" * 127, "a" * 128, "a" * 70_000])
@pytest.mark.parametrize("digits", [1, 126, 127, 128, 300])
def test_a_short_item_and_a_long_one_are_read_alike(name: str, digits: int) -> None:
    text = json.dumps("9" * digits)
    found = read_item(part(2, name) + part(16, text))
    assert (found.path, found.value) == ((name,), "9" * digits)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (part(16, "1.25"), 1.25),
        (part(8, '{"a": 1}'), {"a": 1}),
        (part(7, "text"), "text"),
        (whole(4, 1), True),
        (whole(4, 0), False),
        (whole(5, 6), 3),  # zigzag: even numbers are positive
        (whole(5, 5), -3),
        (whole(5, 2**64 - 1), -(2**63)),
        (double(6, 0.1), 0.1),
        (part(16, '"NaN"'), math.nan),
        (part(16, "-Infinity"), -math.inf),
        (part(16, "not json"), Unreadable),
        (part(16, ""), Unreadable),
        (part(99, "unknown"), None),
        (b"", None),
    ],
)
def test_every_spelling_of_a_value_is_read(field: bytes, value: Any) -> None:
    found = read_item(part(1, "name") + field).value
    if isinstance(value, float) and math.isnan(value):
        assert math.isnan(found)
        return
    assert (found, type(found)) == (value, type(value))


def test_a_field_of_another_kind_does_not_replace_the_value() -> None:
    assert read_item(part(1, "n") + part(16, "3") + double(99, 1.0)).value == 3
    assert read_item(part(1, "n") + part(16, "3") + whole(16, 7)).value == 3


def test_a_name_that_is_not_utf_8_is_repaired_and_says_so() -> None:
    for head in (part(1, b"lo\xffss"), part(2, b"lo\xffss")):
        found = read_item(head + part(16, "1"))
        assert found == Item(("lo\ufffdss",), 1, is_repaired=True)
    assert not read_item(part(1, "loss") + part(16, "1")).is_repaired


def test_a_value_that_is_not_utf_8_keeps_its_name() -> None:
    found = read_item(part(1, "note") + part(16, b'"a\xff"'))
    assert (found.path, found.value) == (("note",), "a\ufffd")
    assert not found.is_repaired


def test_a_name_of_too_many_parts_ends_in_one() -> None:
    found = read_item(item(*map(str, range(30)), value="1"))
    assert len(found.path) == 21
    assert found.path[:20] == tuple(map(str, range(20)))
    assert found.path[20] == ".".join(map(str, range(20, 30)))


@pytest.mark.parametrize("content", [b"\x0a\x05ab", b"\x0a", b"\xff\xff\xff", b"\x0b"])
def test_bytes_that_are_not_a_message_raise(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"protobuf|cut off"):
        read_item(content)


@given(st.binary(max_size=40))
def test_any_bytes_give_an_item_or_a_value_error(content: bytes) -> None:
    try:
        found = read_item(content)
    except ValueError:
        return
    assert found.path


def leaf_values(value: Any) -> dict[str, Any]:
    return {leaf.name: leaf.value for leaf in leaves(Item(("a",), value))}


def test_a_nested_dict_gives_each_leaf_under_its_path() -> None:
    assert leaf_values({"b": 1, "c": {"d": "NaN?", "e": None}}) == {
        "a.b": 1,
        "a.c.d": "NaN?",
        "a.c.e": None,
    }
    assert math.isnan(leaf_values({"b": "NaN"})["a.b"])
    assert leaf_values({}) == {}
    assert leaf_values([1, 2]) == {"a": [1, 2]}


def test_a_dict_of_media_stays_whole() -> None:
    media = {"_type": "histogram", "values": [1, 2]}
    assert leaf_values(media) == {"a": media}
    assert leaf_values({"b": media, "c": 1}) == {"a.b": media, "a.c": 1}


def test_nesting_beyond_the_limit_stays_a_value() -> None:
    value: Any = 1
    for _ in range(50):
        value = {"x": value}
    ((name, rest),) = leaf_values(value).items()
    assert name.count(".") == 20
    assert isinstance(rest, dict)


def test_a_repaired_name_stays_repaired_below_it() -> None:
    assert all(leaf.is_repaired for leaf in leaves(Item(("a",), {"b": 1}, is_repaired=True)))
