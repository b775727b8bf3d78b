"""What a tree of many files without a log costs: 100,000 files of 1 to 8 KiB in folders of 100.

OMP_NUM_THREADS=1 python tests/benchmarks/without_logs.py [--files N] [--repeats N] [--keep FOLDER]

The files are source code, images, prose, JSON and YAML settings, tables without a metric, server
logs and arrays of data. Printed for each command: seconds of processor time and of the clock, the
smallest of the repeats. The first row is the floor: a walk in Python that reads 4 KiB of each file.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

IN_FOLDER = 100
TEXT = """
the river was asked about in spring and gave an answer that nobody had expected from such a small
network of twelve villages which readers of the paper may want to visit with their own friends
before they write to us about account terms and maps of the platform errors access
"""
WORDS = TEXT.split()
TRAINING = [
    "loss",
    "accuracy",
    "epoch",
    "step",
    "learning",
    "validation",
    "model",
    "layer",
    "score",
]
WALK = """
import os, sys
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        handle = os.open(os.path.join(folder, name), os.O_RDONLY)
        os.read(handle, 4096)
        os.close(handle)
"""


class Cost(NamedTuple):
    """Seconds of processor time, of a process with its children, and of the clock."""

    processor: float
    clock: float


def source_code(draw: random.Random, size: int) -> bytes:
    lines = [b"import os\n"]
    while sum(map(len, lines)) < size:
        name, number = "_".join(draw.sample(WORDS, 3)), draw.randint(1, 999)
        lines.append(f"\n\ndef {name}(path, step={number}):\n".encode())
        lines.append(f'    """Return {prose_line(draw)}."""\n'.encode())
        lines += [f"    loss = os.stat(path).st_size / {number}.5\n    return loss\n".encode()]
    return b"".join(lines)


def prose_line(draw: random.Random, words: Sequence[str] = WORDS) -> str:
    return " ".join(draw.choices(words, k=draw.randint(6, 16)))


def prose(draw: random.Random, size: int) -> bytes:
    text = ""
    words = WORDS + TRAINING * draw.randint(0, 1)  # every second one is about training
    while len(text) < size:
        text += f"{prose_line(draw, words).capitalize()}, in {draw.randint(1900, 2025)}.\n"
        text += "\n" * (draw.random() < 0.2)
    return text.encode()


def image(draw: random.Random, size: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + draw.randbytes(size)


def settings(draw: random.Random, size: int) -> dict[str, dict[str, float]]:
    count = size // 60
    words = [*WORDS, *TRAINING]
    return {
        f"{draw.choice(words)}_{draw.choice(WORDS)}{number}": {
            "size": draw.randint(1, 512),
            "rate": draw.random(),
        }
        for number in range(count)
    }


def json_settings(draw: random.Random, size: int) -> bytes:
    return json.dumps(settings(draw, size), indent=draw.choice([None, 2])).encode()


def yaml_settings(draw: random.Random, size: int) -> bytes:
    text = ""
    for name, group in settings(draw, size).items():
        text += f"{name}:\n"
        text += "".join(f"  {key}: {value}\n" for key, value in group.items())
    return text.encode()


def table(draw: random.Random, size: int) -> bytes:
    text = "id,name,price,quantity\n"
    number = 0
    while len(text) < size:
        number += 1
        text += f"{number},{draw.choice(WORDS)},{draw.uniform(1, 90):.2f},{draw.randint(1, 40)}\n"
    return text.encode()


def server_log(draw: random.Random, size: int) -> bytes:
    text, second = "", 0
    while len(text) < size:
        second += draw.randint(0, 9)
        at = f"2025-03-04 {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02},123"
        text += f"{at} INFO [worker-{draw.randint(1, 8)}] GET /{'/'.join(draw.choices(WORDS, k=2))}"
        text += f" 200 {draw.randint(100, 9999)} {draw.random():.3f}s\n"
    return text.encode()


def arrays(draw: random.Random, size: int) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, x=np.frombuffer(draw.randbytes(size // 8 * 8), dtype=np.int64))
    return buffer.getvalue()


KINDS: tuple[tuple[str, Callable[[random.Random, int], bytes]], ...] = (
    *((suffix, source_code) for suffix in (".py", ".py", ".js", ".cpp", ".h")),
    *((suffix, image) for suffix in (".png", ".png", ".jpg")),
    *((suffix, prose) for suffix in (".txt", ".txt", ".md", ".md")),
    *((suffix, json_settings) for suffix in (".json", ".json", ".json")),
    *((suffix, yaml_settings) for suffix in (".yaml", ".yaml")),
    *((suffix, table) for suffix in (".csv", ".csv")),
    *((suffix, server_log) for suffix in (".log", ".log")),
    (".npz", arrays),
)


def write_tree(root: Path, files: int) -> None:
    """Write files of each kind in turn."""
    for number in range(files):
        folder = root / f"part_{number // IN_FOLDER:04}"
        if number % IN_FOLDER == 0:
            folder.mkdir(parents=True)
        draw = random.Random(number)
        suffix, make = KINDS[number % len(KINDS)]
        (folder / f"file_{number}{suffix}").write_bytes(make(draw, draw.randint(1024, 8000)))


def cost_of(command: list[str]) -> Cost:
    """Return what a command costs; what it prints is thrown away."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    clock, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Cost(processor, clock)


def print_costs(tree: Path, repeats: int) -> None:
    analyzer = [sys.executable, "-m", "analyzer"]
    with tempfile.TemporaryDirectory() as outside:
        commands = {
            "walk and read": [sys.executable, "-c", WALK, str(tree)],
            "check": [*analyzer, "check", str(tree)],
            "inspect": [*analyzer, "inspect", str(tree)],
            "batch": [*analyzer, "batch", str(tree), "-o", str(Path(outside) / "site")],
        }
        print(f"{'':16}{'CPU s':>10}{'clock s':>10}")
        for name, command in commands.items():
            costs = [cost_of(command) for _ in range(repeats)]
            processor = min(cost.processor for cost in costs)
            clock = min(cost.clock for cost in costs)
            print(f"{name:16}{processor:10.2f}{clock:10.2f}", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--files", type=int, default=100_000)
    arguments.add_argument("--repeats", type=int, default=2)
    arguments.add_argument("--keep", type=Path, help="write the tree here, or use what is here")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = given.keep or Path(folder) / "tree"
        if not tree.exists():
            write_tree(tree, given.files)
        print_costs(tree, given.repeats)


if __name__ == "__main__":
    main()
