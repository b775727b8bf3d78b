"""Event files and W&B logs with histograms, images and curves, as their writers write them."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

import analyzer
from analyzer.model.run import Run
from analyzer.parsers import _leveldb
from analyzer.parsers._tfrecord import frame

Values = Sequence[tuple[int, Summary.Value]]
WriteEvents = Callable[..., Run]
WriteWandb = Callable[..., Run]


def scalars(steps: int) -> list[tuple[int, Summary.Value]]:
    return [
        (step, Summary.Value(tag=f"{split}/loss", simple_value=level / (step + 1)))
        for step in range(steps)
        for split, level in (("train", 2.0), ("val", 2.2))
    ]


def histo(tag: str, values: Any, bins: int = 30) -> Summary.Value:
    """Return a histogram in the first encoding, with equal bins as torch's numpy writer makes."""
    values = np.asarray(values, dtype=np.float64)
    count, edges = np.histogram(values, bins=bins)
    proto = HistogramProto(
        min=values.min(),
        max=values.max(),
        num=len(values),
        sum=values.sum(),
        sum_squares=(values**2).sum(),
        bucket_limit=edges[1:],
        bucket=count,
    )
    return Summary.Value(tag=tag, histo=proto)


def tensor(tag: str, plugin: str, rows: Any) -> Summary.Value:
    rows = np.asarray(rows, dtype="<f4")
    shape = TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in rows.shape])
    data = SummaryMetadata.PluginData(plugin_name=plugin)
    return Summary.Value(
        tag=tag,
        tensor=TensorProto(dtype=1, tensor_shape=shape, tensor_content=rows.tobytes()),
        metadata=SummaryMetadata(plugin_data=data),
    )


def png(width: int = 6, height: int = 4, *, extra: bytes = b"", shade: int = 128) -> bytes:
    """Return a grey PNG; ``extra`` is the body of a text chunk."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([shade]) * width) * height
    text = chunk(b"tEXt", extra) if extra else b""
    body = chunk(b"IHDR", header) + text + chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def image(tag: str, content: bytes) -> Summary.Value:
    return Summary.Value(tag=tag, image=Summary.Image(encoded_image_string=content))


@pytest.fixture
def write_events(tmp_path: Path) -> WriteEvents:
    """Return a function that writes values with some losses to an event file and loads it."""

    def write(values: Values, steps: int = 12) -> Run:
        events = [Event(wall_time=1.7e9, file_version="brain.Event:2")]
        for step, value in [*scalars(steps), *values]:
            events.append(Event(wall_time=1.7e9 + step, step=step, summary=Summary(value=[value])))
        path = tmp_path / "events.out.tfevents.1700000000.host"
        path.write_bytes(b"".join(frame(event.SerializeToString()) for event in events))
        (run,) = analyzer.load(tmp_path)
        return run

    return write


def _field(number: int, body: bytes) -> bytes:
    def varint(value: int) -> bytes:
        out = bytearray()
        while value > 0x7F:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes([*out, value])

    return varint(number << 3 | 2) + varint(len(body)) + body


@pytest.fixture
def write_wandb(tmp_path: Path) -> WriteWandb:
    """Return a function that writes rows of history to a ``.wandb`` log and loads it."""

    def write(rows: Sequence[Mapping[str, Any]]) -> Run:
        data = bytearray(_leveldb.HEADER)
        for step, row in enumerate(rows):
            full = {**row, "_step": step, "val_loss": 2 / (step + 1), "loss": 1.9 / (step + 1)}
            items = b"".join(
                _field(1, _field(1, key.encode()) + _field(16, json.dumps(value).encode()))
                for key, value in full.items()
            )
            data += _leveldb.frame(_field(2, items), len(data))
        folder = tmp_path / "offline-run-20260101_000000-abc"
        folder.mkdir(exist_ok=True)
        (folder / "run-abc.wandb").write_bytes(bytes(data))
        (run,) = analyzer.load(tmp_path)
        return run

    return write
