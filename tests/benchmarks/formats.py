"""How fast other formats are read to a frame, ours beside the plain reader of each, in one run.

python tests/benchmarks/formats.py [NAME ...] [--rows N] [--repeats N]

Each log is made in a temporary folder, and each reader reads it in a process of its own, the
readers in turn, after its imports and a first small log. Printed are the medians of CPU and wall
time, the memory at the peak above that after the imports, and the ratios to ours.

csv       a table of N rows (10,000,000 as default) and four columns; pandas' C reader
lines     records of 20 metrics in JSON Lines (N / 100 of them); json.loads of every line
history   a history in one JSON object (N / 10 epochs of six curves); json.load
wandb     a .wandb file of N / 1000 rows of 20 metrics; no peer
text      N / 20 lines of a console; reading the lines
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
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
    """A kind of log: its file, what writes it, rows of N in it, and the readers beside ours."""

    name: str
    write: Callable[[Path, int], None]
    share: float
    peers: dict[str, str]


CASES = {
    "csv": Case("log.csv", csv, 1, {"to runs": _RUN, "pandas": _PANDAS}),
    "lines": Case("log.jsonl", lines, 0.01, {"to runs": _RUN, "json.loads": _LINES}),
    "history": Case("history.json", history, 0.1, {"to runs": _RUN, "json.load": _JSON}),
    "wandb": Case("run-abc.wandb", wandb, 0.001, {"to runs": _RUN}),
    "text": Case("train.log", text, 0.05, {"to runs": _RUN, "lines": _TEXT}),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help=", ".join(CASES))
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    chosen = parser.parse_args()
    for name in chosen.names or CASES:
        with tempfile.TemporaryDirectory() as folder:
            compare(CASES[name], Path(folder), chosen.rows, chosen.repeats)


def compare(case: Case, folder: Path, rows: int, repeats: int) -> None:
    """Print the medians of each reader for one log, and the ratios of ours to theirs."""
    small = folder / "small" / case.name
    small.parent.mkdir()
    log = folder / case.name
    case.write(small, 500)
    case.write(log, int(rows * case.share))
    size = log.stat().st_size / 1e6
    print(f"\n{case.name}, {size:.0f} MB", flush=True)
    readers = {"to a frame": _OURS, **case.peers}
    found: dict[str, list[list[float]]] = {reader: [] for reader in readers}
    for _ in range(repeats):
        for reader, imports in readers.items():
            found[reader].append(timed(sys.executable, imports, log, small))
    ours = [statistics.median(column) for column in zip(*found["to a frame"], strict=True)]
    for reader, runs in found.items():
        cpu, wall, peak, points = (statistics.median(column) for column in zip(*runs, strict=True))
        print(
            f"  {reader:<10} CPU {cpu:7.3f} s, frame/this {ours[0] / cpu:5.2f}"
            f"   wall {wall:7.3f} s, {ours[1] / wall:5.2f}   {size / cpu:6.1f} MB/s"
            f"   +{peak:.0f} MB, {points:.0f} points, {points / cpu / 1e6:.2f} M/s"
        )


if __name__ == "__main__":
    main()
