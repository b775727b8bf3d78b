"""Record framing of ``.wandb`` files: LevelDB's log in blocks of 32 KiB, checksums verified.

The file opens with seven bytes (":W&B", 0xBEE1, version 0) that belong to the first block. A record
is one or several fragments, none of which crosses a block: u32 checksum, u16 length, u8 type, data.
Unlike LevelDB's, the checksum is plain CRC-32, of the type and the data.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, NamedTuple

import numpy as np

from analyzer.parsers._tfrecord import LARGEST, Damage, Record

MAGIC = b":W&B\xe1\xbe"
HEADER = MAGIC + b"\0"
BLOCK = 32 << 10
_FRAGMENT = struct.Struct("<IHB")
_MOST_SEARCHED = 16 << 20  # bytes of a file; beyond, damage costs the rest of its block
_MOST_HASHED = 256 << 20  # bytes, over all that might be a fragment; the same
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


def frame(payload: bytes, at: int) -> bytes:
    """Return a payload as one record at a place in the file, as a writer would write it."""
    out = bytearray()
    kinds = {
        (True, True): _FULL,
        (True, False): _FIRST,
        (False, False): _MIDDLE,
        (False, True): _LAST,
    }
    is_first = True
    while True:
        room = BLOCK - (at + len(out)) % BLOCK
        if room < _FRAGMENT.size:
            out += bytes(room)
            continue
        data, payload = payload[: room - _FRAGMENT.size], payload[room - _FRAGMENT.size :]
        body = bytes([kinds[is_first, not payload]]) + data
        out += struct.pack("<IH", zlib.crc32(body), len(data)) + body
        is_first = False
        if not payload:
            return bytes(out)


def records(file: BinaryIO, size: int) -> Iterator[Record | Damage]:
    """Yield each whole record, and a Damage for each stretch of bytes without one.

    After a damaged fragment, reading continues behind it if its end is known, else at the next
    fragment of its block whose checksum holds, else with the next block. A record that lost a
    fragment is lost. At most one block and one record are in memory.
    """
    reader = _Reader()
    for start in range(0, size, BLOCK):
        wanted = min(BLOCK, size - start)
        block = file.read(wanted)
        yield from reader.take_block(block, start, is_last=start + BLOCK >= size)
        if len(block) < wanted:  # the file has shrunk since its size was read
            break
    yield from reader.end()


class _Fragment(NamedTuple):
    """The type and the data of a fragment."""

    kind: int
    data: bytes


class _Reader:
    """Joins fragments into records, and keeps the latest stretch that was lost."""

    def __init__(self) -> None:
        self.parts: list[bytes] | None = None  # None if no record is open
        self.start = 0
        self.length = 0  # of the data, even of a record too large to keep
        self.framed = 0  # the same with headers and padding
        self.lost: Damage | None = None
        self.searched = 0  # bytes in which the end of a damaged fragment was looked for
        self.hashed = 0  # bytes of what might have been a fragment and was not

    def take_block(self, block: bytes, start: int, *, is_last: bool) -> Iterator[Record | Damage]:
        """Yield the records that the fragments of one block complete, and the damage."""
        at = 0
        if not start:
            at = len(HEADER)
            if block[:at] != HEADER:
                key = "truncated_record" if HEADER.startswith(block) else "bad_wandb_header"
                yield Damage(key, 0, len(block[:at]))
        while at < len(block):
            if BLOCK - at < _FRAGMENT.size:
                yield from self._padding(block[at:], start + at)
                return
            fragment = _fragment(block, at)
            if fragment is None:
                end = self._resume(block, at)
                is_end = is_last and end == len(block)
                key = "truncated_record" if is_end and _is_cut(block, at) else "bad_block"
                self._lose(key, start + at, end - at)
                at = end
                continue
            yield from self._take(fragment, start + at)
            at += _FRAGMENT.size + len(fragment.data)

    def _resume(self, block: bytes, at: int) -> int:
        """Return where the fragment behind a damaged one begins, the end of the block if unknown.

        Either the length is damaged, and the checksum holds for another one, or the length is
        right and a whole fragment or the end follows; what lies inside is then not read. If both
        are damaged, the next place will do at which a checksum holds.
        """
        self.searched += len(block) - at
        if self.searched > _MOST_SEARCHED or at + _FRAGMENT.size > len(block):
            return len(block)
        wanted, length, _ = _FRAGMENT.unpack_from(block, at)
        data = at + _FRAGMENT.size
        claimed: int = data + length
        crc = zlib.crc32(block[data - 1 : data])
        for end in range(data, len(block)):
            if crc == wanted and _fragment(block, end):
                return end
            crc = zlib.crc32(block[end : end + 1], crc)
        if claimed == len(block) or (claimed < len(block) and _fragment(block, claimed)):
            return claimed
        return self._next_whole(block, at + 1)

    def _next_whole(self, block: bytes, start: int) -> int:
        """Return the first place from which a whole fragment can be read, else the block's end."""
        for at in _likely(block, start):
            self.hashed += _FRAGMENT.unpack_from(block, at)[1]
            if self.hashed > _MOST_HASHED:
                break
            if _fragment(block, at):
                return at
        return len(block)

    def end(self) -> Iterator[Damage]:
        """Yield a Damage for a record that the file leaves open and for what was lost before it."""
        if self.parts is not None:
            self._lose("truncated_record", self.start, 0)
        yield from self._take_lost()

    def _take(self, fragment: _Fragment, at: int) -> Iterator[Record | Damage]:
        kind, data = fragment
        if kind in (_FULL, _FIRST):
            if self.parts is not None:  # the rest of the record before was lost
                self._lose("bad_block", at, 0)
            yield from self._take_lost()
            self.parts, self.start = [], at
        if self.parts is None:  # the beginning of this record was lost
            self._lose("bad_block", at, _FRAGMENT.size + len(data))
            return
        self.length += len(data)
        self.framed += _FRAGMENT.size + len(data)
        if self.length > LARGEST:
            self.parts = []
        else:
            self.parts.append(data)
        if kind in (_FULL, _LAST):
            yield self._whole()

    def _whole(self) -> Record | Damage:
        """Close the record; return it, or the damage if it is too large to keep."""
        item: Record | Damage = Record(self.start, b"".join(self.parts or ()))
        if self.length > LARGEST:
            item = Damage("record_too_large", self.start, self.framed)
        self._forget()
        return item

    def _lose(self, key: str, at: int, size: int) -> None:
        """Drop the open record; it and ``size`` more bytes join the stretch that is lost."""
        if self.lost is None:
            self.lost = Damage(key, at if self.parts is None else self.start, 0)
        self.lost = replace(self.lost, bytes=self.lost.bytes + self.framed + size)
        self._forget()

    def _forget(self) -> None:
        self.parts, self.length, self.framed = None, 0, 0

    def _take_lost(self) -> Iterator[Damage]:
        """Yield the stretch that was lost, if any, and end it."""
        if self.lost is not None:
            yield self.lost
        self.lost = None

    def _padding(self, rest: bytes, at: int) -> Iterator[Damage]:
        """Check the zeros that fill a block which has no room for another header."""
        if any(rest):
            yield Damage("bad_block", at, len(rest))
        elif self.parts is not None:
            self.framed += len(rest)


def _fragment(block: bytes, at: int) -> _Fragment | None:
    """Return the fragment at a place, or None if it is cut off or damaged."""
    data = at + _FRAGMENT.size
    if data > len(block):
        return None
    crc, length, kind = _FRAGMENT.unpack_from(block, at)
    if kind not in (_FULL, _FIRST, _MIDDLE, _LAST) or data + length > len(block):
        return None
    if zlib.crc32(block[data - 1 : data + length]) != crc:
        return None
    return _Fragment(kind, block[data : data + length])


def _likely(block: bytes, start: int) -> list[int]:
    """Return the places from ``start`` on at which a header has a known type and fits its block."""
    byte = np.frombuffer(block, dtype=np.uint8).astype(np.int64)
    places = np.arange(start, len(block) - _FRAGMENT.size + 1)
    if not len(places):
        return []
    kind, low, high = byte[places + 6], byte[places + 4], byte[places + 5]
    behind = places + _FRAGMENT.size + low + (high << 8)
    fits = (kind >= _FULL) & (kind <= _LAST) & (behind <= len(block))
    likely: list[int] = places[fits].tolist()
    return likely


def _is_cut(block: bytes, at: int) -> bool:
    """Say whether the end of the file cuts off the fragment at a place of its last block."""
    if at + _FRAGMENT.size > len(block):
        return True
    wanted, length, kind = _FRAGMENT.unpack_from(block, at)
    end = at + _FRAGMENT.size + length
    if kind not in (_FULL, _FIRST, _MIDDLE, _LAST) or not len(block) < end <= BLOCK:
        return False
    crc = 0
    for byte in block[at + _FRAGMENT.size - 1 :]:
        crc = zlib.crc32(bytes((byte,)), crc)
        if crc == wanted:
            return False  # it is whole, and only its length is damaged
    return True
