"""How fast event files are read to a frame, ours beside the peers, in one run.

python tests/benchmarks/ingest.py [SCALARS] [--only NAME ...] [--repeats N] [--peers PYTHON]

Four logs of SCALARS scalars (200,000 as default) are made in a temporary folder: a file of ten tags
in the encoding of TF1, one in that of TF2, one with histograms, images and text between, and
folders train/ and validation/ of many runs. Each reader reads each log in a process of its own,
the readers in turn, after its imports and a first small log. Printed are the medians of CPU and
wall time, the memory at the peak above that after the imports, and the ratios to ours.

With ``--only``, some of these logs are read (tf1, tf2, mixed, runs), or others: ``names``, 100,000
tags in one file, and ``large``, one file of 2 GB (``--megabytes`` makes it smaller), which is also
read with one tag asked for (``tags=["lr"]``), without peers.

Peers: TensorBoard's data server (rustboard, with checksums, its load cycle alone) where it is
installed, and tbparse where ``--peers`` names a Python that has it.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.plugins.text.summary_v2 import text_pb

from analyzer.parsers._checksums import crc, crc_table, masked
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
    "loss/aux",
    "tokens",
)
SPLIT_TAGS = ("loss", "accuracy", "f1", "auc")
STEPS = 1000  # of a run in folders
NAMES = 100_000
KINDS = ("tf1", "tf2", "mixed", "runs")
_STEPS_AT_ONCE = 1 << 14
FILE = "events.out.tfevents.1700000000.host.1.0"
_TIMED = """
import sys, time
{imports}
def peak():  # not ru_maxrss, which begins with the size of the process that started this one
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
read(sys.argv[2])
before, cpu, wall = peak(), time.process_time(), time.perf_counter()
points = read(sys.argv[1])
print(time.process_time() - cpu, time.perf_counter() - wall, peak() - before, points)
"""
_OURS = """
import analyzer
def read(path):
    return len(analyzer.to_frame(list(analyzer.load(path))))
"""
_OURS_ONE_TAG = _OURS.replace("(path)))", '(path, tags=["lr"])))')
_TBPARSE = """
from tbparse import SummaryReader
def read(path):
    log = SummaryReader(path, extra_columns={"wall_time"})
    return len(log.scalars) + len(log.tensors)
"""


def simple(tag: str, value: float) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, simple_value=value)])


class Writer:
    """An event file with random values and times that grow."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = (folder / FILE).open("wb")
        self.random = random.Random(1)
        self.time = 1.7e9
        opening = Event(wall_time=self.time, file_version="brain.Event:2")
        self.file.write(frame(opening.SerializeToString()))

    def add(self, step: int, summary: Summary) -> None:
        self.time += self.random.random() / 100
        event = Event(wall_time=self.time, step=step, summary=summary)
        self.file.write(frame(event.SerializeToString()))

    def others(self, step: int) -> None:
        """Add ten histograms, an image and a text."""
        for layer in range(10):
            limits = [self.random.random() for _ in range(30)]
            histogram = HistogramProto(max=1, num=30, bucket_limit=limits, bucket=[1] * 30)
            self.add(step, Summary(value=[Summary.Value(tag=f"w/{layer}", histo=histogram)]))
        image = Summary.Image(height=64, width=64, encoded_image_string=self.random.randbytes(8000))
        self.add(step, Summary(value=[Summary.Value(tag="image", image=image)]))
        self.add(step, text_pb("note", f"step {step}"))


def write(
    folder: Path,
    scalars: int,
    tags: Sequence[str] = TAGS,
    encode: Callable[[str, float], Summary] = simple,
    others_every: int = 0,
) -> None:
    """Write an event file, with other records every some steps."""
    writer = Writer(folder)
    for step in range(scalars // len(tags)):
        for tag in tags:
            writer.add(step, encode(tag, writer.random.gauss(1, 0.1)))
        if others_every and step % others_every == others_every - 1:
            writer.others(step)
    writer.file.close()


def logs(root: Path, scalars: int, only: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Make the logs; yield the name and the folder of each."""
    if "tf1" in only:
        write(root / "tf1", scalars)
        yield "one file, TF1", root / "tf1"
    if "tf2" in only:
        write(root / "tf2", scalars, encode=scalar_pb)
        yield "one file, TF2", root / "tf2"
    if "mixed" in only:
        write(root / "mixed", scalars, others_every=500)
        yield "histograms between", root / "mixed"
    if "names" in only:
        write(root / "names", scalars, [f"layer_{number}/loss" for number in range(NAMES)])
        yield f"{NAMES} tags", root / "names"
    if "runs" in only:
        yield _runs(root / "runs", scalars)


def _runs(root: Path, scalars: int) -> tuple[str, Path]:
    """Make folders of runs; return their name and the folder."""
    runs = max(1, scalars // (2 * len(SPLIT_TAGS) * STEPS))
    for run in range(runs):
        for split in ("train", "validation"):
            write(root / f"run{run}" / split, len(SPLIT_TAGS) * STEPS, SPLIT_TAGS)
    return f"{runs} runs, 2 folders", root


def write_large(folder: Path, size: int) -> None:
    """Write a file of about ``size`` bytes as ``write`` does, many steps at a time."""
    folder.mkdir(parents=True)
    draws = np.random.default_rng(1)
    step = 1
    with (folder / FILE).open("wb") as file:
        file.write(frame(Event(wall_time=1.7e9, file_version="brain.Event:2").SerializeToString()))
        while file.tell() < size:
            ends = 1 << 7 * -(-step.bit_length() // 7)  # steps below have as many bytes
            steps = np.arange(step, min(step + _STEPS_AT_ONCE, ends))
            file.write(_steps(steps, draws).tobytes())
            step = int(steps[-1]) + 1


def _steps(steps: npt.NDArray[np.int64], draws: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Return the records of some steps whose numbers have as many bytes, a row for each step."""
    pieces = []
    width = -(-int(steps[0]).bit_length() // 7)
    for place, tag in enumerate(TAGS):
        event = Event(wall_time=1.7e9, step=int(steps[0]), summary=simple(tag, 1.5))
        record = frame(event.SerializeToString())
        rows = np.tile(np.frombuffer(record, np.uint8), (len(steps), 1))
        time = 1.7e9 + steps * 0.05 + place * 0.005
        rows[:, 13:21] = time.astype("<f8").view(np.uint8).reshape(-1, 8)
        for byte in range(width):
            rows[:, 22 + byte] = (steps >> 7 * byte) & 0x7F | (0x80 if byte < width - 1 else 0)
        value = draws.normal(1, 0.1, len(steps)).astype("<f4")
        rows[:, -8:-4] = value.view(np.uint8).reshape(-1, 4)
        payload = rows[:, 12:-4]
        crcs = np.full(len(steps), crc(record[12:-4]), dtype=np.uint32)
        end = payload.shape[1]
        for byte in [*range(1, 9), *range(10, 10 + width), *range(end - 4, end)]:
            added = payload[:, byte] ^ record[12 + byte]
            crcs ^= crc_table(end - 1 - byte)[added]
        rows[:, -4:] = masked(crcs).astype("<u4").view(np.uint8).reshape(-1, 4)
        pieces.append(rows)
    return np.hstack(pieces)


def timed(python: str, imports: str, log: Path, small: Path) -> list[float]:
    """Return CPU seconds, wall seconds, MB and points of a reader in Python."""
    command = [python, "-W", "ignore", "-c", _TIMED.format(imports=imports), str(log), str(small)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


def rustboard(log: Path) -> list[float]:
    """Return CPU seconds and wall seconds of the load cycle of TensorBoard's data server."""
    import tensorboard_data_server

    command = [tensorboard_data_server.server_binary(), "--logdir", str(log), "--checksum"]
    command += ["--reload", "once", "--samples-per-plugin", "scalars=all", "--port", "0", "-v"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    server = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert server.stderr is not None
    wall = 0.0
    for line in server.stderr:
        finished = re.search(r"Finished load cycle \(([\d.]+)(ms|s)\)", line)
        if finished:
            wall = float(finished[1]) / (1000 if finished[2] == "ms" else 1)
            break
    server.kill()
    server.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [cpu, wall]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("scalars", nargs="?", type=int, default=200_000)
    parser.add_argument("--only", nargs="+", default=KINDS, choices=[*KINDS, "names", "large"])
    parser.add_argument("--megabytes", type=int, default=2000, help="of the large file")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", help="a Python that has tbparse")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small"
        write(small, 1000)
        readers: dict[str, Callable[[Path], list[float]]] = {
            "analyzer": lambda log: timed(sys.executable, _OURS, log, small),
        }
        try:
            import tensorboard_data_server  # noqa: F401 - only whether it is there

            readers["rustboard"] = rustboard
        except ImportError:
            print("no tensorboard-data-server: rustboard is left out")
        if chosen.peers:
            readers["tbparse"] = lambda log: timed(chosen.peers, _TBPARSE, log, small)
        for name, log in logs(Path(folder), chosen.scalars, chosen.only):
            compare(name, log, readers, chosen.repeats)
        if "large" in chosen.only:
            write_large(Path(folder) / "large", chosen.megabytes * 10**6)
            readers = {
                "analyzer": readers["analyzer"],
                "one tag": lambda log: timed(sys.executable, _OURS_ONE_TAG, log, small),
            }
            compare("one large file", Path(folder) / "large", readers, chosen.repeats)


def compare(
    name: str, log: Path, readers: dict[str, Callable[[Path], list[float]]], repeats: int
) -> None:
    """Print the medians of each reader for one log, and their ratios to ours."""
    size = sum(path.stat().st_size for path in log.rglob("events*")) / 1e6
    print(f"\n{name}, {size:.0f} MB")
    found: dict[str, list[list[float]]] = {reader: [] for reader in readers}
    for _ in range(repeats):
        for reader, read in readers.items():
            found[reader].append(read(log))
    ours = [statistics.median(column) for column in zip(*found["analyzer"], strict=True)]
    for reader, rows in found.items():
        cpu, wall, *rest = (statistics.median(column) for column in zip(*rows, strict=True))
        line = f"  {reader:<10} CPU {cpu:7.3f} s {cpu / ours[0]:6.1f}x"
        line += f"   wall {wall:7.3f} s {wall / ours[1]:6.1f}x"
        if rest:
            line += f"   +{rest[0]:.0f} MB, {rest[1]:.0f} points"
        print(line)


if __name__ == "__main__":
    main()
