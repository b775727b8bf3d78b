"""How fast other formats are read to a frame, ours beside the plain reader of each, in one run.

python tests/benchmarks/formats.py [NAME ...] [--rows N] [--repeats N] [--peers PYTHON]

Each log is made in a temporary folder, and each reader reads it in a process of its own, the
readers in turn, after its imports and a first small log. Printed are the medians of CPU and wall
time, how many times that of each peer ours is, and the memory at the peak above that after the
imports. "line by line" is our own reader of single rows, which is the reference of the fast one.

csv       a table of N rows (10,000,000 as default) and four columns; pandas' C reader, and what
          it costs to touch as much memory as our frame has
lines     records of 20 metrics in JSON Lines (N / 100 of them); json.loads of every line
history   a history in one JSON object (N / 10 epochs of six curves); json.load
wandb     a .wandb file of N / 1000 rows of 20 metrics; wandb's own reader of the records, where
          ``--peers`` names a Python that has wandb 0.29 or older (later ones have none)
text      N / 20 lines of a console; reading the lines
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ingest import timed

from analyzer.parsers._leveldb import HEADER, frame
from analyzer.parsers._wire import BYTES, Field, encode

_OURS = """
import analyzer, pandas
def read(path):
    frame = analyzer.to_frame(list(analyzer.load(path)))
    return len(frame)
"""
_RUN = """
import analyzer
def read(path):
    return sum(run.points for run in analyzer.load(path))
"""
_PANDAS = """
import pandas
def read(path):
    return pandas.read_csv(path).size
"""
_LINES = """
import json
def read(path):
    with open(path) as file:
        return len([json.loads(line) for line in file])
"""
_JSON = """
import json
def read(path):
    with open(path) as file:
        return len(json.load(file))
"""
_TOUCHED = """
import numpy, pandas
kept = []
def read(path):
    with open(path, "rb") as file:
        rows = sum(block.count(b"\\n") for block in iter(lambda: file.read(1 << 23), b""))
    points = 3 * (rows - 1)
    kept.extend(numpy.ones(points) for _ in range(4))
    kept.extend(numpy.ones(points, dtype=bool) for _ in range(6))
    return points
"""
_BY_LINE = """
import analyzer, pandas
from analyzer.parsers import {module}
{module}.{name} = {value}
def read(path):
    return len(analyzer.to_frame(list(analyzer.load(path))))
"""
_WANDB = """
import json
from wandb.proto.wandb_internal_pb2 import Record
from wandb.sdk.internal.datastore import DataStore
def read(path):
    store = DataStore()
    store.open_for_scan(path)
    values = 0
    while (data := store.scan_data()) is not None:
        record = Record.FromString(data)
        values += len([json.loads(item.value_json) for item in record.history.item])
    return values
"""
_TEXT = """
def read(path):
    with open(path) as file:
        return sum(1 for line in file)
"""


def csv(path: Path, rows: int) -> None:
    """Write a table with a step, a loss in all its digits, one rounded, and a learning rate."""
    source = random.Random(1)
    with path.open("w") as file:
        file.write("step,train_loss,val_loss,lr\n")
        for step in range(rows):
            loss = 1 + source.random() / 10
            rate = 0.1 / (1 + step * 1e-6)
            file.write(f"{step},{loss!r},{loss * 1.1:.6f},{rate:.6g}\n")


def record(step: int, source: random.Random) -> dict[str, float]:
    values = {f"part_{place}/loss": source.random() for place in range(19)}
    return {"step": step, "train/loss": 1 + source.random(), **values}


def lines(path: Path, rows: int) -> None:
    source = random.Random(1)
    with path.open("w") as file:
        for step in range(rows):
            file.write(json.dumps(record(step, source)) + "\n")


def history(path: Path, rows: int) -> None:
    source = random.Random(1)
    names = ("loss", "accuracy", "val_loss", "val_accuracy", "lr", "val_auc")
    path.write_text(json.dumps({name: [source.random() for _ in range(rows)] for name in names}))


def text(path: Path, rows: int) -> None:
    source = random.Random(1)
    with path.open("w") as file:
        for step in range(rows):
            loss = source.random()
            file.write(f"2024-05-01 12:00:00 INFO step {step} loss {loss:.4f} lr 0.001\n")


def part(number: int, content: bytes) -> bytes:
    return encode(Field(number, BYTES, 0, content))


def wandb(path: Path, rows: int) -> None:
    """Write the history of a run as W&B does: a record for each row, values as JSON."""
    source = random.Random(1)
    with path.open("wb") as file:
        file.write(HEADER)
        for step in range(rows):
            values = {**record(step, source), "_step": step, "_timestamp": 1.7e9 + step}
            items = b""
            for name, value in values.items():
                key = b"".join(part(2, piece.encode()) for piece in name.split("/"))
                items += part(1, key + part(16, json.dumps(value).encode()))
            file.write(frame(part(2, items), file.tell()))


class Case(NamedTuple):
    """A kind of log: its file, what writes it, rows of N in it, and the readers beside ours.

    ``careful`` is our reader of single rows, "" if there is no other; ``elsewhere`` are readers
    that another Python has.
    """

    name: str
    write: Callable[[Path, int], None]
    share: float
    peers: dict[str, str]
    careful: str = ""
    elsewhere: Mapping[str, str] = MappingProxyType({})


def by_line(module: str, name: str, value: str) -> str:
    """Return our reader with a constant changed so that it takes no block of rows."""
    return _BY_LINE.format(module=module, name=name, value=value)


CASES = {
    "csv": Case(
        name="log.csv",
        write=csv,
        share=1,
        peers={"pandas": _PANDAS, "touching": _TOUCHED, "to runs": _RUN},
        careful=by_line("csv_table", "SMALLEST", "1 << 60"),
    ),
    "lines": Case(
        name="log.jsonl",
        write=lines,
        share=0.01,
        peers={"json.loads": _LINES, "to runs": _RUN},
        careful=by_line("json_lines", "SMALLEST", "1 << 60"),
    ),
    "history": Case("history.json", history, 0.1, {"json.load": _JSON, "to runs": _RUN}),
    "wandb": Case(
        name="run-abc.wandb",
        write=wandb,
        share=0.001,
        peers={"to runs": _RUN},
        careful=by_line("_wandb_blocks", "_MOST_LEARNED", "0"),
        elsewhere={"wandb": _WANDB},
    ),
    "text": Case("train.log", text, 0.05, {"lines": _TEXT, "to runs": _RUN}),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help=", ".join(CASES))
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", help="a Python that has an older wandb")
    parser.add_argument("--careful", action="store_true", help="time our readers of single rows")
    chosen = parser.parse_args()
    for name in chosen.names or CASES:
        case = CASES[name]
        readers = {"to a frame": _OURS, **case.peers}
        if chosen.careful and case.careful:
            readers["line by line"] = case.careful
        pythons = dict.fromkeys(readers, sys.executable)
        if chosen.peers:
            readers |= case.elsewhere
            pythons |= dict.fromkeys(case.elsewhere, chosen.peers)
        with tempfile.TemporaryDirectory() as folder:
            log = made(case, Path(folder), int(chosen.rows * case.share))
            measure = {
                reader: partial(timed, pythons[reader], imports, log.path, log.small)
                for reader, imports in readers.items()
            }
            compare(log.path, measure, chosen.repeats)


class Made(NamedTuple):
    """A log, and a small one of its kind."""

    path: Path
    small: Path


def made(case: Case, folder: Path, rows: int) -> Made:
    small = folder / "small" / case.name
    small.parent.mkdir()
    case.write(small, 500)
    case.write(folder / case.name, rows)
    return Made(folder / case.name, small)


def compare(log: Path, readers: Mapping[str, Callable[[], list[float]]], repeats: int) -> None:
    """Print the medians of each reader for one log, and how many times theirs ours are."""
    size = log.stat().st_size / 1e6
    print(f"\n{log.name}, {size:.0f} MB", flush=True)
    found: dict[str, list[list[float]]] = {reader: [] for reader in readers}
    for _ in range(repeats):
        for reader, read in readers.items():
            found[reader].append(read())
    ours = [statistics.median(column) for column in zip(*found["to a frame"], strict=True)]
    for reader, runs in found.items():
        cpu, wall, peak, points = (statistics.median(column) for column in zip(*runs, strict=True))
        print(
            f"  {reader:<12} CPU {cpu:7.3f} s, ours is {ours[0] / cpu:5.2f} x"
            f"   wall {wall:7.3f} s, {ours[1] / wall:5.2f} x   {size / cpu:6.1f} MB/s"
            f"   +{peak:.0f} MB, {points:.0f} points, {points / cpu / 1e6:.2f} M/s"
        )


if __name__ == "__main__":
    main()
