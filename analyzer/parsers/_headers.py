"""Find consecutive records by their headers, many at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.parsers._checksums import crc, crc_table, masked
from analyzer.parsers._tfrecord import FOOTER, HEADER, LARGEST
from analyzer.stats.arrays import Ints


class Places(NamedTuple):
    """Where in some bytes payloads begin, and how long they are."""

    start: Ints
    length: Ints


def consecutive(data: bytes, at: int, end: int) -> Places:
    """Return the records that follow each other from a place on and end before another.

    The checksums of their lengths hold. They may be fewer than there are: if a record has a whole
    header inside, those behind it are left out.
    """
    place, length = _headers(data, at, end)
    if not len(place) or place[0] != at:
        return Places(place[:0], length[:0])
    behind = place + HEADER.size + length + FOOTER.size
    follows = place[1:] == behind[:-1]
    count = len(place) if follows.all() else 1 + int(np.argmin(follows))
    if behind[count - 1] > end:
        count -= 1
    return Places(place[:count] + HEADER.size, length[:count])


def _headers(data: bytes, at: int, end: int) -> Places:
    """Return each place at which a header is, whole, and the length that it gives."""
    if end - at < HEADER.size:
        return Places(np.arange(0), np.arange(0))
    found = []
    for phase in range(4):  # a number may begin at any byte; the upper half of a length is 0
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
    return Places(place[holds] + at, length[holds].astype(np.int64))
