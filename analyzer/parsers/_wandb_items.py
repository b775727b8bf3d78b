"""The items of W&B records: a value under a name, in the spellings of old and new writers.

Newer writers spell a name as ``nested_key`` parts, and a dict as one item for each leaf of it; the
values are JSON, or typed fields. Field numbers are those of W&B's ``wandb_internal.proto``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from analyzer.parsers._json import as_number, read_value
from analyzer.parsers._wire import BYTES, FIXED64, VARINT, Field, fields, signed

_KEY, _NESTED_KEY = b"\x0a", b"\x12"  # the first byte of fields 1 and 2
_JSON = b"\x82\x01"  # the first bytes of field 16
_DEEPEST = 20  # parts of a name; any more are one


@dataclass(frozen=True)
class Item:
    """A value under a name, which may have parts."""

    path: tuple[str, ...]
    value: Any
    is_repaired: bool = False  # the name was not UTF-8

    @property
    def name(self) -> str:
        return self.path[0] if len(self.path) == 1 else ".".join(self.path)


class _Plain(NamedTuple):
    """The parts of the name and the JSON of an item."""

    parts: Sequence[bytes]
    value: bytes


def read_item(message: bytes) -> Item:
    """Return the item in a message. Raises ValueError if it cannot be cut into fields."""
    plain = _plain(message)
    if plain is not None:
        return _named(plain.parts, read_value(plain.value.decode("utf-8", "replace")))
    key = b""
    nested = []
    value: Any = None
    for field in fields(message):
        if field.number == 1 and field.kind == BYTES:
            key = field.content
        elif field.number == 2 and field.kind == BYTES:
            nested.append(field.content)
        else:
            value = _value(field, value)
    return _named(nested or [key], value)


def _plain(message: bytes) -> _Plain | None:
    """Return an item whose fields are all short, as nearly all are, without cutting into fields."""
    kind = message[:1]
    if kind not in (_KEY, _NESTED_KEY):
        return None
    parts = []
    at = 0
    while message[at : at + 1] == kind and len(message) > at + 1 and message[at + 1] < 0x80:
        end = at + 2 + message[at + 1]
        parts.append(message[at + 2 : end])
        at = end
    head, value = message[at : at + 3], message[at + 3 :]
    if not parts or head[:2] != _JSON or len(value) >= 0x80:
        return None
    if head[2:] != len(value).to_bytes(1, "big"):
        return None
    if kind == _KEY:
        parts = parts[-1:]
    return _Plain(parts, value)


def _named(parts: Sequence[bytes], value: Any) -> Item:
    """Return an item under the parts of its name; wrong bytes become U+FFFD."""
    if len(parts) > _DEEPEST:
        parts = [*parts[:_DEEPEST], b".".join(parts[_DEEPEST:])]
    try:
        return Item(tuple([part.decode() for part in parts]), value)
    except UnicodeDecodeError:
        path = tuple([part.decode("utf-8", "replace") for part in parts])
        return Item(path, value, is_repaired=True)


def _value(field: Field, before: Any) -> Any:
    """Return the value in a field of an item, or ``before`` if the field has none.

    It is JSON (field 16, in newer writers also 8), or typed (4 to 7).
    """
    if field.kind == BYTES and field.number in (16, 8):
        return read_value(field.content.decode("utf-8", "replace"))
    if field.kind == BYTES and field.number == 7:
        return field.content.decode("utf-8", "replace")
    if field.kind == VARINT and field.number == 4:
        return bool(field.varint)
    if field.kind == VARINT and field.number == 5:
        return signed(field.varint >> 1) ^ -(field.varint & 1)  # zigzag
    if field.kind == FIXED64 and field.number == 6:
        return float(struct.unpack("<d", field.content)[0])
    return before


def leaves(item: Item, depth: int = _DEEPEST) -> Iterator[Item]:
    """Yield the items of a nested dict, each under its path; a dict of media stays whole."""
    if not isinstance(item.value, dict) or "_type" in item.value or not depth:
        yield item
        return
    for name, value in item.value.items():
        inner = Item((*item.path, name), as_number(value), item.is_repaired)
        yield from leaves(inner, depth - 1)
