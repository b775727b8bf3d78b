"""VisualDL's records: u64 length, then a protobuf message; there are no checksums.

A length is believed if the message fills it exactly. Where it does not, reading goes on at the next
place where one does. Field numbers are those of VisualDL's ``record.proto``.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from analyzer.parsers._tfrecord import Damage
from analyzer.parsers._wire import BYTES, FIXED32, FIXED64, VARINT, Field, contents, fields, signed

LARGEST = 64 << 20  # bytes of a record; a larger one has no scalar of interest
_LENGTH = struct.Struct("<Q")
_OPENING = 0x0A  # the first byte of a record: its only field, number 1
_START = re.compile(rb"(?s)(?=....\0\0\0\0\x0a)")
_WINDOW = 1 << 20  # bytes that are searched at once


class Scalar(NamedTuple):
    """One logged number; ``time`` is in milliseconds."""

    tag: str
    step: int
    time: int
    value: float


@dataclass(frozen=True)
class Settings:
    """The hyperparameters in a record."""

    values: dict[str, Any]


class Other(NamedTuple):
    """A record with anything else; ``what`` is the name of its kind, "" for the opening one."""

    what: str


Contents = Scalar | Settings | Other
_KINDS = {
    5: "image",
    6: "audio",
    7: "embeddings",
    8: "histogram",
    9: "pr_curve",
    10: "",
    11: "roc_curve",
    12: "text",
}


def records(file: BinaryIO, size: int) -> Iterator[Contents | Damage]:
    """Yield the contents of each record, and a Damage for each stretch without one."""
    offset = 0
    while offset < size:
        file.seek(offset)
        header = file.read(_LENGTH.size)
        length = int.from_bytes(header, "little")
        end = offset + _LENGTH.size + length
        if len(header) < _LENGTH.size:
            yield Damage("truncated_record", offset, size - offset)
            return
        if length > LARGEST and end <= size and file.read(1)[:1] == b"\x0a":
            yield Damage("record_too_large", offset, end - offset)
            offset = end
            continue
        payload = file.read(min(length, LARGEST, size - offset))
        found = None if len(payload) < length else _read(payload)
        if found is not None:
            yield from found
            offset = end
            continue
        if end > size and _claims_its_length(payload, length):
            yield Damage("truncated_record", offset, size - offset)
            return
        resumed = _resume(file, offset + 1, size)
        key = "bad_record" if resumed < size or end <= size else "truncated_record"
        yield Damage(key, offset, resumed - offset)
        offset = resumed


def _read(payload: bytes) -> list[Contents] | None:
    """Return the contents of a record, None if it is not one."""
    try:
        outer = list(fields(payload))
        if not outer or any(field.number != 1 or field.kind != BYTES for field in outer):
            return None
        return [_value(field.content) for field in outer]
    except ValueError:
        return None


def _value(message: bytes) -> Contents:
    """Return what one value of a record is. Raises ValueError if it cannot be cut into fields."""
    step = time = 0
    tag = ""
    number: float | None = None
    other: Contents = Other("empty value")
    for field in fields(message):
        if field.number == 1 and field.kind == VARINT:
            step = signed(field.varint)
        elif field.number == 2 and field.kind == BYTES:
            tag = field.content.decode("utf-8", "replace")
        elif field.number == 3 and field.kind == VARINT:
            time = signed(field.varint)
        elif field.number == 4 and field.kind == FIXED32:
            number = _float(field)
        elif field.number == 14 and field.kind == BYTES:
            part, number = _tag_value(field.content)
            tag = f"{tag}/{part}"
        elif field.number == 13 and field.kind == BYTES:
            other = Settings(_settings(field.content))
        elif field.number in _KINDS:
            other = Other(_KINDS[field.number])
    return other if number is None else Scalar(tag, step, time, number)


def _tag_value(message: bytes) -> tuple[str, float]:
    """Return the name and the number of one of several scalars under a tag."""
    name, number = "", 0.0
    for field in fields(message):
        if field.number == 1 and field.kind == BYTES:
            name = field.content.decode("utf-8", "replace")
        elif field.number == 2 and field.kind == FIXED32:
            number = _float(field)
    return name, number


def _settings(message: bytes) -> dict[str, Any]:
    """Return the hyperparameters of a record: whole numbers, numbers and texts."""
    values: dict[str, Any] = {}
    for info in contents(message, 1):
        name = ""
        value: Any = None
        for field in fields(info):
            if field.number == 1 and field.kind == VARINT:
                value = signed(field.varint)
            elif field.number == 2 and field.kind == FIXED64:
                value = float(struct.unpack("<d", field.content)[0])
            elif field.number == 3 and field.kind == BYTES:
                value = field.content.decode("utf-8", "replace")
            elif field.number == 4 and field.kind == BYTES:
                name = field.content.decode("utf-8", "replace")
        values[name] = value
    return values


def _float(field: Field) -> float:
    return float(struct.unpack("<f", field.content)[0])


def _claims_its_length(payload: bytes, length: int) -> bool:
    """Say whether a cut record opens with a message as long as the record claims to be."""
    if payload[:1] != bytes([_OPENING]):
        return False
    inner = shift = 0
    for place, byte in enumerate(payload[1:10], 2):
        inner |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return inner + place == length
    return False


def _resume(file: BinaryIO, start: int, size: int) -> int:
    """Return the offset of the next whole record from a place on, else the end of the file."""
    limit = min(size, start + LARGEST)
    while start < limit:
        file.seek(start)
        data = file.read(_WINDOW + _LENGTH.size)
        for match in _START.finditer(data):
            place = match.start()
            (length,) = _LENGTH.unpack_from(data, place)
            first = start + place + _LENGTH.size
            if not 2 < length <= min(LARGEST, size - first):
                continue
            file.seek(first)
            if _claims_its_length(file.read(16), length):
                file.seek(first)
                if _read(file.read(length)) is not None:
                    return start + place
        start += _WINDOW
    return size
