"""Shared by the tests of W&B runs: records and logs as wandb writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.parsers._leveldb import HEADER, frame
from analyzer.parsers._wire import BYTES, VARINT, Field, encode
from analyzer.reading.load import load

START = 1_700_000_000.0
FOLDER = "run-20240102_030405-abc123"
LOG = "run-abc123.wandb"


def part(number: int, content: str | bytes) -> bytes:
    return encode(
        Field(number, BYTES, 0, content.encode() if isinstance(content, str) else content)
    )


def whole(number: int, value: int) -> bytes:
    return encode(Field(number, VARINT, value & (1 << 64) - 1, b""))


def item(name: str | tuple[str, ...], value: Any) -> bytes:
    """Return an item of a record; a name in parts becomes nested_key, bytes are JSON already."""
    key = part(1, name) if isinstance(name, str) else b"".join(part(2, piece) for piece in name)
    return key + part(16, value if isinstance(value, bytes) else json.dumps(value))


def history(row: dict[Any, Any], step: int | None = None) -> bytes:
    items = b"".join(part(1, item(name, value)) for name, value in row.items())
    return part(2, items + (b"" if step is None else part(2, whole(1, step) if step else b"")))


def updates(number: int, values: dict[Any, Any], removed: tuple[str, ...] = ()) -> bytes:
    set_ = b"".join(part(1, item(name, value)) for name, value in values.items())
    return part(number, set_ + b"".join(part(2, part(1, name)) for name in removed))


def start(config: dict[str, Any], **texts: str) -> bytes:
    numbers = {"run_id": 1, "entity": 2, "project": 3, "display_name": 8, "host": 13}
    values = b"".join(part(1, item(name, value)) for name, value in config.items())
    named = b"".join(part(numbers[name], text) for name, text in texts.items())
    return part(17, named + part(4, values) + part(17, whole(1, int(START))))


def rows(count: int, first: int = 0) -> list[bytes]:
    return [
        history(
            {("_step",): step, ("_timestamp",): START + step, ("train/loss",): 1 / (step + 1)}, step
        )
        for step in range(first, first + count)
    ]


def content(records: list[bytes]) -> bytes:
    data = HEADER
    for record in records:
        data += frame(record, len(data))
    return data


def write(folder: Path, records: list[bytes] | bytes, name: str = LOG) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(records if isinstance(records, bytes) else content(records))
    return path


def only(path: Path) -> Run:
    (run,) = load(path)
    return run


def series(run: Run, tag: str) -> Series:
    (found,) = [series for series in run.series if series.tag == tag]
    return found


def values(run: Run, tag: str) -> list[float]:
    return series(run, tag).value.tolist()


def keys(run: Run) -> list[str]:
    return [issue.key for issue in run.issues]
