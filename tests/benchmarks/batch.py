"""Measure what a batch costs.

Seconds for a tree of event files and for the same tree again, and the memory of the parent.

python tests/benchmarks/batch.py [RUNS [TAGS [STEPS]]] [--peers PYTHON]  # 1000 8 1000 as default
python tests/benchmarks/batch.py 0  # a folder of 100,000 files without a log

The first call writes all reports, one more --no-reports; "again" is a call on the unchanged tree.
Beside it the peer, where ``--peers`` names a Python that has it: tbparse reading at most 200 of the
runs and doing nothing with them. The share is the CPU time of a run in a batch, all processes
together, of that of a run in tbparse.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

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


_ADOPTS = 36  # PR_SET_CHILD_SUBREAPER of Linux: whose parent has ended becomes our child


class Cost(NamedTuple):
    """Seconds on the clock, and of processor time of a process and those that it started."""

    wall: float
    cpu: float


def timed(*command: object, python: str = sys.executable) -> Cost:
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [python, "-W", "ignore", *map(str, command)], check=True, stdout=subprocess.DEVNULL
    )
    wall = time.perf_counter() - begin
    with suppress(ChildProcessError):  # the workers' server ends after its parent
        while True:
            os.waitpid(-1, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu)


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


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, usual in (("runs", 1000), ("tags", 8), ("steps", 1000)):
        parser.add_argument(name, nargs="?", type=int, default=usual)
    parser.add_argument("--peers", help="a Python that has tbparse")
    chosen = parser.parse_args()
    if chosen.runs:
        measure(chosen.runs, chosen.tags, chosen.steps, chosen.peers)
    else:
        nothing()


def measure(runs: int, tags: int, steps: int, peers: str | None) -> None:
    """Print what a batch of some runs costs, and its share of what the peer takes to read them."""
    ctypes.CDLL(None).prctl(_ADOPTS, 1)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary) / "logs"
        plant(root, runs, tags, steps)
        print(f"{runs} runs x {tags} tags x {steps} steps")
        costs = {}
        for label, options in (("with reports", []), ("--no-reports", ["--no-reports"])):
            site = Path(temporary) / f"site{len(options)}"
            command = ("-m", "analyzer", "batch", root, "-o", site, *options)
            first = costs[label] = timed(*command)
            again = min(timed(*command).wall for _ in range(3))
            each = f"{1000 * first.wall / runs:.1f} ms a run, CPU {first.cpu:.1f} s"
            print(f"{label:<14}{first.wall:.1f} s, {each}; again {again:.2f} s")
        call = ["batch", root, "-o", Path(temporary) / "memory", "--no-reports"]
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", MEMORY, *map(str, call)],
            check=True,
            capture_output=True,
            text=True,
        )
        print(f"parent's memory {done.stderr.strip()} MiB")
        if peers:
            read = min(runs, 200)
            peer = timed("-c", PEER, root, python=peers)
            print(f"tbparse, reading {read} of them: {peer.wall:.1f} s, CPU {peer.cpu:.1f} s")
            for label, cost in costs.items():
                share = (cost.cpu / runs) / (peer.cpu / read)
                print(f"{label:<14}{share:.2f} of that for each run")
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"largest process {children} MiB")


if __name__ == "__main__":
    main()
