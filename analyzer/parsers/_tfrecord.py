"""TFRecord framing: u64 length, u32 CRC32C of it, payload, u32 CRC32C of the payload.

Both checksums are masked, as ``masked_crc`` does.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

import numpy as np

from analyzer.parsers._checksums import crc, crc_table, masked, masked_crc
from analyzer.stats.arrays import Ints

# A record above 64 MiB has no scalar of interest; believing its length would fill the memory.
LARGEST = 64 << 20
HEADER = struct.Struct("<QI")
FOOTER = struct.Struct("<I")
# Bytes that are searched at once: few at first, as most gaps are short.
_FIRST_WINDOW, _WINDOW = 1 << 8, 1 << 20


class Record(NamedTuple):
    """The payload of one record, and the byte of the file at which the record begins."""

    position: int
    payload: bytes


class Item(NamedTuple):
    """The record or the damage at an offset, and the offset behind it."""

    item: Record | Damage
    end: int


class Headers(NamedTuple):
    """Where in some bytes headers begin, and the length that each gives."""

    place: Ints
    length: Ints


@dataclass(frozen=True)
class Damage:
    """A place where the framing broke: the key of the issue, the byte offset, bytes skipped."""

    key: str
    position: int
    bytes: int


def frame(payload: bytes) -> bytes:
    """Return a payload as one record, as a writer would write it."""
    length = struct.pack("<Q", len(payload))
    return length + FOOTER.pack(masked_crc(length)) + payload + FOOTER.pack(masked_crc(payload))


def records(file: BinaryIO, size: int) -> Iterator[Record | Damage]:
    """Yield each record whose checksums hold, and a Damage for each stretch without one.

    A wrong checksum of a payload loses that record. After a wrong checksum of a length, or a
    length beyond the end of the file, reading continues at the next whole record, never inside a
    record whose length is known.
    """
    offset = 0
    while offset < size:
        file.seek(offset)
        item, offset = next_item(file, offset, size)
        yield item


def next_item(file: BinaryIO, offset: int, size: int) -> Item:
    """Return the record or the damage at an offset, and the offset behind it."""
    left = size - offset
    header = file.read(HEADER.size)
    if len(header) < HEADER.size:
        return Item(Damage("truncated_record", offset, left), size)
    length, length_crc = HEADER.unpack(header)
    if length_crc != masked_crc(header[:8]):
        end = _resume(file, offset, size)
        return Item(Damage("bad_length_crc", offset, end - offset), end)
    end = offset + HEADER.size + length + FOOTER.size
    if end > size:  # cut off, unless more follows than the beginning of one record
        end = _resume(file, offset, size)
        key = "truncated_record" if end == size else "length_past_end"
        return Item(Damage(key, offset, end - offset), end)
    if length > LARGEST:
        return Item(Damage("record_too_large", offset, end - offset), end)
    payload, footer = file.read(length), file.read(FOOTER.size)
    if len(footer) < FOOTER.size:  # the file has shrunk since its size was read
        return Item(Damage("truncated_record", offset, left), size)
    if FOOTER.unpack(footer)[0] != masked_crc(payload):
        return Item(Damage("bad_payload_crc", offset, end - offset), end)
    return Item(Record(offset, payload), end)


def _resume(file: BinaryIO, offset: int, size: int) -> int:
    """Return the offset of the next whole record after a bad length, else the end of the file."""
    behind = offset + 1
    window = _FIRST_WINDOW
    start = behind
    limit = min(size, offset + LARGEST)  # a longer gap ends the file
    while start < limit:
        file.seek(start)
        data = file.read(min(window, limit - start) + HEADER.size - 1)
        found = headers(data, _behind_zeros(data), len(data))
        for place, length in zip(found.place.tolist(), found.length.tolist(), strict=True):
            payload: int = start + place + HEADER.size
            end: int = payload + length + FOOTER.size
            if start + place < behind or end > size or not length:
                continue
            file.seek(payload)
            if FOOTER.pack(masked_crc(file.read(length))) == file.read(FOOTER.size):
                return payload - HEADER.size
            behind = end  # never inside a record whose length holds: text could smuggle points in
        start += window
        window = min(2 * window, _WINDOW)
    return size


def _behind_zeros(data: bytes) -> int:
    """Return where the first header may begin: no header is all zeros, as a hole of a file is."""
    return max(0, len(data) - len(data.lstrip(b"\0")) - HEADER.size + 1)


def headers(data: bytes, at: int, end: int) -> Headers:
    """Return each place between two at which a header is, whole, and the length that it gives.

    Only lengths up to 64 MiB are found, so that the upper half of each is 0.
    """
    if end - at < HEADER.size:
        return Headers(np.arange(0), np.arange(0))
    found = []
    for phase in range(4):  # a header may begin at any byte
        count = (end - at - phase) // 4
        zero = np.frombuffer(data, "<u4", count, at + phase) == 0
        found.append(4 * np.flatnonzero(zero) + (phase - 4))
    place = np.sort(np.concatenate(found))
    place = place[(place >= 0) & (place <= end - at - HEADER.size)]
    numbers = np.ndarray((end - at - 3,), "<u4", data, at, (1,))  # one that begins at each byte
    length, length_crc = numbers[place], numbers[place + 8]
    crcs = np.full(len(place), crc(bytes(8)), dtype=np.uint32)
    for byte in range(4):
        crcs ^= crc_table(7 - byte).take((length >> np.uint32(8 * byte)) & np.uint32(0xFF))
    holds = (length <= LARGEST) & (length_crc == masked(crcs))
    return Headers(place[holds] + at, length[holds].astype(np.int64))
