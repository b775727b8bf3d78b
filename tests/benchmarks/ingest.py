"""How fast an event file is read.

Ours, and TensorBoard's own reader without sampling, on the same file.

python tests/benchmarks/ingest.py [SCALARS]

Each reads in a process of its own, imports included, and prints seconds, points and the peak of its
memory; the last line is the ratio. The file (200,000 scalars of eight tags as default) is made in a
temporary folder.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

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
_ENDING = """
seconds = time.perf_counter() - begin
print(seconds, points, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
READERS = {
    "analyzer": """
import resource, sys, time
begin = time.perf_counter()
from analyzer.reading.load import scan
points = sum(run.points for run in scan(sys.argv[1]))
""",
    "EventAccumulator": """
import resource, sys, time
begin = time.perf_counter()
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
read = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
read.Reload()
points = sum(len(read.Scalars(tag)) for tag in read.Tags()["scalars"])
""",
}


def main(scalars: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.out.tfevents.1700000000.host.1.0"
        with path.open("wb") as file:
            file.write(
                frame(Event(wall_time=1.7e9, file_version="brain.Event:2").SerializeToString())
            )
            for at in range(scalars):
                value = Summary.Value(tag=TAGS[at % len(TAGS)], simple_value=1 / (1 + at))
                event = Event(
                    wall_time=1.7e9 + at, step=at // len(TAGS), summary=Summary(value=[value])
                )
                file.write(frame(event.SerializeToString()))
        print(f"{scalars} scalars, {path.stat().st_size / 1e6:.0f} MB")
        seconds = {}
        for name, code in READERS.items():
            command = [sys.executable, "-W", "ignore", "-c", code + _ENDING, folder]
            best = min(tuple(map(float, run(command))) for _ in range(3))
            seconds[name], points, memory = best
            print(f"{name:<18}{best[0]:>8.2f} s{points:>12.0f} points{memory:>8.0f} MB")
        print(f"ratio {seconds['EventAccumulator'] / seconds['analyzer']:.1f}")


def run(command: list[str]) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
