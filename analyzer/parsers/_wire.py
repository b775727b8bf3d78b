"""Protobuf wire format: a message cut into fields, whatever they mean; and strings mended that are no UTF-8."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # wire types
_FIXED = {FIXED64: 8, FIXED32: 4}  # wire type -> bytes


class Field(NamedTuple):
    """One field: ``varint`` holds the value where the wire type is VARINT, ``content`` the bytes of any other."""

    number: int
    kind: int
    varint: int
    content: bytes


class Span(NamedTuple):
    """Where a field stands in a message: its content, or the bytes of its number, from ``start`` to ``end``."""

    number: int
    kind: int
    at: int
    start: int
    end: int


def spans(message: bytes, start: int, end: int) -> Iterator[Span]:
    """Yield where each field of the message between two places stands. Raises ValueError as ``fields`` does."""
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
            raise ValueError("no protobuf message")
        if at > end:
            raise ValueError("a field is cut off")
        yield Span(key >> 3, kind, begin, first, at)


def fields(message: bytes) -> Iterator[Field]:
    """Yield the fields of a message. Raises ValueError where it cannot be cut into fields."""
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
            raise ValueError("no protobuf message")
        if at + size > len(message):
            raise ValueError("a field is cut off")
        yield Field(key >> 3, kind, value, message[at : at + size])
        at += size


def contents(message: bytes, number: int) -> Iterator[bytes]:
    """Yield the strings, or messages, that stand under a field number. Raises ValueError as ``fields`` does."""
    return (
        field.content for field in fields(message) if field.number == number and field.kind == BYTES
    )


def signed(varint: int) -> int:
    """Return the int64 that a varint stands for: a negative one is stored as its two's complement."""
    low = varint & (1 << 64) - 1
    return low - (1 << 64) if low >> 63 else low


def mend_strings(message: bytes, path: Sequence[int]) -> bytes:
    """Return a message whose strings at a path of field numbers are UTF-8; each wrong byte becomes U+FFFD.

    Raises ValueError where the message cannot be cut into fields.
    """
    out = bytearray()
    for field in fields(message):
        content = field.content
        if field.number == path[0] and field.kind == BYTES:
            content = (
                mend_strings(content, path[1:])
                if path[1:]
                else content.decode("utf-8", "replace").encode()
            )
        out += encode(field._replace(content=content))
    return bytes(out)


def encode(field: Field) -> bytes:
    """Return a field as it stands in a message."""
    key = _varint(field.number << 3 | field.kind)
    if field.kind == VARINT:
        return key + _varint(field.varint)
    return key + (_varint(len(field.content)) if field.kind == BYTES else b"") + field.content


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
