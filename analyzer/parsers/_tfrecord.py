"""TFRecord framing: u64 length, u32 CRC32C of it, payload, u32 CRC32C of the payload.

Both checksums are masked, as ``masked_crc`` does.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO, NamedTuple

import google_crc32c
import numpy as np
import numpy.typing as npt

from analyzer.stats.arrays import Ints

# A record above 64 MiB has no scalar of interest; believing its length would fill the memory.
LARGEST = 64 << 20
_HEADER = struct.Struct("<QI")
_FOOTER = struct.Struct("<I")
_LENGTH, _CRC = slice(0, 8), slice(8, 12)  # in the header
# Bytes that are searched at once: few at first, as most gaps are short.
_FIRST_WINDOW, _WINDOW = 1 << 8, 1 << 20
# Bytes that are read and checked at once: few at first and after damage.
_FIRST_BLOCK, _BLOCK = 1 << 10, 4 << 20
_MASK = 0xA282EAD8  # tensorflow/core/lib/hash/crc32c.h

Bytes = npt.NDArray[np.uint8]


class Record(NamedTuple):
    """The payload of one record, and the byte of the file at which the record begins."""

    position: int
    payload: bytes


class _Next(NamedTuple):
    """The record or the damage at an offset, and the offset behind it."""

    item: Record | Damage
    end: int


class _Length(NamedTuple):
    """A length whose checksum holds, and the place in some bytes at which it is."""

    place: int
    length: int


@dataclass(frozen=True, eq=False)
class Block:
    """Consecutive whole records, checksums verified.

    ``start`` and ``length`` locate each payload in ``data``, which is at ``offset`` in the file.
    """

    offset: int
    data: bytes
    start: Ints
    length: Ints

    def payload(self, index: int) -> bytes:
        """Return the payload of a record."""
        start = int(self.start[index])
        return self.data[start : start + int(self.length[index])]

    def position(self, index: int) -> int:
        """Return the byte of the file at which a record begins."""
        return self.offset + int(self.start[index]) - _HEADER.size


@dataclass(frozen=True)
class Damage:
    """A place where the framing broke: the key of the issue, the byte offset, bytes skipped."""

    key: str
    position: int
    bytes: int


def masked_crc(data: bytes) -> int:
    """Return the CRC32C of ``data``, rotated and offset as TFRecord stores it."""
    crc: int = google_crc32c.value(data)
    return (((crc >> 15) | (crc << 17)) + _MASK) & 0xFFFFFFFF


def frame(payload: bytes) -> bytes:
    """Return a payload as one record, as a writer would write it."""
    length = struct.pack("<Q", len(payload))
    return length + _FOOTER.pack(masked_crc(length)) + payload + _FOOTER.pack(masked_crc(payload))


def records(file: BinaryIO, size: int) -> Iterator[Record | Damage]:
    """Yield each record whose checksums hold, and a Damage for each stretch without one.

    A wrong checksum of a payload loses that record. After a wrong checksum of a length, or a
    length beyond the end of the file, reading continues at the next whole record, never inside a
    record whose length is known.
    """
    offset = 0
    while offset < size:
        file.seek(offset)
        item, offset = _next(file, offset, size)
        yield item


def blocks(file: BinaryIO, size: int) -> Iterator[Block | Record | Damage]:
    """Yield the same as ``records``, whole records together in blocks: some ten times faster."""
    offset, window = 0, _FIRST_BLOCK
    while offset < size:
        file.seek(offset)
        block = _whole(offset, file.read(min(window, size - offset)))
        window = min(2 * window, _BLOCK)
        if len(block.start):
            yield block
            offset = block.position(-1) + _HEADER.size + int(block.length[-1]) + _FOOTER.size
            continue
        file.seek(offset)
        item, offset = _next(file, offset, size)
        if isinstance(item, Damage):
            window = _FIRST_BLOCK  # in a damaged stretch, little is read in vain
        yield item


def _whole(offset: int, data: bytes) -> Block:
    """Return the whole records at the start of some bytes whose checksums hold."""
    starts: list[int] = []
    lengths: list[int] = []
    at, last = 0, len(data) - _FOOTER.size
    while at + _HEADER.size <= last:
        size = int.from_bytes(data[at : at + 8], "little")
        behind = at + _HEADER.size + size
        if behind > last:
            break
        starts.append(at + _HEADER.size)
        lengths.append(size)
        at = behind + _FOOTER.size
    start, length = np.array(starts, dtype=np.int64), np.array(lengths, dtype=np.int64)
    byte = np.frombuffer(data, dtype=np.uint8)
    known = {size: masked_crc(struct.pack("<Q", size)) for size in set(lengths)}
    wanted = np.array([known[size] for size in lengths], dtype=np.uint32)
    holds = _numbers_at(byte, start - _FOOTER.size) == wanted
    crc = np.array(
        [google_crc32c.value(data[a : a + n]) for a, n in zip(starts, lengths, strict=True)],
        dtype=np.uint32,
    )
    holds &= _numbers_at(byte, start + length) == _masked(crc)
    whole = len(start) if holds.all() else int(np.argmin(holds))
    return Block(offset, data, start[:whole], length[:whole])


def _numbers_at(byte: Bytes, place: Ints) -> npt.NDArray[np.uint32]:
    """Return the 32-bit numbers at some places."""
    four: npt.NDArray[np.uint32] = byte[place[:, None] + np.arange(4)].copy().view("<u4")[:, 0]
    return four


def _masked(crc: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Return checksums, rotated and offset as TFRecord stores them."""
    rotated: npt.NDArray[np.uint32] = (crc >> np.uint32(15)) | (crc << np.uint32(17))
    return rotated + np.uint32(_MASK)


def _next(file: BinaryIO, offset: int, size: int) -> _Next:
    """Return the record or the damage at an offset, and the offset behind it."""
    left = size - offset
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return _Next(Damage("truncated_record", offset, left), size)
    length, length_crc = _HEADER.unpack(header)
    if length_crc != masked_crc(header[:8]):
        end = _resume(file, offset, size)
        return _Next(Damage("bad_length_crc", offset, end - offset), end)
    end = offset + _HEADER.size + length + _FOOTER.size
    if end > size:  # cut off, unless more follows than the beginning of one record
        end = _resume(file, offset, size)
        key = "truncated_record" if end == size else "length_past_end"
        return _Next(Damage(key, offset, end - offset), end)
    if length > LARGEST:
        return _Next(Damage("record_too_large", offset, end - offset), end)
    payload, footer = file.read(length), file.read(_FOOTER.size)
    if len(footer) < _FOOTER.size:  # the file has shrunk since its size was read
        return _Next(Damage("truncated_record", offset, left), size)
    if _FOOTER.unpack(footer)[0] != masked_crc(payload):
        return _Next(Damage("bad_payload_crc", offset, end - offset), end)
    return _Next(Record(offset, payload), end)


def _resume(file: BinaryIO, offset: int, size: int) -> int:
    """Return the offset of the next whole record after a bad length, else the end of the file."""
    behind = offset + 1
    window = _FIRST_WINDOW
    start = behind
    limit = min(size, offset + LARGEST)  # a longer gap ends the file
    while start < limit:
        file.seek(start)
        for place, length in _lengths(file.read(min(window, limit - start) + _HEADER.size - 1)):
            payload = start + place + _HEADER.size
            end = payload + length + _FOOTER.size
            if start + place < behind or end > size:
                continue
            file.seek(payload)
            if _FOOTER.pack(masked_crc(file.read(length))) == file.read(_FOOTER.size):
                return start + place
            behind = end  # never inside a record whose length holds: text could smuggle points in
        start += window
        window = min(2 * window, _WINDOW)
    return size


def _lengths(data: bytes) -> Iterator[_Length]:
    """Yield each length of 1 byte to 64 MiB that is followed by its checksum."""
    if len(data) < _HEADER.size:
        return
    byte = np.lib.stride_tricks.sliding_window_view(
        np.frombuffer(data, dtype=np.uint8), _HEADER.size
    )
    small = (byte[:, 4] == 0) & (byte[:, 3] <= LARGEST >> 24) & byte[:, :4].any(axis=1)
    byte = byte[small]
    length = byte[:, _LENGTH].copy().view("<u8")[:, 0]
    length_crc = byte[:, _CRC].copy().view("<u4")[:, 0]
    crc = np.bitwise_xor.reduce(
        [table[column] for table, column in zip(_crc_tables(), byte.T, strict=False)]
    )
    holds = (length <= LARGEST) & (length_crc == _masked(crc))
    places = np.flatnonzero(small)[holds]
    yield from map(_Length, places.tolist(), length[holds].tolist())


@cache
def _crc_tables() -> list[npt.NDArray[np.uint32]]:
    """Return what each value of a length's first four bytes adds (by xor) to its CRC.

    The other four bytes are 0, as no length is above 64 MiB.
    """
    zero = np.uint32(google_crc32c.value(bytes(8)))
    tables = []
    for place in range(4):
        numbers = [value << 8 * place for value in range(256)]
        crcs = [google_crc32c.value(number.to_bytes(8, "little")) for number in numbers]
        table = np.array(crcs, dtype=np.uint32)
        tables.append(table ^ zero if place else table)
    return tables
