"""Records of some scalars that repeat in a file, read together as the rows of a table.

A program logs the same tags at every step, so that the bytes of an event file repeat but for times,
steps, values and checksums. Every row is compared with the first: bytes that should be the same
are, and the checksum differs by what the other bytes add to it (``_checksums.crc_table``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analyzer.parsers._checksums import Checksums, crc, crc_table, masked
from analyzer.parsers._scalars import Layout
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
    """Where in a row the bytes of each layout are, the layouts side by side.

    ``changing`` has a line for each byte of time, step and value, with its place in each layout;
    ``entry`` is where the table of what it adds to the checksum begins in ``tables``. Steps may
    have fewer bytes in one layout than in another: such a byte is any byte, its ``step_bits`` are
    0 and so is its table.
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

    def matches(self, data: bytes, at: int) -> bool:
        """Say whether the next records are those of the period."""
        records = data[at : at + self.size]
        if len(records) < self.size:
            return False
        return int.from_bytes(records, "little") & self._mask == self._bits

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
            rows = rows[: int(np.argmin(holds))]
        return Columns(
            layouts=self.layouts,
            record=range(0, len(rows) * len(self.layouts), len(self.layouts)),
            step=self._steps(rows),
            wall_time=rows.take(self._places.time, axis=1).view("<f8").T.copy(),
            value=rows.take(self._places.value, axis=1).view("<f4").T.copy(),
        )

    def _holds(self, rows: Bytes, other: Bytes, changes: Bytes) -> Bools:
        """Say for each row whether the checksums of its payloads hold."""
        first = rows[0].tobytes()
        pairs = zip(self.start, self.layouts, strict=True)
        crcs = np.array([crc(first[at : at + layout.length]) for at, layout in pairs], np.uint32)
        crcs = np.broadcast_to(crcs, (len(rows), len(crcs))).copy()
        places = self._places
        for line in np.flatnonzero(changes[places.changing].any(axis=1)).tolist():
            entry = other.take(places.changing[line], axis=1) + places.entry[line]
            crcs ^= places.tables.take(entry)
        stored = rows.take(places.checksum, axis=1).view("<u4")
        holds: Bools = (masked(crcs) == stored).all(axis=1)
        return holds

    def _steps(self, rows: Bytes) -> Ints:
        """Return the steps; a byte of a varint has seven bits of its number, the lowest first."""
        step = np.zeros((len(rows), len(self.layouts)), dtype=np.int64)
        for index, place in enumerate(self._places.step):
            seven = rows.take(place, axis=1) & self._places.step_bits[index]
            step |= seven.astype(np.int64) << (7 * index)
        return step.T.copy()

    @cached_property
    def _places(self) -> _Places:
        """Return where in a row the bytes of each layout are."""
        start = np.array(self.start)
        length = np.array([layout.length for layout in self.layouts])
        time = start + [layout.time for layout in self.layouts] + np.arange(_TIME)[:, None]
        value = start + [layout.value for layout in self.layouts] + np.arange(_VALUE)[:, None]
        checksum = start + length + np.arange(FOOTER.size)[:, None]
        steps = [layout.step for layout in self.layouts]
        bytes_of_step = np.array([step.stop - step.start for step in steps])
        index = np.arange(bytes_of_step.max())[:, None]
        has_byte = index < bytes_of_step
        step = np.where(has_byte, start + [step.start for step in steps] + index, time[0])
        changing = np.concatenate([time, step, value])
        behind = start + length - 1 - changing
        distances, number = np.unique(behind, return_inverse=True)
        entry = 256 * (1 + number.reshape(behind.shape))
        entry[_TIME : _TIME + len(step)] *= has_byte
        tables = [np.zeros(256, dtype=np.uint32), *map(crc_table, distances.tolist())]
        return _Places(
            time=time.T.ravel(),
            value=value.T.ravel(),
            checksum=checksum.T.ravel(),
            step=step,
            step_bits=np.where(has_byte, 0x7F, 0).astype(np.uint8),
            changing=changing,
            entry=entry,
            tables=np.concatenate(tables),
        )
