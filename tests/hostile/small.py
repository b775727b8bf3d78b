"""A small log of each format, made by script: the file to damage and the numbers that it has.

Every curve is known here, so that what is read from a damaged copy can be compared with it.
"""

from __future__ import annotations

import csv
import io
import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analyzer.parsers._leveldb import HEADER
from analyzer.parsers._leveldb import frame as wandb_frame
from analyzer.parsers._tfrecord import frame as event_frame
from analyzer.parsers._wire import BYTES, FIXED32, FIXED64, VARINT, Field, encode

COUNT = 12  # points of each curve
LOSS = [round(2.0 * 0.8**step + 0.1, 4) for step in range(COUNT)]
VAL = [round(2.1 * 0.85**step + 0.2, 4) for step in range(COUNT)]
START = 1_700_000_000.0


class Log(NamedTuple):
    """A file by its name in its folder, its bytes, and the values under each of its tags."""

    name: str
    data: bytes
    curves: Mapping[str, Sequence[float]]


def rows(loss: str = "loss", val: str = "val_loss") -> list[dict[str, Any]]:
    """Return both curves as records with an epoch."""
    return [{"epoch": at, loss: LOSS[at], val: VAL[at]} for at in range(COUNT)]


def table(separator: str = ",", *, end: str = "\n", quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    """Return both curves as delimited text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["epoch", "loss", "val_loss"])
    writer.writerows([row.values() for row in rows()])
    return out.getvalue().encode()


def json_lines(records: Sequence[Mapping[str, Any]] = ()) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records or rows()).encode()


def console() -> bytes:
    lines = [f"epoch {at}: loss {LOSS[at]} val_loss {VAL[at]}" for at in range(COUNT)]
    return "".join(line + "\n" for line in ("starting", *lines)).encode()


def card() -> bytes:
    head = "# A model\n\n| Training Loss | Epoch | Step | Validation Loss |\n"
    lines = [f"| {LOSS[at]} | {at + 1}.0 | {(at + 1) * 10} | {VAL[at]} |" for at in range(COUNT)]
    rule = "|:-------------:|:-----:|:----:|:---------------:|\n"
    return (head + rule + "".join(line + "\n" for line in lines)).encode()


def part(number: int, content: str | bytes) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return encode(Field(number, BYTES, 0, data))


def whole(number: int, value: int) -> bytes:
    return encode(Field(number, VARINT, value & (1 << 64) - 1, b""))


def event(step: int, values: Mapping[str, float], *, seconds: float | None = None) -> bytes:
    """Return one event with scalars as torch writes them, by default a second behind each step."""
    summary = b""
    for tag, value in values.items():
        number = encode(Field(2, FIXED32, 0, struct.pack("<f", value)))
        summary += part(1, part(1, tag) + number)
    time = START + (step if seconds is None else seconds)
    clock = encode(Field(1, FIXED64, 0, struct.pack("<d", time)))
    return clock + whole(2, step) + part(5, summary)


def event_records() -> list[bytes]:
    """Return the framed records of an event file, the version first."""
    clock = encode(Field(1, FIXED64, 0, struct.pack("<d", START)))
    records = [clock + part(3, "brain.Event:2")]
    for step in range(COUNT):
        records.append(event(step, {"loss": LOSS[step]}))
        records.append(event(step, {"val_loss": VAL[step]}))
    return [event_frame(record) for record in records]


def item(name: str, value: Any) -> bytes:
    shown = value if isinstance(value, bytes) else json.dumps(value)
    return part(2, name) + part(16, shown)


def history(values: Mapping[str, Any], step: int | None = None) -> bytes:
    """Return one row of a W&B history."""
    items = b"".join(part(1, item(name, value)) for name, value in values.items())
    return part(2, items + (b"" if step is None else part(2, whole(1, step))))


def wandb_records() -> list[bytes]:
    return [
        history({"_step": at, "_timestamp": START + at, "loss": LOSS[at], "val_loss": VAL[at]}, at)
        for at in range(COUNT)
    ]


def wandb_file(records: Sequence[bytes]) -> bytes:
    data = HEADER
    for record in records:
        data += wandb_frame(record, len(data))
    return data


def vdl_records() -> list[bytes]:
    records = []
    for step, value in enumerate(LOSS):
        fields = whole(1, step) + part(2, "train/loss") + whole(3, 1795918303000 + step)
        fields += encode(Field(4, FIXED32, 0, struct.pack("<f", value)))
        payload = part(1, fields)
        records.append(struct.pack("<Q", len(payload)) + payload)
    return records


def float32(values: Sequence[float]) -> list[float]:
    return [float(np.float32(value)) for value in values]


BOTH = {"loss": LOSS, "val_loss": VAL}
SINGLE = {"loss": float32(LOSS), "val_loss": float32(VAL)}
CARD = {"Training Loss": LOSS, "Validation Loss": VAL}
TEXTS = {
    "csv": Log("log.csv", table(), BOTH),
    "csv crlf": Log("log.csv", table(end="\r\n"), BOTH),
    "csv quoted": Log("log.csv", table(quoting=csv.QUOTE_ALL), BOTH),
    "tsv": Log("log.tsv", table("\t"), BOTH),
    "semicolons": Log("log.csv", table(";").replace(b".", b","), BOTH),
    "blanks": Log("log.txt", table(" "), BOTH),
    "jsonl": Log("log.jsonl", json_lines(), BOTH),
    "console": Log("train.log", console(), BOTH),
    "card": Log("README.md", card(), CARD),
}
BINARIES = {
    "events": Log("events.out.tfevents.1700000000.host", b"".join(event_records()), SINGLE),
    "wandb": Log("run-abc.wandb", wandb_file(wandb_records()), BOTH),
}
LOGS = {**TEXTS, **BINARIES}


def saved(folder: Path, log: Log, data: bytes | None = None) -> Path:
    """Write a log, or other bytes under its name, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / log.name).write_bytes(log.data if data is None else data)
    return folder
