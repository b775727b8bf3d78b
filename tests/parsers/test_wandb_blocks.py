"""Histories and summaries that are read many at a time: the same log as one by one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.parsers import _wandb_blocks
from analyzer.parsers._base import LogFile
from analyzer.parsers._leveldb import HEADER, frame
from analyzer.parsers._wire import BYTES, FIXED64, VARINT, Field, encode
from analyzer.parsers.wandb_run import _Log, _read


def part(number: int, content: bytes) -> bytes:
    return encode(Field(number, BYTES, 0, content))


def whole(number: int, value: int) -> bytes:
    return encode(Field(number, VARINT, value, b""))


def item(name: str, value: Any, *, nested: bool = True) -> bytes:
    parts = name.split("/") if nested else [name]
    key = b"".join(part(2 if nested else 1, piece.encode()) for piece in parts)
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return key + part(16, text)


def history(row: dict[str, Any], number: int, step: int | None = None) -> bytes:
    items = b"".join(part(1, item(name, value)) for name, value in row.items())
    if step is not None:
        items += part(2, whole(1, step) if step else b"")
    return whole(1, number) + part(2, items) + part(200, b"info")


def summary(row: dict[str, Any], number: int) -> bytes:
    return whole(1, number) + part(3, b"".join(part(1, item(*pair)) for pair in row.items()))


def row(step: int, source: random.Random) -> dict[str, Any]:
    loss = source.choice([source.random(), step, 1e-9, -0.5, 12345678])
    return {"train/loss": loss, "epoch": step / 10, "_step": step, "_timestamp": 1.7e9 + step}


def shown(log: _Log) -> list[Any]:
    columns = log.columns
    points = [
        [tagged.tag, *(getattr(tagged, key).tobytes() for key in ("step", "epoch", "wall_time"))]
        for tagged in columns.points()
    ]
    values = [tagged.value.tobytes() for tagged in columns.points()]
    return [
        points,
        values,
        list(columns.axes.items()),
        (columns.count, columns.start, columns.end),
        columns.passed_over(),
        columns.issues("log"),
        list(log.summary.items()),
        log.damage,
        log.records,
    ]


def check(records: list[bytes], path: Path, monkeypatch: pytest.MonkeyPatch, cut: int = 0) -> None:
    """Check that a log is read alike at once and one by one."""
    data = HEADER
    for record in records:
        data += frame(record, len(data))
    data = data[: len(data) - cut]
    path.write_bytes(data)
    file = LogFile(path, Path(path.name), path.name, len(data))
    for stats in (False, True):
        with monkeypatch.context() as patch:
            patch.setattr(_wandb_blocks, "_FEWEST", 10**9)
            slow = shown(_read(file, stats=stats))
        with monkeypatch.context() as patch:
            patch.setattr(_wandb_blocks, "_FEWEST", 4)
            patch.setattr(_wandb_blocks, "_MOST_BYTES", 1 << 13)
            assert shown(_read(file, stats=stats)) == slow


ODD: list[Callable[[int], bytes]] = [
    lambda step: history({"train/loss": b'"NaN"', "epoch": 1, "_step": step}, step),
    lambda step: history({"train/loss": b"NaN", "epoch": 1, "_step": step, "_timestamp": 5}, step),
    lambda step: history({"train/loss": b"-0", "epoch": 1, "_step": step, "_timestamp": 5}, step),
    lambda step: history({"train/loss": b"05", "epoch": 1, "_step": step, "_timestamp": 5}, step),
    lambda step: history({"train/loss": b"1e999", "epoch": 1, "_step": 7, "_timestamp": 5}, step),
    lambda step: history({"train/loss": 2**60 + 1, "epoch": 1, "_step": 7, "_timestamp": 5}, step),
    lambda step: history({"train/loss": 1, "epoch": 1, "_step": 1.5, "_timestamp": 5}, step, 9),
    lambda step: history({"train/loss": 1, "epoch": 1, "_step": 1.5, "_timestamp": 5}, step),
    lambda step: history({"train/loss": 1, "epoch": b"1e999", "_step": step}, step),
    lambda step: history({"train/loss": 1, "acc": 2}, step, step),
    lambda step: history({"train/loss": 1, "acc": 2}, step, 0),
    lambda step: history({"train/loss": 1, "acc": 2}, step),
    lambda step: history({"loss": 1}, step),
    lambda step: history({"image/_type": 1, "image/size": 2}, step),
    lambda step: history({"note": "a", "train/loss": 2, "_step": step}, step),
    lambda step: history({"loss": {"x": 1}, "b": 2, "_step": step}, step),
    lambda step: history({"x" * 200: 1, "b": 2}, step),
    lambda step: part(2, part(1, item("a", 1) + item("a", 2)) + part(1, item("b", 2))),
    lambda step: part(2, part(1, item("a\u00f1", 1, nested=False)) + part(1, item("b", 2))),
    lambda step: part(2, part(1, item("a", 1).replace(b"a", b"\xff")) + part(1, item("b", 2))),
    lambda step: part(2, part(1, part(1, b"a") + encode(Field(6, FIXED64, 0, b"12345678")))),
    lambda step: part(2, b"\x0a\x7fabc"),
    lambda step: part(2, part(1, item("a", 1)) + b"\x0a"),
    lambda step: part(3, part(1, item("a", step)) + part(1, item("b", 2))),
    lambda step: part(3, part(1, item("b", step)) + part(1, item("a/c", 2))),
    lambda step: part(3, part(1, item("b", step)) + part(2, part(1, b"a"))),
    lambda step: part(3, b"\x0a\x7fabc"),
    lambda step: part(7, part(2, whole(1, 5)) + part(3, item("gpu", step))),
    lambda step: b"\x08",
    lambda step: b"",
    lambda step: part(12, part(1, b"train/loss") + part(4, b"epoch")),
]


def test_a_usual_log_is_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = random.Random(1)
    records = []
    for step in range(600):
        values = row(step, source)
        records += [history(values, 2 * step), summary(values, 2 * step + 1)]
    for cut in range(0, 80, 7):
        check(records, tmp_path / "run-a.wandb", monkeypatch, cut)


@pytest.mark.parametrize("odd", range(len(ODD)))
def test_an_unusual_record_is_read_alike(
    odd: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = random.Random(1)
    records = [history(row(step, source), step) for step in range(120)]
    records.insert(60, ODD[odd](60))
    check(records, tmp_path / "run-a.wandb", monkeypatch)
    records[80:80] = [ODD[odd](step) for step in range(40)]
    check(records, tmp_path / "run-a.wandb", monkeypatch)


def test_records_of_any_kind_are_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(25):
        source = random.Random(seed)
        records = []
        for step in range(250):
            values = row(step, source)
            records += [history(values, 2 * step), summary(values, 2 * step + 1)]
        for _ in range(source.randrange(60)):
            place = source.randrange(len(records))
            records.insert(place, source.choice(ODD)(place))
        check(records, tmp_path / "run-a.wandb", monkeypatch, source.randrange(30))


def test_damaged_records_are_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(25):
        source = random.Random(seed)
        records = []
        for step in range(200):
            record = bytearray(history(row(step, source), step, step))
            if source.random() < 0.1:
                record[source.randrange(len(record))] = source.randrange(256)
            records.append(bytes(record))
        check(records, tmp_path / "run-a.wandb", monkeypatch)
