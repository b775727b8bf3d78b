"""Scalars of an event file by the column: records of one layout are decoded together, without making a message of each.

A record of a scalar is, but for its time, its step and its number, the same bytes each time. So the records of one
length are laid under each other, the first is cut into fields, and all that agree with it in every other byte are read
as three columns. What agrees with no layout is left to the caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analyzer.parsers._tfrecord import Block
from analyzer.parsers._wire import BYTES, FIXED32, FIXED64, VARINT, Span, spans
from analyzer.stats.arrays import Floats, Ints

_LONGEST = 1024  # bytes of a scalar with a long name; longer records hold something else
_FEWEST = 8  # records of one length: below this a layout costs more than it saves
_MOST_LAYOUTS = (
    64  # of one length: tags times the bytes of a step; a file with more is read one by one
)
_EVENT_TIME, _EVENT_STEP, _EVENT_SUMMARY = 1, 2, 5  # field numbers: event.proto
_VALUE_TAG, _VALUE_NUMBER, _VALUE_TENSOR, _VALUE_METADATA = 1, 2, 8, 9  # summary.proto
_TENSOR_TYPE, _TENSOR_SHAPE, _TENSOR_CONTENT, _TENSOR_FLOATS = 1, 2, 4, 5  # tensor.proto
_FLOAT = 1  # DataType


@dataclass(frozen=True, eq=False)
class Column:
    """Scalars of one tag: the number of each record in the block, its step, wall time and value; all of length n."""

    tag: str
    plugin: str
    record: Ints
    step: Ints
    wall_time: Floats
    value: Floats


@dataclass(frozen=True)
class _Layout:
    """Where in a record the three numbers stand; the step is missing where it is 0."""

    tag: str
    plugin: str
    time: int
    step: slice
    value: int
    fixed: npt.NDArray[np.bool_] = field(compare=False)


def columns(block: Block) -> tuple[list[Column], list[int]]:
    """Return the scalars that could be read by the column, and the numbers of the records that could not, in order."""
    found: list[Column] = []
    rest: list[int] = []
    byte = np.frombuffer(block.data, dtype=np.uint8)
    order = np.argsort(block.length, kind="stable")
    lengths, first = np.unique(block.length[order], return_index=True)
    for length, rows in zip(lengths.tolist(), np.split(order, first[1:]), strict=True):
        if len(rows) < _FEWEST or length > _LONGEST:
            rest += rows.tolist()
            continue
        table = byte[block.start[rows][:, None] + np.arange(length)]
        for layout, matched in _layouts(table, rows, rest):
            found.append(_column(layout, table[matched], rows[matched]))
    return found, sorted(rest)


def _layouts(
    table: npt.NDArray[np.uint8], rows: Ints, rest: list[int]
) -> Iterator[tuple[_Layout, Ints]]:
    """Yield each layout among records of one length with the rows that have it; put the others on ``rest``."""
    left = np.arange(len(table))
    for _ in range(_MOST_LAYOUTS):
        if len(left) < _FEWEST:
            break
        pattern = table[left[0]]
        layout = _layout(pattern.tobytes())
        if layout is None:
            same = (table[left] == pattern).all(axis=1)  # at least itself
            rest += rows[left[same]].tolist()
        else:
            other = table[left] ^ pattern
            same = ~other[:, layout.fixed].any(axis=1) & ~(other[:, layout.step] & 0x80).any(axis=1)
            yield layout, left[same]
        left = left[~same]
    rest += rows[left].tolist()


def _column(layout: _Layout, table: npt.NDArray[np.uint8], rows: Ints) -> Column:
    time: Floats = table[:, layout.time : layout.time + 8].copy().view("<f8")[:, 0]
    value = table[:, layout.value : layout.value + 4].copy().view("<f4")[:, 0]
    step = np.zeros(len(table), dtype=np.uint64)
    for place, seven in enumerate(table[:, layout.step].T):
        step |= (seven & 0x7F).astype(np.uint64) << np.uint64(7 * place)
    return Column(
        layout.tag, layout.plugin, rows, step.view(np.int64), time, value.astype(np.float64)
    )


def _layout(record: bytes) -> _Layout | None:
    """Return where the numbers of a scalar stand, None where the record is anything else."""
    try:
        event = _once(
            record, Span(0, BYTES, 0, 0, len(record)), {_EVENT_TIME, _EVENT_STEP, _EVENT_SUMMARY}
        )
        summary = _once(record, event[_EVENT_SUMMARY], {1})
        value = _once(
            record, summary[1], {_VALUE_TAG, _VALUE_NUMBER, _VALUE_TENSOR, _VALUE_METADATA}
        )
        tag = _text(record, value[_VALUE_TAG])
        plugin = _plugin(record, value)
        number = _number(record, value, plugin)
        time = event[_EVENT_TIME]
    except (KeyError, ValueError):
        return None
    if time.kind != FIXED64:
        return None
    step = event.get(_EVENT_STEP)
    if step is not None and (step.kind != VARINT or step.end - step.start > 10):
        return None
    place = slice(0, 0) if step is None else slice(step.start, step.end)
    fixed = np.ones(len(record), dtype=bool)
    fixed[time.start : time.end] = fixed[place] = fixed[number : number + 4] = False
    return _Layout(tag, plugin, time.start, place, number, fixed)


def _once(record: bytes, within: Span, allowed: set[int]) -> dict[int, Span]:
    """Return the fields of a message by number. Raises ValueError where one is not allowed or stands twice."""
    if within.kind != BYTES:
        raise ValueError("no message")
    found: dict[int, Span] = {}
    for one in spans(record, within.start, within.end):
        if one.number in found or one.number not in allowed:
            raise ValueError("another layout")
        found[one.number] = one
    return found


def _text(record: bytes, place: Span) -> str:
    if place.kind != BYTES:
        raise ValueError("no text")
    return record[place.start : place.end].decode("utf-8")


def _plugin(record: bytes, value: dict[int, Span]) -> str:
    """Return the plugin that the metadata of a value names, "" where there is none."""
    if _VALUE_METADATA not in value:
        return ""
    metadata = value[_VALUE_METADATA]
    if metadata.kind != BYTES:
        raise ValueError("no message")
    for one in spans(record, metadata.start, metadata.end):
        if one.number == 1 and one.kind == BYTES:
            for name in spans(record, one.start, one.end):
                if name.number == 1:
                    return _text(record, name)
    return ""


def _number(record: bytes, value: dict[int, Span], plugin: str) -> int:
    """Return where the four bytes of the number start. Raises ValueError where there is no float, KeyError likewise."""
    if (_VALUE_NUMBER in value) == (_VALUE_TENSOR in value):
        raise ValueError("one number is wanted")
    if _VALUE_NUMBER in value:
        number = value[_VALUE_NUMBER]
        if number.kind != FIXED32 or plugin == "hparams":
            raise ValueError("no float")
        return number.start
    allowed = {_TENSOR_TYPE, _TENSOR_SHAPE, _TENSOR_CONTENT, _TENSOR_FLOATS}
    tensor = _once(record, value[_VALUE_TENSOR], allowed)
    kind = tensor[_TENSOR_TYPE]
    scalar = (
        plugin == "scalars"
        and kind.kind == VARINT
        and record[kind.start : kind.end] == bytes([_FLOAT])
    )
    shape = tensor.get(_TENSOR_SHAPE)
    content = [tensor[one] for one in (_TENSOR_CONTENT, _TENSOR_FLOATS) if one in tensor]
    if not scalar or (shape is not None and shape.end > shape.start) or len(content) != 1:
        raise ValueError("no float")
    place = content[0]
    if place.kind not in (BYTES, FIXED32) or place.end - place.start != 4:
        raise ValueError("no float")
    if place.kind == FIXED32 and place.number == _TENSOR_CONTENT:
        raise ValueError("no float")
    return place.start
