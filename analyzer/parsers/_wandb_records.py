"""The records of a ``.wandb`` file, as far as they hold metrics, settings or the end of the run.

Field numbers are those of W&B's ``wandb_internal.proto``. Newer writers spell a name as ``nested_key`` parts, and a
dict as one item for each leaf of it; the values are JSON, or typed fields.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from analyzer.parsers._wire import BYTES, FIXED64, VARINT, Field, contents, fields, signed

_HISTORY, _SUMMARY, _CONFIG, _STATS, _RUN, _EXIT = 2, 3, 5, 7, 17, 18  # of Record
_NAMES, _JSON = (
    (b"\x0a", b"\x12"),
    b"\x82\x01",
)  # the keys of fields 1 and 2, and of field 16, which hold bytes
_DECODER = json.JSONDecoder()
_DEEPEST = 20  # parts of a name; any more are one
_NUMBERS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


class Unreadable:
    """Stands for a value that is no JSON, or too deep or too long to be a value."""


@dataclass(frozen=True)
class Item:
    """A value under a name; the name may have parts."""

    path: tuple[str, ...]
    value: Any
    is_mended: bool = False  # the name was no UTF-8

    @property
    def name(self) -> str:
        return self.path[0] if len(self.path) == 1 else ".".join(self.path)


@dataclass(frozen=True)
class History:
    """What was logged at one step."""

    items: tuple[Item, ...]
    step: int | None


@dataclass(frozen=True)
class Stats:
    """One sample of the machine's use, with its time in seconds since 1970."""

    items: tuple[Item, ...]
    time: float


@dataclass(frozen=True)
class Update:
    """Values that were set, and paths that were removed, in ``of``: "config" or "summary"."""

    of: str
    items: tuple[Item, ...]
    removed: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Start:
    """What the run record says; of the machine and the user nothing is read."""

    run_id: str = ""
    project: str = ""
    display_name: str = ""
    time: float | None = None
    config: Update = field(default_factory=lambda: Update("config", ()))


@dataclass(frozen=True)
class Exit:
    """The process ended by itself, with this code."""

    code: int


def read_record(
    payload: bytes, *, stats: bool = False
) -> History | Stats | Update | Start | Exit | None:
    """Return what a record holds, None where it is nothing of interest. Raises ValueError where it is no message.

    Samples of the machine's use are returned only where ``stats`` asks for them.
    """
    for one in fields(payload):
        if one.kind != BYTES:
            continue
        if one.number == _HISTORY:
            return _history(one.content)
        if one.number == _STATS and stats:
            return _stats(one.content)
        if one.number in (_SUMMARY, _CONFIG):
            return _update("summary" if one.number == _SUMMARY else "config", one.content)
        if one.number == _RUN:
            return _start(one.content)
        if one.number == _EXIT:
            codes = [
                signed(code.varint)
                for code in fields(one.content)
                if code.number == 1 and code.kind == VARINT
            ]
            return Exit(codes[-1] if codes else 0)
    return None


def _history(message: bytes) -> History:
    items = []
    step = None
    for one in fields(message):
        if one.kind == BYTES and one.number == 1:
            items.append(_item(one.content))
        elif one.kind == BYTES and one.number == 2:
            numbers = [
                signed(number.varint) for number in fields(one.content) if number.number == 1
            ]
            step = numbers[-1] if numbers else 0
    return History(tuple(items), step)


def _stats(message: bytes) -> Stats:
    times = [_time(one) for one in contents(message, 2)]
    return Stats(tuple(map(_item, contents(message, 3))), times[-1] if times else float("nan"))


def _update(of: str, message: bytes) -> Update:
    removed = tuple(_item(one).path for one in contents(message, 2))
    return Update(of, tuple(map(_item, contents(message, 1))), removed)


def _start(message: bytes) -> Start:
    texts = dict.fromkeys((1, 3, 8), "")
    config = Update("config", ())
    time = None
    for one in fields(message):
        if one.kind != BYTES:
            continue
        if one.number in texts:
            texts[one.number] = one.content.decode("utf-8", "replace")
        elif one.number == 4:
            config = _update("config", one.content)
        elif one.number == 17:
            time = _time(one.content)
    return Start(texts[1], texts[3], texts[8], time, config)


def _time(message: bytes) -> float:
    """Return the seconds of a protobuf Timestamp."""
    parts = {one.number: signed(one.varint) for one in fields(message) if one.kind == VARINT}
    return parts.get(1, 0) + parts.get(2, 0) / 1e9


def _item(message: bytes) -> Item:
    plain = _plain(message)
    if plain is not None:
        return _named(plain[0], read_value(plain[1].decode("utf-8", "replace")))
    key = b""
    nested = []
    value: Any = None
    for one in fields(message):
        if one.number == 1 and one.kind == BYTES:
            key = one.content
        elif one.number == 2 and one.kind == BYTES:
            nested.append(one.content)
        else:
            value = _value(one, value)
    return _named(nested or [key], value)


def _plain(message: bytes) -> tuple[Sequence[bytes], bytes] | None:
    """Return the name and the JSON of an item whose fields are all short, as nearly all are; None for any other."""
    kind = message[:1]
    parts = []
    at = 0
    while (
        message[at : at + 1] == kind in _NAMES and len(message) > at + 1 and message[at + 1] < 0x80
    ):
        end = at + 2 + message[at + 1]
        parts.append(message[at + 2 : end])
        at = end
    head, value = message[at : at + 3], message[at + 3 :]
    if (
        not parts
        or head[:2] != _JSON
        or len(value) >= 0x80
        or head[2:] != len(value).to_bytes(1, "big")
    ):
        return None
    return parts if kind == _NAMES[1] else parts[-1:], value


def _named(parts: Sequence[bytes], value: Any) -> Item:
    if len(parts) > _DEEPEST:
        parts = [*parts[:_DEEPEST], b".".join(parts[_DEEPEST:])]
    try:
        return Item(tuple([part.decode() for part in parts]), value)
    except UnicodeDecodeError:
        return Item(
            tuple([part.decode("utf-8", "replace") for part in parts]), value, is_mended=True
        )


def _value(one: Field, before: Any) -> Any:
    """Return the value in a field of an item: JSON (field 16, in newer writers 8 too), or typed (4 to 7)."""
    if one.kind == BYTES and one.number in (16, 8):
        return read_value(one.content.decode("utf-8", "replace"))
    if one.kind == BYTES and one.number == 7:
        return one.content.decode("utf-8", "replace")
    if one.kind == VARINT and one.number == 4:
        return bool(one.varint)
    if one.kind == VARINT and one.number == 5:
        return signed(one.varint >> 1) ^ -(one.varint & 1)  # zigzag
    if one.kind == FIXED64 and one.number == 6:
        return float(struct.unpack("<d", one.content)[0])
    return before


def read_value(text: str) -> Any:
    """Return a JSON value, ``Unreadable`` where it is none; W&B writes numbers that are not finite as strings, too."""
    text = text.strip()
    try:
        value, end = _DECODER.raw_decode(
            text
        )  # json.loads looks for blanks around each value, which takes longer
    except (ValueError, RecursionError):
        return Unreadable
    if end < len(text):
        return Unreadable
    return _NUMBERS.get(value, value) if isinstance(value, str) else value


def leaves(item: Item, depth: int = _DEEPEST) -> Iterator[Item]:
    """Yield the items of a nested dict, each under the path to it; a dict that describes media stays whole."""
    if not isinstance(item.value, dict) or "_type" in item.value or not depth:
        yield item
        return
    for name, value in item.value.items():
        value = _NUMBERS.get(value, value) if isinstance(value, str) else value
        yield from leaves(Item((*item.path, name), value, item.is_mended), depth - 1)
