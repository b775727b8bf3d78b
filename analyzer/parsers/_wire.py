"""Protobuf wire format: cut a message into fields; repair strings that are not UTF-8."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # wire types
_FIXED = {FIXED64: 8, FIXED32: 4}  # wire type -> bytes


class Field(NamedTuple):
    """One field: ``varint`` is its value if ``kind`` is VARINT, else ``content`` has its bytes."""

    number: int
    kind: int
    varint: int
    content: bytes


class Span(NamedTuple):
    """Where a field is in a message: it begins at ``at``, its value is ``start`` to ``end``."""

    number: int
    kind: int
    at: int
    start: int
    end: int


def spans(message: bytes, start: int, end: int) -> Iterator[Span]:
    """Yield where each field of the message between two places is; raises as ``fields`` does."""
    at = start
    while at < end:
        begin = at
        key, at = _read_varint(message, at)
        kind, first = key & 7, at
        if kind == VARINT:
            _, at = _read_varint(message, at)
        elif kind == BYTES:
            size, first = _read_varint(message, at)
            at = first + size
        elif kind in _FIXED:
            at += _FIXED[kind]
        else:
            raise ValueError("not a protobuf message")
        if at > end:
            raise ValueError("a field is cut off")
        yield Span(key >> 3, kind, begin, first, at)


def fields(message: bytes) -> Iterator[Field]:
    """Yield the fields of a message. Raises ValueError if it cannot be cut into fields."""
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        kind, value, size = key & 7, 0, 0
        if kind == VARINT:
            value, at = _read_varint(message, at)
        elif kind == BYTES:
            size, at = _read_varint(message, at)
        elif kind in _FIXED:
            size = _FIXED[kind]
        else:
            raise ValueError("not a protobuf message")
        if at + size > len(message):
            raise ValueError("a field is cut off")
        yield Field(key >> 3, kind, value, message[at : at + size])
        at += size


def contents(message: bytes, number: int) -> Iterator[bytes]:
    """Yield the strings, or messages, under a field number; raises as ``fields`` does."""
    for field in fields(message):
        if field.number == number and field.kind == BYTES:
            yield field.content


def signed(varint: int) -> int:
    """Return the int64 of a varint, which has the two's complement of a negative number."""
    low = varint & (1 << 64) - 1
    return low - (1 << 64) if low >> 63 else low


def repair_strings(message: bytes, path: Sequence[int]) -> bytes:
    """Return a message whose strings at a path of field numbers are UTF-8.

    Each wrong byte becomes U+FFFD. Raises ValueError if the message cannot be cut into fields.
    """
    repaired = bytearray()
    for field in fields(message):
        content = field.content
        if field.number == path[0] and field.kind == BYTES:
            if path[1:]:
                content = repair_strings(content, path[1:])
            else:
                content = content.decode("utf-8", "replace").encode()
        repaired += encode(field._replace(content=content))
    return bytes(repaired)


def encode(field: Field) -> bytes:
    """Return the bytes of a field in a message."""
    key = _varint(field.number << 3 | field.kind)
    if field.kind == VARINT:
        return key + _varint(field.varint)
    if field.kind == BYTES:
        key += _varint(len(field.content))
    return key + field.content


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    if at < len(data) and data[at] < 0x80:  # most keys and lengths
        return data[at], at + 1
    number = 0
    for place, byte in enumerate(data[at : at + 10]):
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, at + place + 1
    raise ValueError("a number is cut off")


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])
