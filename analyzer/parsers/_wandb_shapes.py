"""Read records of a ``.wandb`` file that differ only in their numbers, many at a time.

A program logs the same names at every step. A shape is the names of such a record in their order;
the lengths and the numbers (as JSON) are read by column. Anything else is left to the reader of
single records (_wandb_records.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analyzer.parsers._record_blocks import Bytes, are_json, numbers_between, stands
from analyzer.parsers._wire import BYTES, VARINT, fields
from analyzer.stats.arrays import Bools, Floats, Ints

HISTORY, SUMMARY = 2, 3  # of Record
_NUMBER = b"\x08"  # of the record: field 1, a varint
_ITEM, _STEP = 0x0A, 0x12  # fields 1 and 2 of a history
_JSON = b"\x82\x01"  # field 16 of an item
_SHORT = 0x80  # a length from here on has more than one byte
_MOST_BYTES = 5  # of a varint
_MOST_ITEMS = 1000


@dataclass(frozen=True)
class Shape:
    """What records have in common: the field, the bytes around each value, what stands around."""

    field: int
    has_number: bool
    names: tuple[bytes, ...]  # of the items, with the beginning of the field of their value
    has_step: bool


class Found(NamedTuple):
    """Which records have a shape; for each that has, its numbers (one row an item) and its step."""

    fits: Bools
    numbers: Floats
    steps: Ints


def field_of(payload: bytes) -> int:
    """Return the field of a record if it is a history or a summary, else 0."""
    at = 0
    if payload[:1] == _NUMBER:
        at = 1
        while at < len(payload) and payload[at] >= _SHORT:
            at += 1
        at += 1
    field = payload[at] >> 3 if at < len(payload) and payload[at] & 7 == BYTES else 0
    return field if field in (HISTORY, SUMMARY) else 0


def shape_of(payload: bytes) -> Shape | None:
    """Return the shape of a record that could be read, None if it has another form."""
    parts = list(fields(payload))
    has_number = parts[0].number == 1 and parts[0].kind == VARINT
    record = parts[1 if has_number else 0]
    names = []
    has_step = False
    for part in fields(record.content):
        name = _name(part.content) if part.number == 1 and part.kind == BYTES else None
        if name is not None and not has_step:
            names.append(name)
        elif part.number == 2 and not has_step and record.number == HISTORY:
            has_step = True
        else:
            return None
    if not 1 < len(names) <= _MOST_ITEMS:
        return None
    return Shape(record.number, has_number, tuple(names), has_step)


def _name(item: bytes) -> bytes | None:
    """Return what stands before the length of the JSON of an item, None if it has another form."""
    *keys, value = fields(item)
    before = item[: -len(value.content) - 1]
    is_short = len(item) < _SHORT and value.kind == BYTES and before.endswith(_JSON)
    are_keys = all(key.number in (1, 2) and key.kind == BYTES for key in keys)
    return before if is_short and are_keys and value.number == 16 else None


def read_records(payloads: Sequence[bytes], shape: Shape) -> Found | None:
    """Read the records of a shape; None if a number of one of them is not as JSON writes it."""
    text = np.frombuffer(b"\n".join(payloads) + b"\n" + bytes(2 * _SHORT), dtype=np.uint8)
    lengths = np.fromiter(map(len, payloads), dtype=np.int64, count=len(payloads))
    ends = np.cumsum(lengths + 1) - 1
    at = ends - lengths
    fits = np.ones(len(payloads), dtype=bool)
    if shape.has_number:
        fits &= text[at] == _NUMBER[0]
        _, at = _varint(text, at + 1, fits)
    fits &= text[at] == shape.field << 3 | BYTES
    size, at = _varint(text, at + 1, fits)
    fits &= at + size <= ends
    ends = np.where(fits, at + size, ends)
    starts = np.empty((len(shape.names), len(payloads)), dtype=np.int64)
    stops = np.empty_like(starts)
    for row, name in enumerate(shape.names):
        at = np.minimum(at, ends)  # of a record that does not fit; all places stay in the text
        length = text[at + 1].astype(np.int64)
        start = at + 2 + len(name) + 1
        inside = np.minimum(start - 1, len(text) - 1)
        starts[row], stops[row] = start, start + text[inside]
        fits &= (text[at] == _ITEM) & (length < _SHORT) & (stops[row] == at + 2 + length)
        fits &= (starts[row] < stops[row]) & (stops[row] <= ends) & stands(text, at + 2, name)
        at = stops[row]
    at = np.minimum(at, ends)
    steps = np.zeros(len(payloads), dtype=np.int64)
    if shape.has_step:
        steps, at = _step(text, at, fits)
    fits &= at == ends
    starts[:, ~fits] = stops[:, ~fits] = 0
    fits &= are_json(text, starts)
    numbers = numbers_between(text, starts[:, fits], stops[:, fits])
    return None if numbers is None else Found(fits, numbers, steps[fits])


def _varint(text: Bytes, at: Ints, fits: Bools) -> tuple[Ints, Ints]:
    """Return varints and the places behind them; clear ``fits`` where one is too long."""
    number = np.zeros(len(at), dtype=np.int64)
    is_open = np.ones(len(at), dtype=bool)
    for place in range(_MOST_BYTES):
        byte = text[np.minimum(at, len(text) - 1)].astype(np.int64)
        number |= np.where(is_open, (byte & 0x7F) << 7 * place, 0)
        at = at + is_open
        is_open &= byte >= _SHORT
    fits &= ~is_open
    return number, at


def _step(text: Bytes, at: Ints, fits: Bools) -> tuple[Ints, Ints]:
    """Return the steps of histories and the places behind them; an empty step is 0."""
    last = len(text) - 1
    size = text[np.minimum(at + 1, last)].astype(np.int64)
    fits &= text[at] == _STEP
    has_number = size > 0
    fits &= ~has_number | (text[np.minimum(at + 2, last)] == _NUMBER[0])
    is_whole = np.ones(len(at), dtype=bool)
    number, end = _varint(text, np.where(has_number, at + 3, at), is_whole)
    fits &= ~has_number | (is_whole & (end == at + 2 + size))
    return np.where(has_number, number, 0), at + 2 + size
