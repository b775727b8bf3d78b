"""Records of some scalars that repeat in a file, read together as the rows of a table.

A program logs the same tags at every step, so that the bytes of an event file repeat but for times,
steps, values and checksums. Every row is compared with the first: bytes that should be the same
are, and the checksum differs by what the other bytes add to it (``_checksums.crc_table``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.parsers._checksums import Checksums, crc, crc_table, masked
from analyzer.parsers._event_layouts import Layout
from analyzer.parsers._tfrecord import FOOTER, HEADER
from analyzer.stats.arrays import Bools, Floats, Ints

Bytes = npt.NDArray[np.uint8]

_TIME, _VALUE = 8, 4  # bytes


@dataclass(frozen=True, eq=False)
class Columns:
    """Scalars of the layouts of a period: the arrays have a row for each layout.

    ``record`` numbers the records of the first layout within a piece of a file; those of the others
    follow it.
    """

    layouts: Sequence[Layout]
    record: range | Ints
    step: Ints
    wall_time: Floats
    value: npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class _Places:
    """Where in a row the numbers of each layout begin, the layouts side by side.

    ``step`` has a line for each byte of the longest step, ``changing`` for each byte of time, step
    and value; ``entry`` is where the table of what such a byte adds to the checksum begins in
    ``tables``. A step that is shorter in one layout than in another has any byte there, of which
    ``step_bits`` and the table are 0.
    """

    time: Ints
    value: Ints
    checksum: Ints
    step: Ints
    step_bits: Bytes
    changing: Ints
    entry: Ints
    tables: Checksums


class Period:
    """One record of each of some scalars, in the order in which they follow each other."""

    def __init__(self, layouts: Sequence[Layout], records: bytes) -> None:
        """Take the layouts of ``records``, which has them with their headers and footers."""
        self.layouts = tuple(layouts)
        self.size = len(records)
        self.start: list[int] = []  # of each payload
        shared = []
        at = 0
        for layout in layouts:
            at += HEADER.size
            self.start.append(at)
            at += layout.length + FOOTER.size
            shared += [b"\xff" * HEADER.size, layout.mask.to_bytes(layout.length, "little")]
            shared.append(bytes(FOOTER.size))
        self._shared = np.frombuffer(b"".join(shared), dtype=np.uint8)
        self._mask = int.from_bytes(self._shared.tobytes(), "little")
        self._bits = int.from_bytes(records, "little") & self._mask

    def turned(self, first: int) -> tuple[tuple[Layout, ...], bytes]:
        """Return the layouts from the one with this number on, and records that match them."""
        at = self.start[first] - HEADER.size
        records = self._bits.to_bytes(self.size, "little")
        return self.layouts[first:] + self.layouts[:first], records[at:] + records[:at]

    def matches(self, data: bytes, at: int) -> bool:
        """Say whether the next records are those of the period."""
        records = data[at : at + self.size]
        if len(records) < self.size:
            return False
        return int.from_bytes(records, "little") & self._mask == self._bits

    def same(self, rows: Bytes) -> Bools:
        """Say which rows match the period, as the first does."""
        other = rows ^ rows[0]
        changes = np.flatnonzero(np.bitwise_or.reduce(other, axis=0) & self._shared)
        differs: Bools = (other[:, changes] & self._shared[changes]).any(axis=1)
        return ~differs

    def read(self, rows: Bytes) -> Columns:
        """Return the scalars of the rows before the first that does not hold.

        The first row must match the period but for its checksums.
        """
        other = rows ^ rows[0]
        changes = np.bitwise_or.reduce(other, axis=0)
        if (changes & self._shared).any():
            count = int(np.argmax((other & self._shared).any(axis=1)))
            rows, other = rows[:count], other[:count]
        holds = self._holds(rows, other, changes)
        if not holds.all():
            rows = rows[: int(np.argmin(holds.all(axis=0)))]
        return Columns(
            layouts=self.layouts,
            record=range(0, len(rows) * len(self.layouts), len(self.layouts)),
            step=self._steps(rows),
            wall_time=self._numbers(rows, "<f8", self._places.time),
            value=self._numbers(rows, "<f4", self._places.value),
        )

    def _holds(self, rows: Bytes, other: Bytes, changes: Bytes) -> Bools:
        """Say whether the checksums of the payloads hold, by layout and row."""
        first = rows[0].tobytes()
        pairs = zip(self.start, self.layouts, strict=True)
        crcs = np.array([crc(first[at : at + layout.length]) for at, layout in pairs], np.uint32)
        places = self._places
        lines = np.flatnonzero(changes[places.changing].any(axis=1))
        shape = (len(lines), len(self.layouts), len(rows))
        changed = other.T[places.changing[lines].ravel()].reshape(shape)
        added = places.tables.take(changed + places.entry[lines][:, :, None])
        expected = masked(np.bitwise_xor.reduce(added, axis=0) ^ crcs[:, None])
        holds: Bools = expected == self._numbers(rows, "<u4", places.checksum)
        return holds

    def _numbers(self, rows: Bytes, kind: str, places: Ints) -> npt.NDArray[Any]:
        """Return the number that each layout has at its place in every row."""
        dtype = np.dtype(kind)
        if len(rows) < len(places):
            bytes_of = places[:, None] + np.arange(dtype.itemsize)
            return rows.take(bytes_of.ravel(), axis=1).view(dtype).T.copy()
        numbers = np.empty((len(places), len(rows)), dtype=dtype)
        for index, place in enumerate(places.tolist()):
            numbers[index] = rows[:, place : place + dtype.itemsize].view(dtype)[:, 0]
        return numbers

    def _steps(self, rows: Bytes) -> Ints:
        """Return the steps; a byte of a varint has seven bits of its number, the lowest first."""
        step = np.zeros((len(self.layouts), len(rows)), dtype=np.int64)
        for index, place in enumerate(self._places.step):
            seven = rows.T[place] & self._places.step_bits[index][:, None]
            step |= seven.astype(np.int64) << (7 * index)
        return step

    @cached_property
    def _places(self) -> _Places:
        """Return where in a row the bytes of each layout are."""
        start = np.array(self.start)
        length = np.array([layout.length for layout in self.layouts])
        time = start + [layout.time for layout in self.layouts]
        value = start + [layout.value for layout in self.layouts]
        steps = [layout.step for layout in self.layouts]
        bytes_of_step = np.array([step.stop - step.start for step in steps])
        index = np.arange(bytes_of_step.max())[:, None]
        has_byte = index < bytes_of_step
        step = np.where(has_byte, start + [step.start for step in steps] + index, time)
        changing = np.concatenate(
            [time + np.arange(_TIME)[:, None], step, value + np.arange(_VALUE)[:, None]]
        )
        behind = start + length - 1 - changing
        distances, number = np.unique(behind, return_inverse=True)
        entry = 256 * (1 + number.reshape(behind.shape))
        entry[_TIME : _TIME + len(step)] *= has_byte
        tables = [np.zeros(256, dtype=np.uint32), *map(crc_table, distances.tolist())]
        return _Places(
            time=time,
            value=value,
            checksum=start + length,
            step=step,
            step_bits=np.where(has_byte, 0x7F, 0).astype(np.uint8),
            changing=changing,
            entry=entry,
            tables=np.concatenate(tables),
        )
