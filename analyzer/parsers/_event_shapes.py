"""Read scalars of many tags together: records that differ in their tag as well.

Where a file has more tags than repeat within a window, its records have a shape in common: a layout
whose tag may be any other of the same length. Records of one shape are the rows of a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.parsers._checksums import Checksums, crc, crc_table, masked
from analyzer.parsers._event_layouts import LONGEST, Layout, layout_of
from analyzer.parsers._event_periods import Bytes
from analyzer.parsers._tfrecord import FOOTER
from analyzer.stats.arrays import Bools, Floats, Ints

FEWEST = 8  # records of one shape: below this a table costs more than it saves
_MOST_SHAPES = 16  # of records of one length that are tried
_TIME, _VALUE = 8, 4  # bytes


@dataclass(frozen=True, eq=False)
class Mixed:
    """Scalars of one shape, in the order of the file; ``tags`` and the arrays are equally long.

    ``record`` numbers the records within a piece of a file.
    """

    tags: Sequence[str]
    plugin: str
    record: Ints
    step: Ints
    wall_time: Floats
    value: npt.NDArray[np.float32]


class Shapes(NamedTuple):
    """What some records are: scalars by shape, and the numbers of all other records.

    ``wrong`` is the number of the first record whose checksum does not hold, None if all hold.
    """

    mixed: list[Mixed]
    rest: Ints
    wrong: int | None


def read_shapes(data: bytes, start: Ints, length: Ints, numbers: Ints) -> Shapes:
    """Read those of some records that have a shape in common with others.

    Parameters
    ----------
    start, length
        Where the payload of each record of a piece is in ``data``.
    numbers
        The records to read, in the order of the file.
    """
    mixed: list[Mixed] = []
    rest: list[Ints] = [numbers[:0]]
    wrong: list[int] = []
    for size, same_length in _by_length(length, numbers):
        left = same_length
        for _ in range(_MOST_SHAPES if size <= LONGEST else 0):
            if len(left) < FEWEST:
                break
            rows = _payloads(data, size)[start[left]]
            layout = layout_of(rows[0, :size].tobytes())
            same = _same(rows, layout)
            shape = None
            if layout is not None and np.count_nonzero(same) >= FEWEST:
                shape = _read(rows[same], layout, left[same])
            if shape is None:
                rest.append(left[same])
            else:
                mixed.append(shape.mixed)
                wrong += shape.wrong
            left = left[~same]
        rest.append(left)
    return Shapes(mixed, np.sort(np.concatenate(rest)), min(wrong, default=None))


def _by_length(length: Ints, numbers: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield each length of some records, and the records that have it."""
    if not len(numbers):
        return
    of_each = length[numbers]
    order = np.argsort(of_each, kind="stable")
    lengths, first = np.unique(of_each[order], return_index=True)
    yield from zip(lengths.tolist(), np.split(numbers[order], first[1:]), strict=True)


def _payloads(data: bytes, size: int) -> Bytes:
    """Return a view of some bytes with a row for each place: a payload and its checksum."""
    width = size + FOOTER.size
    return np.ndarray((len(data) - width + 1, width), np.uint8, data, strides=(1, 1))


def _same(rows: Bytes, layout: Layout | None) -> Bools:
    """Say which rows have the shape of the first, whose layout is given; only it if it has none."""
    if layout is None:
        first: Bools = np.arange(len(rows)) == 0
        return first
    shared = np.zeros(rows.shape[1], dtype=np.uint8)
    shared[: layout.length] = np.frombuffer(layout.mask.to_bytes(layout.length, "little"), np.uint8)
    shared[layout.name] &= 0x80  # where a character of more than one byte is
    differs: Bools = ((rows ^ rows[0]) & shared).any(axis=1)
    return ~differs


class _Read(NamedTuple):
    """The scalars of a shape, and the first record whose checksum is wrong, if any."""

    mixed: Mixed
    wrong: list[int]


def _read(rows: Bytes, layout: Layout, numbers: Ints) -> _Read | None:
    """Return the scalars of the rows of a shape, None if a tag is not UTF-8."""
    tags = _texts(rows[:, layout.name])
    if tags is None:
        return None
    holds = _checksums(rows[:, : layout.length]) == _numbers(rows, "<u4", layout.length)
    step = np.zeros(len(rows), dtype=np.int64)
    for index, place in enumerate(range(layout.step.start, layout.step.stop)):
        step |= (rows[:, place] & 0x7F).astype(np.int64) << (7 * index)
    mixed = Mixed(
        tags=tags,
        plugin=layout.plugin,
        record=numbers,
        step=step,
        wall_time=_numbers(rows, "<f8", layout.time),
        value=_numbers(rows, "<f4", layout.value),
    )
    return _Read(mixed, numbers[~holds][:1].tolist())


def _texts(rows: Bytes) -> list[str] | None:
    """Return the text in each row, None if one is not UTF-8."""
    width = rows.shape[1]
    written = rows.tobytes()
    if not written.isascii():
        try:
            return [written[at : at + width].decode() for at in range(0, len(written), width)]
        except UnicodeDecodeError:
            return None
    text = written.decode("ascii")
    if not width:
        return [""] * len(rows)
    return [text[at : at + width] for at in range(0, len(text), width)]


def _checksums(rows: Bytes) -> Checksums:
    """Return the checksum of each row, by what its bytes add to that of the first."""
    other = rows ^ rows[0]
    crcs = np.full(len(rows), crc(rows[0].tobytes()), dtype=np.uint32)
    for byte in np.flatnonzero(np.bitwise_or.reduce(other, axis=0)).tolist():
        crcs ^= crc_table(rows.shape[1] - 1 - byte).take(other[:, byte])
    return masked(crcs)


def _numbers(rows: Bytes, kind: str, place: int) -> npt.NDArray[Any]:
    """Return the number at a place of each row."""
    dtype = np.dtype(kind)
    columns = np.ascontiguousarray(rows[:, place : place + dtype.itemsize])
    return columns.view(dtype)[:, 0]
