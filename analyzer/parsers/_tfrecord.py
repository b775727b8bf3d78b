"""TFRecord framing: u64 length, u32 masked CRC32C of it, payload, u32 masked CRC32C of the payload."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import google_crc32c

LARGEST = 64 << 20  # a record above 64 MiB holds no scalar of interest; believing its length would fill the memory
_HEADER = struct.Struct("<QI")
_FOOTER = struct.Struct("<I")


@dataclass(frozen=True)
class Damage:
    """Where the framing broke: ``key`` of the issue, byte offset of the record, bytes that were not read."""

    key: str
    position: int
    bytes: int


def masked_crc(data: bytes) -> int:
    """Return the CRC32C of ``data``, rotated and offset as TFRecord stores it."""
    crc: int = google_crc32c.value(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def frame(payload: bytes) -> bytes:
    """Return a payload as one record: what a writer would put into the file."""
    length = struct.pack("<Q", len(payload))
    return length + _FOOTER.pack(masked_crc(length)) + payload + _FOOTER.pack(masked_crc(payload))


def records(file: BinaryIO, size: int) -> Iterator[tuple[int, bytes] | Damage]:
    """Yield (offset, payload) for each record whose checksums hold; the first damage is yielded as the last item."""
    offset = 0
    while offset < size:
        left = size - offset
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            yield Damage("truncated_record", offset, left)
            return
        length, length_crc = _HEADER.unpack(header)
        key = _header_damage(header, length, length_crc, left)
        if key:
            yield Damage(key, offset, left)
            return
        payload = file.read(length)
        footer = file.read(_FOOTER.size)
        if len(footer) < _FOOTER.size:
            yield Damage("truncated_record", offset, left)
            return
        if _FOOTER.unpack(footer)[0] != masked_crc(payload):
            yield Damage("bad_payload_crc", offset, left)
            return
        yield offset, payload
        offset += _HEADER.size + length + _FOOTER.size


def _header_damage(header: bytes, length: int, length_crc: int, left: int) -> str | None:
    if length_crc != masked_crc(header[:8]):
        return "bad_length_crc"
    if length > left - _HEADER.size - _FOOTER.size:
        return "truncated_record"
    return "record_too_large" if length > LARGEST else None
