"""Items of W&B records: old and new spellings of a name, typed values, nested dicts."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest

from analyzer.parsers._wandb_items import Item, leaves, read_item

DEEPEST = 20  # parts of a name


def field(number: int, content: bytes) -> bytes:
    """Return a field of bytes as protobuf writes it; its number and size are below 16,384."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    if value < 0x80:
        return bytes([value])
    return bytes([value & 0x7F | 0x80]) + varint(value >> 7)


def item_of(*parts: str, value: Any = 0.5, number: int = 2) -> bytes:
    """Return an item with JSON under the parts of its name."""
    names = b"".join(field(number, part.encode()) for part in parts)
    return names + field(16, json.dumps(value).encode())


@pytest.mark.parametrize("size", [4, 200], ids=["short", "long"])
def test_a_name_is_a_key_or_nested_parts(size: int) -> None:
    name = "loss" * (size // 4)
    assert read_item(item_of(name, number=1)) == Item((name,), 0.5)
    assert read_item(item_of("val", name)) == Item(("val", name), 0.5)
    assert read_item(item_of("val", name)).name == f"val.{name}"


@pytest.mark.parametrize("size", [1, 200], ids=["short", "long"])
def test_a_name_with_many_parts_keeps_twenty_and_joins_the_rest(size: int) -> None:
    parts = [f"{at}" * size for at in range(DEEPEST + 3)]
    assert read_item(item_of(*parts[:DEEPEST])).path == tuple(parts[:DEEPEST])
    assert read_item(item_of(*parts)).path == (*parts[:DEEPEST], ".".join(parts[DEEPEST:]))


def test_a_name_that_is_no_text_is_repaired() -> None:
    found = read_item(field(1, b"lo\xffss") + field(16, b"1"))
    assert found == Item(("lo\ufffdss",), 1, is_repaired=True)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (field(8, b"2.5"), 2.5),
        (field(7, b"adam"), "adam"),
        (b"\x20\x01", True),
        (b"\x28\x05", -3),
        (b"\x31" + struct.pack("<d", 1.25), 1.25),
        (field(99, b"newer"), None),
    ],
    ids=["json", "text", "bool", "whole", "float", "unknown"],
)
def test_a_value_is_json_or_typed(content: bytes, value: Any) -> None:
    found = read_item(field(1, b"lr") + content)
    assert found == Item(("lr",), value)
    assert type(found.value) is type(value)


def test_a_dict_has_an_item_for_each_leaf_and_media_stay_whole() -> None:
    media = {"_type": "image-file", "path": "a.png"}
    found = leaves(Item(("val",), {"loss": 0.5, "top": {"1": 0.75}, "image": media}))
    assert [(item.name, item.value) for item in found] == [
        ("val.loss", 0.5),
        ("val.top.1", 0.75),
        ("val.image", media),
    ]


def test_a_dict_within_dicts_beyond_the_deepest_stays_whole() -> None:
    value: Any = 0.5
    for _ in range(DEEPEST + 1):
        value = {"in": value}
    (found,) = leaves(Item(("config",), value))
    assert found == Item(("config", *["in"] * DEEPEST), {"in": 0.5})
