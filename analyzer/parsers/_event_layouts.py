"""Where a record of an event file has the three numbers of a scalar.

Records of a scalar differ only in time, step and value; all other bytes are the same. So a record
that agrees with another in all bytes but these, and in the length of its step, is the same scalar.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import NamedTuple

from analyzer.parsers._wire import BYTES, FIXED32, FIXED64, VARINT, Span, spans

LONGEST = 1024  # bytes of a scalar with a long name; longer records are something else
_MOST = 1 << 16  # layouts of all files: tags times the bytes of a step; others are read one by one
_MOST_TRIALS = 64  # records of one length that are not scalars; then new layouts are not tried
_EVENT_TIME, _EVENT_STEP, _EVENT_SUMMARY = 1, 2, 5  # field numbers: event.proto
_SUMMARY_VALUE = 1  # summary.proto
_VALUE_TAG, _VALUE_NUMBER, _VALUE_TENSOR, _VALUE_METADATA = 1, 2, 8, 9
_VALUE_FIELDS = {_VALUE_TAG, _VALUE_NUMBER, _VALUE_TENSOR, _VALUE_METADATA}
_TENSOR_TYPE, _TENSOR_SHAPE, _TENSOR_CONTENT, _TENSOR_FLOATS = 1, 2, 4, 5  # tensor.proto
_TENSOR_FIELDS = {_TENSOR_TYPE, _TENSOR_SHAPE, _TENSOR_CONTENT, _TENSOR_FLOATS}
_FLOAT = 1  # DataType
_TIME, _NUMBER = Struct("<d"), Struct("<f")


@dataclass(frozen=True, eq=False)
class Layout:
    """Where in a record the three numbers of a scalar begin; a step of 0 is missing.

    ``name`` is where the tag stands.
    ``mask`` has the bits that all records of the layout share, as a number whose first byte is the
    lowest: those of other bytes, and the highest of each byte of the step.
    """

    tag: str
    plugin: str
    length: int
    time: int
    step: slice
    value: int
    mask: int
    name: slice


class Scalar(NamedTuple):
    """The numbers of one record of a layout."""

    layout: Layout
    step: int
    wall_time: float
    value: float


class Layouts:
    """The layouts met so far, found by the bytes that their records share."""

    def __init__(self) -> None:
        self._known: dict[int, dict[int, dict[int, Layout]]] = {}  # by length, mask, shared bits
        self._count = 0
        self._failed: dict[int, int] = {}  # by length

    def find(self, record: bytes) -> Layout | None:
        """Return the layout of a record, None if it is anything but a scalar."""
        length = len(record)
        if length > LONGEST:
            return None
        bits = int.from_bytes(record, "little")
        masks = self._known.get(length)
        if masks is not None:
            for mask, layouts in masks.items():
                layout = layouts.get(bits & mask)
                if layout is not None:
                    return layout
        return self._new(record, bits)

    def _new(self, record: bytes, bits: int) -> Layout | None:
        """Return the layout of a record that is the first of it."""
        length = len(record)
        if self._count >= _MOST or self._failed.get(length, 0) >= _MOST_TRIALS:
            return None
        layout = layout_of(record)
        if layout is None:
            self._failed[length] = self._failed.get(length, 0) + 1
            return None
        self._count += 1
        masks = self._known.setdefault(length, {})
        masks.setdefault(layout.mask, {})[bits & layout.mask] = layout
        return layout


def scalar_of(layout: Layout, record: bytes) -> Scalar:
    """Return the numbers of a record of a layout."""
    step = 0
    for index, byte in enumerate(record[layout.step]):
        step |= (byte & 0x7F) << 7 * index
    (time,) = _TIME.unpack_from(record, layout.time)
    (value,) = _NUMBER.unpack_from(record, layout.value)
    return Scalar(layout, (step + 2**63) % 2**64 - 2**63, time, value)


def layout_of(record: bytes) -> Layout | None:
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
    mask = bytearray(b"\xff" * len(record))
    mask[time.start : time.end] = bytes(8)
    mask[number : number + 4] = bytes(4)
    mask[place] = b"\x80" * (place.stop - place.start)
    return Layout(
        tag=tag,
        plugin=plugin,
        length=len(record),
        time=time.start,
        step=place,
        value=number,
        mask=int.from_bytes(mask, "little"),
        name=slice(value[_VALUE_TAG].start, value[_VALUE_TAG].end),
    )


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
