"""Measure what a batch costs.

Seconds for a tree of event files and for the same tree again, and the memory of the parent.

python tests/benchmarks/batch.py [RUNS [TAGS [STEPS]]] # 1000 8 1000 as default # A folder of
100,000 files without a log. python tests/benchmarks/batch.py 0

The first call writes all reports, one more --no-reports; "again" is a call on the unchanged tree.
Beside it the peer, where it is installed: tbparse reading 200 of the runs and doing nothing with
them.
"""

from __future__ import annotations

import importlib.util
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary

from analyzer.parsers._tfrecord import frame

TAGS = (
    "train/loss",
    "val/loss",
    "train/accuracy",
    "val/accuracy",
    "lr",
    "grad_norm",
    "time/step",
    "gpu/util",
)
KINDS = 40  # different files; the rest of a large tree are copies of them
PEER = """
import sys
from pathlib import Path
from tbparse import SummaryReader
for folder in sorted(Path(sys.argv[1]).iterdir())[:200]:
    len(SummaryReader(str(folder)).scalars)
"""
MEMORY = """
import resource, sys
from analyzer.cli import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""
NAME = "events.out.tfevents.1700000000.host.1.0"


def made(tags: int, steps: int, seed: int) -> bytes:
    """Return an event file whose tags fall with some noise."""
    rng = np.random.default_rng(seed)
    parts = [frame(Event(wall_time=1.7e9, file_version="brain.Event:2").SerializeToString())]
    for step in range(steps):
        for tag in TAGS[:tags]:
            number = float(np.exp(-2 * step / steps) + 0.1 * rng.standard_normal())
            value = Summary.Value(tag=tag, simple_value=number)
            event = Event(wall_time=1.7e9 + step, step=step, summary=Summary(value=[value]))
            parts.append(frame(event.SerializeToString()))
    return b"".join(parts)


def plant(root: Path, runs: int, tags: int, steps: int) -> None:
    files = [made(tags, steps, seed) for seed in range(min(KINDS, runs))]
    for index in range(runs):
        folder = root / f"run{index:05d}"
        folder.mkdir(parents=True)
        (folder / NAME).write_bytes(files[index % len(files)])


def timed(*command: object) -> float:
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-W", "ignore", *map(str, command)], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - begin


def nothing() -> None:
    """Time the answer to a folder of 100,000 files of which none is a log."""
    with tempfile.TemporaryDirectory() as temporary:
        for folder in (Path(temporary) / f"folder{index}" for index in range(100)):
            folder.mkdir()
            for index in range(1000):
                (folder / f"file{index}.txt").write_text("no log\n", encoding="utf-8")
        command = [sys.executable, "-m", "analyzer", "batch", temporary, "-o", f"{temporary}-site"]
        begin = time.perf_counter()
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        print(
            f"{done.stderr.strip()}\nanswered after {time.perf_counter() - begin:.1f} "
            f"s, exit code {done.returncode}"
        )


def main(runs: int = 1000, tags: int = 8, steps: int = 1000) -> None:
    if not runs:
        nothing()
        return
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary) / "logs"
        plant(root, runs, tags, steps)
        print(f"{runs} runs x {tags} tags x {steps} steps")
        for label, options in (("with reports", []), ("--no-reports", ["--no-reports"])):
            site = Path(temporary) / f"site{len(options)}"
            first = timed("-m", "analyzer", "batch", root, "-o", site, *options)
            again = min(
                timed("-m", "analyzer", "batch", root, "-o", site, *options) for _ in range(3)
            )
            cost = f"{first:.1f} s, {1000 * first / runs:.1f} ms a run"
            print(f"{label:<14}{cost}; again {again:.2f} s, ratio {first / again:.0f}")
        call = ["batch", root, "-o", Path(temporary) / "memory", "--no-reports"]
        command = [sys.executable, "-W", "ignore", "-c", MEMORY, *map(str, call)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        print(f"parent's memory {done.stderr.strip()} MiB")
        if importlib.util.find_spec("tbparse"):
            print(f"tbparse, reading 200 of them: {timed('-c', PEER, root):.1f} s")
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"largest process {children} MiB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
