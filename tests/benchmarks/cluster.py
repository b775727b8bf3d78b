"""What a batch costs on Dask beside the pool of this machine.

python tests/benchmarks/cluster.py [RUNS [TAGS [STEPS]]] [--repeats 3] [--kill]  # 300 2 200
python tests/benchmarks/cluster.py 3000 0  # logs that are refused at once: overhead alone

The pool with one process, then a scheduler with one and with two workers of one thread each, all on
this machine. Figures are the best of several batches, in milliseconds a unit: on the clock, and of
processor time of all processes together, without that of starting and ending an idle cluster. The
difference to the pool is Dask's overhead. The walk before is timed on its own, with the memory that
the list of units takes. Sites are compared byte for byte. With --kill a worker of
two is killed on the way.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from batch import plant
from distributed import Client

WALK = """
import resource, sys, time
from pathlib import Path
from analyzer.batch.tree import walk
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for
parsers = parsers_for(ReadOptions())
before, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
units = len(walk(Path(sys.argv[1]), parsers, {}).units)
kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
milliseconds = 1000 * (time.process_time() - begin)
print(f"{milliseconds / units:.2f} ms CPU, {kilobytes / units:.1f} KiB a unit")
"""
_ADOPTS = 36  # PR_SET_CHILD_SUBREAPER of Linux: whose parent has ended becomes our child
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Cost(NamedTuple):
    """Seconds on the clock, and of processor time."""

    wall: float
    cpu: float


def started(folder: Path, command: str, *options: object) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-W", "ignore", "-m", f"distributed.cli.dask_{command}"]
    file = str(folder / "scheduler.json")
    whole = [*line, "--scheduler-file", file, "--no-dashboard", *map(str, options)]
    return subprocess.Popen(whole, cwd=folder, **QUIET)


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Path]:
    """Start a scheduler and workers, and yield the scheduler file."""
    folder.mkdir()
    file = folder / "scheduler.json"
    processes = [started(folder, "scheduler", "--host", "127.0.0.1", "--port", 0)]
    try:
        while not file.exists():
            time.sleep(0.05)
        options = ("--nthreads", 1, "--host", "127.0.0.1", "--local-directory", folder)
        processes += [started(folder, "worker", *options) for _ in range(workers)]
        with Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=120)
        yield file
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()
        shutil.rmtree(folder)


def run(logs: Path, site: Path, *options: object) -> float:
    """Make a site anew and return the seconds on the clock."""
    shutil.rmtree(site, ignore_errors=True)
    command = [sys.executable, "-W", "ignore", "-m", "analyzer", "batch", logs, "-o", site]
    begin = time.perf_counter()
    done = subprocess.run([*map(str, command), *map(str, options)], check=False, **QUIET)
    if done.returncode not in (0, 1):  # 1: all logs were refused
        raise SystemExit(f"exit code {done.returncode}")
    return time.perf_counter() - begin


def spent() -> float:
    """Return the processor time of all processes that we started or adopted and that ended."""
    with suppress(ChildProcessError):  # servers end a little after their parents
        while True:
            os.waitpid(-1, 0)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def alone(logs: Path, site: Path, workers: int) -> Cost:
    before = spent()
    wall = run(logs, site, "--workers", workers)
    return Cost(wall, spent() - before)


def idle(folder: Path, workers: int) -> float:
    """Return the processor time of a cluster that does nothing."""
    before = spent()
    with cluster(folder, workers):
        pass
    return spent() - before


def together(logs: Path, site: Path, folder: Path, workers: int, *, kill: bool = False) -> Cost:
    before = spent()
    with cluster(folder, workers) as file:
        if kill:
            Thread(target=kill_one, args=[file, site], daemon=True).start()
        wall = run(logs, site, "--scheduler", file)
    return Cost(wall, spent() - before)


def kill_one(file: Path, site: Path) -> None:
    """Kill a worker process once a few runs are done; its nanny starts another."""
    with Client(scheduler_file=str(file), set_as_default=False) as client:
        lost = min(client.run(os.getpid).values())
    while len(list(site.glob("runs/*/*/report.html"))) < 20:
        time.sleep(0.02)
    os.kill(lost, signal.SIGKILL)


def everything(site: Path) -> dict[str, bytes]:
    files = (path for path in site.rglob("*") if path.is_file() and ".state" not in path.parts)
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


def best(costs: list[Cost]) -> Cost:
    return Cost(min(cost.wall for cost in costs), min(cost.cpu for cost in costs))


def show(label: str, cost: Cost, runs: int) -> None:
    each = f"{1000 * cost.wall / runs:.1f} ms a unit"
    print(f"{label:<20}{cost.wall:.1f} s, {each}; CPU {1000 * cost.cpu / runs:.1f} ms a unit")


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, usual in (("runs", 300), ("tags", 2), ("steps", 200)):
        parser.add_argument(name, nargs="?", type=int, default=usual)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--kill", action="store_true")
    given = parser.parse_args()
    ctypes.CDLL(None).prctl(_ADOPTS, 1)
    with tempfile.TemporaryDirectory() as temporary:
        logs = Path(temporary) / "logs"
        if given.tags:
            plant(logs, given.runs, given.tags, given.steps)
        else:
            tear(logs, given.runs)
        print(
            f"{given.runs} runs x {given.tags} tags x {given.steps} steps, best of {given.repeats}"
        )
        measure(Path(temporary), logs, given)


def tear(logs: Path, count: int) -> None:
    """Write logs that end within a list."""
    for index in range(count):
        folder = logs / f"run{index:05d}"
        folder.mkdir(parents=True)
        (folder / "history.json").write_text('{"loss": [1, 2, 3}', encoding="utf-8")


def measure(folder: Path, logs: Path, given: argparse.Namespace) -> None:
    """Print what each way costs, and whether the sites are the same."""
    runs, repeats = given.runs, range(given.repeats)
    print("walk                ", end="", flush=True)
    subprocess.run([sys.executable, "-c", WALK, str(logs)], check=True)
    pool = best([alone(logs, folder / "alone", 1) for _ in repeats])
    show("pool, 1 process", pool, runs)
    for workers in (1, 2):
        site, dask = folder / f"site{workers}", folder / "dask"
        nothing = min(idle(dask, workers) for _ in repeats)
        cost = best([together(logs, site, dask, workers) for _ in repeats])
        show(f"Dask, {workers} worker(s)", cost._replace(cpu=cost.cpu - nothing), runs)
        if workers == 1:
            overhead = [1000 * (a - b) / runs for a, b in zip(cost, pool, strict=True)]
            overhead[1] -= 1000 * nothing / runs
            print(f"Dask's overhead     {overhead[0]:.1f} ms a unit; CPU {overhead[1]:.1f} ms")
        print(f"same site           {everything(site) == everything(folder / 'alone')}")
    show("pool, 2 processes", best([alone(logs, folder / "two", 2) for _ in repeats]), runs)
    if given.kill:
        site = folder / "killed"
        show("Dask, one killed", together(logs, site, folder / "dask", 2, kill=True), runs)
        print(f"same site           {everything(site) == everything(folder / 'alone')}")


if __name__ == "__main__":
    main()
