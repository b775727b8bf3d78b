"""Scalars of an event file by column: records of one layout are decoded together.

Records of a scalar differ only in time, step and value; all other bytes are the same. So the
records of one length are stacked, the first is cut into fields, and all that agree with it in
every other byte are read as three columns. Records that match no layout are left to the caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.parsers._tfrecord import Block
from analyzer.parsers._wire import BYTES, FIXED32, FIXED64, VARINT, Span, spans
from analyzer.stats.arrays import Floats, Ints

_LONGEST = 1024  # bytes of a scalar with a long name; longer records are something else
_FEWEST = 8  # records of one length: below this a layout costs more than it saves
_MOST_LAYOUTS = 64  # of one length: tags times the bytes of a step; more are read one by one
_EVENT_TIME, _EVENT_STEP, _EVENT_SUMMARY = 1, 2, 5  # field numbers: event.proto
_SUMMARY_VALUE = 1  # summary.proto
_VALUE_TAG, _VALUE_NUMBER, _VALUE_TENSOR, _VALUE_METADATA = 1, 2, 8, 9
_VALUE_FIELDS = {_VALUE_TAG, _VALUE_NUMBER, _VALUE_TENSOR, _VALUE_METADATA}
_TENSOR_TYPE, _TENSOR_SHAPE, _TENSOR_CONTENT, _TENSOR_FLOATS = 1, 2, 4, 5  # tensor.proto
_TENSOR_FIELDS = {_TENSOR_TYPE, _TENSOR_SHAPE, _TENSOR_CONTENT, _TENSOR_FLOATS}
_FLOAT = 1  # DataType


@dataclass(frozen=True, eq=False)
class Scalars:
    """Scalars of one tag; all arrays have the same length. ``record`` numbers the records."""

    tag: str
    plugin: str
    record: Ints
    step: Ints
    wall_time: Floats
    value: Floats


@dataclass(frozen=True)
class _Layout:
    """Where in a record the three numbers are; a step of 0 is missing.

    ``fixed`` marks the bytes that all records of the layout share.
    """

    tag: str
    plugin: str
    time: int
    step: slice
    value: int
    fixed: npt.NDArray[np.bool_] = field(compare=False)


class BlockScalars(NamedTuple):
    """The scalars read by column, and the numbers of all other records, in order."""

    columns: list[Scalars]
    rest: list[int]


class _Matches(NamedTuple):
    """The rows of a table that share a layout; ``layout`` is None if they are not scalars."""

    layout: _Layout | None
    rows: Ints


def scalars_of(block: Block) -> BlockScalars:
    """Return the scalars of a block, decoded by column."""
    found: list[Scalars] = []
    rest: list[int] = []
    byte = np.frombuffer(block.data, dtype=np.uint8)
    order = np.argsort(block.length, kind="stable")
    lengths, first = np.unique(block.length[order], return_index=True)
    for length, rows in zip(lengths.tolist(), np.split(order, first[1:]), strict=True):
        if len(rows) < _FEWEST or length > _LONGEST:
            rest += rows.tolist()
            continue
        table = byte[block.start[rows][:, None] + np.arange(length)]
        for layout, matched in _layouts(table):
            if layout is None:
                rest += rows[matched].tolist()
            else:
                found.append(_scalars(layout, table[matched], rows[matched]))
    return BlockScalars(found, sorted(rest))


def _layouts(table: npt.NDArray[np.uint8]) -> Iterator[_Matches]:
    """Yield each layout among records of one length with the rows that have it, each row once."""
    left = np.arange(len(table))
    for _ in range(_MOST_LAYOUTS):
        if len(left) < _FEWEST:
            break
        pattern = table[left[0]]
        layout = _layout(pattern.tobytes())
        if layout is None:
            same = (table[left] == pattern).all(axis=1)  # at least itself
        else:
            other = table[left] ^ pattern
            same = ~other[:, layout.fixed].any(axis=1) & ~(other[:, layout.step] & 0x80).any(axis=1)
        yield _Matches(layout, left[same])
        left = left[~same]
    yield _Matches(None, left)


def _scalars(layout: _Layout, table: npt.NDArray[np.uint8], rows: Ints) -> Scalars:
    """Return records of one layout, which are the rows of a table of bytes, as columns."""
    time: Floats = table[:, layout.time : layout.time + 8].copy().view("<f8")[:, 0]
    value = table[:, layout.value : layout.value + 4].copy().view("<f4")[:, 0]
    step = np.zeros(len(table), dtype=np.uint64)
    for place, seven in enumerate(table[:, layout.step].T):
        step |= (seven & 0x7F).astype(np.uint64) << np.uint64(7 * place)
    return Scalars(
        tag=layout.tag,
        plugin=layout.plugin,
        record=rows,
        step=step.view(np.int64),
        wall_time=time,
        value=value.astype(np.float64),
    )


def _layout(record: bytes) -> _Layout | None:
    """Return where the numbers of a scalar are, or None if the record is anything else."""
    try:
        whole = Span(0, BYTES, 0, 0, len(record))
        event = _once(record, whole, {_EVENT_TIME, _EVENT_STEP, _EVENT_SUMMARY})
        summary = _once(record, event[_EVENT_SUMMARY], {_SUMMARY_VALUE})
        value = _once(record, summary[_SUMMARY_VALUE], _VALUE_FIELDS)
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
    return _Layout(tag=tag, plugin=plugin, time=time.start, step=place, value=number, fixed=fixed)


def _once(record: bytes, within: Span, allowed: set[int]) -> dict[int, Span]:
    """Return the fields of a message by number.

    Raises ValueError if a field is not allowed or is repeated.
    """
    if within.kind != BYTES:
        raise ValueError("not a message")
    found: dict[int, Span] = {}
    for span in spans(record, within.start, within.end):
        if span.number in found or span.number not in allowed:
            raise ValueError("another layout")
        found[span.number] = span
    return found


def _text(record: bytes, place: Span) -> str:
    if place.kind != BYTES:
        raise ValueError("not text")
    return record[place.start : place.end].decode("utf-8")


def _plugin(record: bytes, value: dict[int, Span]) -> str:
    """Return the plugin that the metadata of a value names, "" if it names none."""
    if _VALUE_METADATA not in value:
        return ""
    metadata = value[_VALUE_METADATA]
    if metadata.kind != BYTES:
        raise ValueError("not a message")
    for plugin in spans(record, metadata.start, metadata.end):
        if plugin.number != 1 or plugin.kind != BYTES:
            continue
        for name in spans(record, plugin.start, plugin.end):
            if name.number == 1:
                return _text(record, name)
    return ""


def _number(record: bytes, value: dict[int, Span], plugin: str) -> int:
    """Return where the four bytes of the number start.

    Raises ValueError or KeyError if the value is not a float.
    """
    if (_VALUE_NUMBER in value) == (_VALUE_TENSOR in value):
        raise ValueError("not one number")
    if _VALUE_NUMBER in value:
        number = value[_VALUE_NUMBER]
        if number.kind != FIXED32 or plugin == "hparams":
            raise ValueError("not a float")
        return number.start
    tensor = _once(record, value[_VALUE_TENSOR], _TENSOR_FIELDS)
    kind = tensor[_TENSOR_TYPE]
    scalar = (
        plugin == "scalars"
        and kind.kind == VARINT
        and record[kind.start : kind.end] == bytes([_FLOAT])
    )
    shape = tensor.get(_TENSOR_SHAPE)
    content = [tensor[key] for key in (_TENSOR_CONTENT, _TENSOR_FLOATS) if key in tensor]
    if not scalar or (shape is not None and shape.end > shape.start) or len(content) != 1:
        raise ValueError("not a float")
    place = content[0]
    if place.kind not in (BYTES, FIXED32) or place.end - place.start != 4:
        raise ValueError("not a float")
    if place.kind == FIXED32 and place.number == _TENSOR_CONTENT:
        raise ValueError("not a float")
    return place.start
