"""CRC-32C as TFRecord stores it, and what each byte of a message adds to it."""

from __future__ import annotations

from functools import cache

import google_crc32c
import numpy as np
import numpy.typing as npt

Checksums = npt.NDArray[np.uint32]

_MASK = 0xA282EAD8  # tensorflow/core/lib/hash/crc32c.h


def crc(data: bytes) -> int:
    """Return the CRC-32C of some bytes."""
    value: int = google_crc32c.value(data)
    return value


def masked_crc(data: bytes) -> int:
    """Return the CRC-32C of some bytes, rotated and offset as TFRecord stores it."""
    plain = crc(data)
    return (((plain >> 15) | (plain << 17)) + _MASK) & 0xFFFFFFFF


def masked(crcs: Checksums) -> Checksums:
    """Return checksums, rotated and offset as TFRecord stores them."""
    rotated: Checksums = (crcs >> np.uint32(15)) | (crcs << np.uint32(17))
    return rotated + np.uint32(_MASK)


@cache
def crc_table(behind: int) -> Checksums:
    """Return what each value of a byte adds (by xor) to the CRC-32C of a message.

    ``behind`` is how many bytes of the message follow that byte. CRC-32C is linear: messages of one
    length have checksums that differ by the xor of this table at the xor of their bytes.
    """
    zeros = crc(bytes(1 + behind))
    table = np.zeros(1, dtype=np.uint32)
    for bit in range(8):
        added = crc(bytes([1 << bit]) + bytes(behind)) ^ zeros
        table = np.concatenate([table, table ^ np.uint32(added)])
    table.flags.writeable = False  # it is shared
    return table
