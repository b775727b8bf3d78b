"""TFRecord framing: u64 length, u32 masked CRC32C of it, payload, u32 masked CRC32C of the payload."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

import google_crc32c
import numpy as np
import numpy.typing as npt

LARGEST = 64 << 20  # a record above 64 MiB holds no scalar of interest; believing its length would fill the memory
_HEADER = struct.Struct("<QI")
_FOOTER = struct.Struct("<I")
_LENGTH, _CRC = slice(0, 8), slice(8, 12)  # in the header
_WINDOW = 1 << 20  # bytes that are searched at once


@dataclass(frozen=True)
class Damage:
    """Where the framing broke: ``key`` of the issue, byte offset of the record, bytes that were passed over."""

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
    """Yield (offset, payload) for each record whose checksums hold, and a Damage for each stretch that has none.

    A record whose length holds and whose payload does not costs that record. Where a length does not hold, the reader
    goes on at the next position at which a whole record stands, never inside a record whose length is known.
    """
    offset = 0
    while offset < size:
        file.seek(offset)
        item, offset = _next(file, offset, size)
        yield item


def _next(file: BinaryIO, offset: int, size: int) -> tuple[tuple[int, bytes] | Damage, int]:
    """Return the record or the damage at an offset, and the offset behind it."""
    left = size - offset
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return Damage("truncated_record", offset, left), size
    length, length_crc = _HEADER.unpack(header)
    if length_crc != masked_crc(header[:8]):
        end = _resume(file, offset, size)
        return Damage("bad_length_crc", offset, end - offset), end
    end = offset + _HEADER.size + length + _FOOTER.size
    if end > size:
        return Damage("truncated_record", offset, left), size
    if length > LARGEST:
        return Damage("record_too_large", offset, end - offset), end
    payload, footer = file.read(length), file.read(_FOOTER.size)
    if len(footer) < _FOOTER.size:  # the file has shrunk since its size was read
        return Damage("truncated_record", offset, left), size
    if _FOOTER.unpack(footer)[0] != masked_crc(payload):
        return Damage("bad_payload_crc", offset, end - offset), end
    return (offset, payload), end


def _resume(file: BinaryIO, offset: int, size: int) -> int:
    """Return the next offset after a bad length at which a record is whole, else the end of the file."""
    file.seek(offset)
    data = file.read(LARGEST)  # a longer gap than this ends the file
    behind = 0
    for place in _lengths(data):
        if place < behind:
            continue  # never inside a record whose length holds: a text could smuggle points in
        length = int.from_bytes(data[place : place + 8], "little")
        if offset + place + _HEADER.size + length + _FOOTER.size > size:
            continue
        file.seek(offset + place + _HEADER.size)
        payload, footer = file.read(length), file.read(_FOOTER.size)
        if footer == _FOOTER.pack(masked_crc(payload)):
            return offset + place
        behind = place + _HEADER.size + length + _FOOTER.size
    return size


def _lengths(data: bytes) -> Iterator[int]:
    """Yield the places of a length of 1 byte to 64 MiB whose checksum stands behind it."""
    array = np.frombuffer(data, dtype=np.uint8)
    tables = _crc_tables()
    for start in range(1, len(array) - _HEADER.size + 1, _WINDOW):
        part = array[start : start + _WINDOW + _HEADER.size - 1]
        byte = np.lib.stride_tricks.sliding_window_view(part, _HEADER.size)
        small = (byte[:, 4] == 0) & (byte[:, 3] <= LARGEST >> 24) & byte[:, :4].any(axis=1)
        byte = byte[small]
        length, length_crc = (byte[:, cut].copy().view(kind)[:, 0] for cut, kind in ((_LENGTH, "<u8"), (_CRC, "<u4")))
        crc = np.bitwise_xor.reduce([table[column] for table, column in zip(tables, byte.T, strict=False)])
        masked = ((crc >> 15) | (crc << 17)) + np.uint32(0xA282EAD8)
        holds = (length > 0) & (length <= LARGEST) & (length_crc == masked)
        yield from (start + np.flatnonzero(small)[holds]).tolist()


@cache
def _crc_tables() -> list[npt.NDArray[np.uint32]]:
    """Return the CRC of each value of the first four bytes of a length whose other bytes are 0; a CRC adds up by xor."""
    none = google_crc32c.value(bytes(8))
    return [
        np.array(
            [google_crc32c.value((value << 8 * place).to_bytes(8, "little")) ^ (none if place else 0) for value in range(256)],
            dtype=np.uint32,
        )
        for place in range(4)
    ]
