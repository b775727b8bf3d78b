"""VisualDL's records: every kind of content, and damage in a format without checksums."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest

from analyzer.parsers._tfrecord import Damage
from analyzer.parsers._vdl_records import Other, Scalar, Settings, records
from analyzer.parsers._wire import BYTES, FIXED32, FIXED64, VARINT, Field, encode


def message(*fields: tuple[int, int, Any]) -> bytes:
    """Return a message of (number, kind, content) fields."""
    parts = []
    for number, kind, content in fields:
        varint, data = (content, b"") if kind == VARINT else (0, content)
        parts.append(encode(Field(number, kind, varint, data)))
    return b"".join(parts)


def framed(value: bytes) -> bytes:
    payload = message((1, BYTES, value))
    return struct.pack("<Q", len(payload)) + payload


def scalar(tag: str, step: int, value: float) -> bytes:
    return framed(
        message(
            *([(1, VARINT, step)] if step else []),
            (2, BYTES, tag.encode()),
            (3, VARINT, 1795918303000 + step),
            (4, FIXED32, struct.pack("<f", value)),
        )
    )


def read(content: bytes) -> list[Any]:
    return list(records(io.BytesIO(content), len(content)))


def steps(content: bytes) -> list[int]:
    return [item.step for item in read(content) if isinstance(item, Scalar)]


LOG = [scalar("loss", step, 1.0 / (step + 1)) for step in range(30)]


def test_scalars_settings_and_other_contents() -> None:
    several = message((1, BYTES, b"train"), (2, FIXED32, struct.pack("<f", 0.5)))
    info = (
        message((2, FIXED64, struct.pack("<d", 0.1)), (4, BYTES, b"lr")),
        message((1, VARINT, 32), (4, BYTES, b"batch")),
        message((3, BYTES, b"sgd"), (4, BYTES, b"opt")),
    )
    settings = message(*((1, BYTES, each) for each in info))
    content = (
        framed(message((2, BYTES, b"meta_data_tag"), (10, BYTES, b"")))
        + scalar("loss", 3, 0.25)
        + framed(message((1, VARINT, 4), (2, BYTES, b"loss"), (14, BYTES, several)))
        + framed(message((13, BYTES, settings)))
        + framed(message((8, BYTES, b"")))
    )
    assert read(content) == [
        Other(""),
        Scalar("loss", 3, 1795918303003, 0.25),
        Scalar("loss/train", 4, 0, 0.5),
        Settings({"lr": 0.1, "batch": 32, "opt": "sgd"}),
        Other("histogram"),
    ]


@pytest.mark.parametrize("cut", [1, 7, 15, len(LOG[-1]) - 3])
def test_a_cut_last_record_leaves_the_others(cut: int) -> None:
    content = b"".join(LOG)
    *whole, last = read(content[:-cut])
    assert len(whole) == 29
    position = len(content) - len(LOG[-1])
    assert last == Damage("truncated_record", position, len(LOG[-1]) - cut)


@pytest.mark.parametrize("kind", ["length", "huge length", "zeros", "garbage"])
def test_damage_in_the_middle_costs_only_its_records(kind: str) -> None:
    parts = list(LOG)
    if kind == "length":
        parts[10] = b"\x7d" + parts[10][1:]
    if kind == "huge length":
        parts[10] = b"\xff" * 7 + b"\0" + parts[10][8:]
    if kind == "zeros":
        parts[10] = bytes(200)
    if kind == "garbage":
        parts[10] = bytes(range(255, 155, -1))
    content = b"".join(parts)
    assert steps(content) == [step for step in range(30) if step != 10]
    (damage,) = [item for item in read(content) if isinstance(item, Damage)]
    assert damage == Damage("bad_record", sum(map(len, parts[:10])), len(parts[10]))


def test_a_record_inside_a_whole_one_is_not_read() -> None:
    smuggled = framed(message((2, BYTES, b"t"), (12, BYTES, b"".join(LOG))))
    assert [item for item in read(smuggled + LOG[0]) if isinstance(item, Scalar)] == [
        Scalar("loss", 0, 1795918303000, 1.0)
    ]
    assert steps(smuggled[:-50]) == []


def test_a_file_of_garbage_ends() -> None:
    assert steps(b"\x01" * 3_000_000) == []
    assert read(b"") == []
